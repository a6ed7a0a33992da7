import { formatAmount, parseAmount } from '../../domain/decimal.ts';

// Cached values hold exact amounts and columns of numbers, neither of which JSON knows.
const AMOUNT = '$amount';
const COLUMN = '$float64';

/** Text from which `decodeCached` gives an equal value: amounts and Float64Arrays included. */
export const encodeCached = (value: unknown): string =>
  JSON.stringify(value, (_key, each) => {
    if (typeof each === 'bigint') return { [AMOUNT]: formatAmount(each) };
    if (each instanceof Float64Array) {
      return { [COLUMN]: Buffer.from(each.buffer, each.byteOffset, each.byteLength).toString('base64') };
    }
    return each;
  });

export const decodeCached = (text: string): unknown =>
  JSON.parse(text, (_key, each) => {
    if (each === null || typeof each !== 'object') return each;
    if (typeof each[AMOUNT] === 'string') return parseAmount(each[AMOUNT]);
    // Copied, because a buffer from the pool need not begin at a multiple of eight.
    if (typeof each[COLUMN] === 'string')
      return new Float64Array(Uint8Array.from(Buffer.from(each[COLUMN], 'base64')).buffer);
    return each;
  });
