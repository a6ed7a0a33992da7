import { AppError } from '../domain/errors.ts';
import { riskPolicy } from '../risk/profiles.ts';
import type { Desk } from './desk.ts';

/**
 * Sets the risk profile and its overrides, with the change in the audit. Throws `invalid_input` for names that mean
 * nothing. In live mode nothing is changed here: that needs the unlock procedure.
 */
export async function setLimits(
  desk: Pick<Desk, 'book' | 'accountId'>,
  { profile, overrides, by }: { profile: string; overrides: Record<string, unknown>; by: string },
): Promise<void> {
  let after: object;
  try {
    after = riskPolicy(profile, overrides).limits;
  } catch (cause) {
    if (cause instanceof AppError)
      throw new AppError('invalid_input', cause.message, { cause, details: cause.details });
    throw cause;
  }
  await desk.book.append(desk.accountId, (account, ledger) => {
    if (account.mode === 'live')
      throw new AppError('forbidden', 'Limits of a live account change only by its unlock procedure.');
    const before = ledger.limits() ?? null;
    const particulars = { before, after: { profile, overrides }, limits: after };
    return [
      { kind: 'limits', payload: { profile, overrides, by } },
      { kind: 'audit', payload: { action: 'limits_changed', by, particulars } },
    ];
  });
}
