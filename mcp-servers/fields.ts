import { z } from 'zod';
import { AppError } from '../src/domain/errors.ts';
import { intervals, parseTime, type Timestamp } from '../src/domain/time.ts';

/** Any usual spelling: EURUSD, EUR/USD, EURUSD=X, BTC-USD. The tool resolves it and answers with the canonical one. */
export const symbolField = z.string().trim().min(1).max(40);

/** At most 20 symbols; also read from "A,B" and '["A","B"]'. */
export const symbolsField = z.array(symbolField).min(1).max(20);

/** Spellings such as `1Hour` and `H1` are read before the schema sees them. */
export const intervalField = z.enum(intervals);

/** ISO text, or milliseconds since 1970 in digits; comes out as a Timestamp. */
export const timeField = z
  .string()
  .max(40)
  .transform((text): Timestamp => {
    if (/^\d{12,14}$/.test(text)) return Number(text);
    return parseTime(text);
  });

export const limitField = (most: number) => z.int().min(1).max(most);
export const cursorField = z.string().max(60);
export const formatField = z.enum(['concise', 'detailed']);

const decimalPattern = /^\d{1,15}(\.\d{1,9})?$/;
/** A positive decimal as text, e.g. "0.25": amounts never pass through floating point. */
export const amountField = z
  .string()
  .trim()
  .refine(
    (text) => decimalPattern.test(text) && /[1-9]/.test(text),
    'give a positive decimal such as "1000" or "0.25"',
  );

/** Times at the edge of asOf: nobody may ask about what has not happened. */
export function askedTime(asOf: Timestamp | undefined, now: Timestamp): Timestamp {
  if (asOf === undefined) return now;
  if (asOf > now)
    throw new AppError('invalid_input', '"asOf" lies in the future.', { hint: 'Leave asOf out for now.' });
  return asOf;
}
