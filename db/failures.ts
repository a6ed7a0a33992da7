import { AppError } from '../src/domain/errors.ts';

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

/** The SQLSTATE or system code, wherever drizzle or the driver put it. */
export function codeOf(failure: unknown): string | undefined {
  for (let each = failure as { code?: unknown; cause?: unknown } | undefined; each; each = each.cause as typeof each) {
    if (typeof each.code === 'string') return each.code;
  }
  return undefined;
}

/**
 * A database that cannot be reached is a failure of the world, with a message for people; all else is a bug and passes
 * through. Drizzle's own message holds the query's parameters, so it stays in the cause.
 */
export function translated(failure: unknown): unknown {
  for (let each = failure; each instanceof Error; each = each.cause) if (each instanceof AppError) return each;
  const code = codeOf(failure);
  const lost =
    failure instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(failure.message);
  if (!lost && !(code && (unreachable.has(code) || code.startsWith('08')))) return failure;
  return new AppError('unavailable', `The database does not answer${code ? ` (${code})` : ''}.`, {
    cause: failure,
    hint: 'Check that PostgreSQL runs and that DATABASE_URL is right, or unset it to use the embedded database.',
  });
}

/** The same functions, whose failures are translated. */
export function translating<S extends object>(store: S): S {
  const wrapped = Object.entries(store).map(([name, member]) => {
    if (typeof member !== 'function') return [name, member];
    const call = async (...given: unknown[]) => {
      try {
        return await member.apply(store, given);
      } catch (failure) {
        throw translated(failure);
      }
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as S;
}
