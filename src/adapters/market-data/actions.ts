import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { DAY, parseTime, type Timestamp } from '../../domain/time.ts';

/** A split as a vendor tells it: `ratio` new shares for one old one, on a date such as 2020-08-31. */
export interface ToldSplit {
  date: string;
  ratio: number;
}

/** A dividend for one share as it was then, on its ex-date. */
export interface ToldDividend {
  date: string;
  amount: number;
  currency?: string;
  declared?: string | null;
  paid?: string | null;
}

/**
 * Splits and dividends as facts, oldest first. Their ids are made of the vendor and the ex-date, so that corrected terms
 * replace the old ones; a second dividend of a day is numbered. Throws `unavailable` for a ratio or an amount that is not above zero: it would scale every bar.
 */
export function actionFacts(
  source: string,
  instrument: Instrument,
  now: Timestamp,
  splits: readonly ToldSplit[],
  dividends: readonly ToldDividend[],
): CorporateAction[] {
  const { symbol, quote } = instrument;
  const common = { symbol, source, receiveTime: now };
  const seen = new Map<string, number>();
  const id = (kind: string, date: string) => {
    const plain = `${source}|${symbol}|${kind}|${date}`;
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return count === 1 ? plain : `${plain}|${count}`;
  };
  const positive = (value: number) => {
    if (value > 0 && Number.isFinite(value)) return value;
    throw new AppError('unavailable', `${source} told a split or dividend of ${symbol} without its size.`);
  };
  return [
    ...splits.map(({ date, ratio }): CorporateAction => {
      const effectiveTime = parseTime(date);
      const times = { effectiveTime, eventTime: effectiveTime };
      return { ...common, ...times, id: id('split', date), kind: 'split', ratio: positive(ratio) };
    }),
    ...dividends.map(({ date, amount, currency, declared, paid }): CorporateAction => {
      const effectiveTime = parseTime(date);
      return {
        ...{ ...common, id: id('dividend', date), kind: 'dividend', amount: positive(amount) },
        ...{ currency: currency || quote, effectiveTime, eventTime: known(declared, effectiveTime) },
        ...(paid ? { payTime: parseTime(paid) } : {}),
      };
    }),
  ].sort((a, b) => a.effectiveTime - b.effectiveTime);
}

/** Of a declaration the day is told, not the hour: known when it is over, and on the ex-date at the latest. */
export const known = (declared: string | null | undefined, effective: Timestamp) =>
  declared ? Math.min(parseTime(declared) + DAY, effective) : effective;

export const isShare = ({ assetClass }: Instrument) => assetClass === 'equity' || assetClass === 'etf';
