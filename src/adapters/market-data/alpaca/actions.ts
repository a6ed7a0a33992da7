import type { CorporateAction } from '../../../domain/corporate-action.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import type { Timestamp } from '../../../domain/time.ts';

interface Dated {
  id?: string;
  symbol: string;
  exDate: Date;
}

/** One page of Alpaca's corporate actions as its SDK reads them. */
export interface WireActions {
  forwardSplits?: readonly (Dated & { newRate: number; oldRate: number })[];
  reverseSplits?: readonly (Dated & { newRate: number; oldRate: number })[];
  /** New shares for one old one, e.g. 0.05. */
  stockDividends?: readonly (Dated & { rate: number })[];
  cashDividends?: readonly (Dated & { rate: number; payableDate?: Date; currency?: string })[];
}

/**
 * Splits and dividends of one share, oldest first. Alpaca tells no day of announcement: each is known from its ex-date.
 * @see https://docs.alpaca.markets/reference/corporateactions-1
 */
export function actionsOf(
  pages: readonly WireActions[],
  code: string,
  instrument: Instrument,
  now: Timestamp,
): CorporateAction[] {
  const common = ({ id, exDate }: Dated, kind: CorporateAction['kind']) => {
    const effectiveTime = exDate.getTime();
    return {
      id: `alpaca|${id ?? `${code}|${kind}|${exDate.toISOString().slice(0, 10)}`}`,
      ...{ symbol: instrument.symbol, source: 'alpaca' },
      ...{ effectiveTime, eventTime: effectiveTime, receiveTime: now },
    };
  };
  const split = (each: Dated, ratio: number): CorporateAction => ({ ...common(each, 'split'), kind: 'split', ratio });
  return pages
    .flatMap(({ forwardSplits = [], reverseSplits = [], stockDividends = [], cashDividends = [] }) => [
      ...[...forwardSplits, ...reverseSplits]
        .filter(({ symbol }) => symbol === code)
        .map((each) => split(each, each.newRate / each.oldRate)),
      // A dividend in shares divides the price as a split does.
      ...stockDividends.filter(({ symbol }) => symbol === code).map((each) => split(each, 1 + each.rate)),
      ...cashDividends
        .filter(({ symbol }) => symbol === code)
        .map(
          (each): CorporateAction => ({
            ...common(each, 'dividend'),
            ...{ kind: 'dividend', amount: each.rate, currency: each.currency || instrument.quote },
            ...(each.payableDate ? { payTime: each.payableDate.getTime() } : {}),
          }),
        ),
    ])
    .sort((a, b) => a.effectiveTime - b.effectiveTime);
}
