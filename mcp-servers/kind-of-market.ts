import { AppError } from '../src/domain/errors.ts';
import type { Timestamp } from '../src/domain/time.ts';
import type { ToolDeps } from './deps.ts';

/**
 * Whether the market of a symbol is simulated, so that news and releases can be of the same kind; undefined where it
 * has no bars to tell by. Asking brings the desk's facts about the symbol up to date.
 */
export async function kindOfMarket(
  { situation, clock }: Pick<ToolDeps, 'situation' | 'clock'>,
  symbol: string,
  asOf: Timestamp,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    // About now the question goes without asOf: only then the desk may fetch.
    const past = asOf < clock.now() ? { asOf } : {};
    return (await situation({ symbol, ...past, signal })).simulated;
  } catch (failure) {
    if (failure instanceof AppError && ['not_enough_history', 'unavailable'].includes(failure.code)) return undefined;
    throw failure;
  }
}
