import { formatAmount, parseAmount } from './decimal.ts';

/**
 * One text for one value: keys sorted, amounts as decimal text, undefined left out, -0 as 0. Hashes are taken of this.
 * Throws on NaN, infinities and functions: a record must never hold what JSON would silently change.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return JSON.stringify(formatAmount(value));
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical form`);
    return JSON.stringify(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
  }
  throw new TypeError(`${typeof value} has no canonical form`);
}

const AMOUNT_KEY = '$amount';

/** JSON in which an amount survives the round trip: `{"$amount":"1.5"}`. For the journal, never for a public answer. */
export const encodeJson = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? { [AMOUNT_KEY]: formatAmount(each) } : each));

/** Reads what `encodeJson` wrote. The caller names the type and answers for it. */
export const decodeJson = <T>(text: string): T =>
  JSON.parse(text, (_key, each) =>
    each !== null && typeof each === 'object' && typeof each[AMOUNT_KEY] === 'string'
      ? parseAmount(each[AMOUNT_KEY])
      : each,
  ) as T;

/** Amounts as decimal text, undefined left out: the public form of a value that holds exact amounts. */
export const toPlain = <T>(value: T): Plain<T> =>
  JSON.parse(JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? formatAmount(each) : each)));

/** What `toPlain` gives: the same shape with every bigint a string. */
export type Plain<T> = T extends bigint
  ? string
  : T extends readonly (infer E)[]
    ? Plain<E>[]
    : T extends object
      ? { [K in keyof T]: Plain<T[K]> }
      : T;
