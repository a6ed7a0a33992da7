import { countKnown, toSeries } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import { midPrice } from '../domain/quote.ts';
import type { Interval, Timestamp } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';

/** Currencies that follow another one to the cent, where the pair itself is not traded here. */
const pegs: Record<string, string> = { USDT: 'USD', USDC: 'USD' };
/** London's shares are quoted in pence. */
const hundredths: Record<string, string> = { GBX: 'GBP' };

/**
 * One unit of `from` in `to`, at the mid of a pair of both, or through the dollar. Throws `unavailable` when no pair
 * leads there: an amount is never converted at a guess.
 */
export async function conversionRate(
  marketData: MarketData,
  from: string,
  to: string,
  asOf?: Timestamp,
): Promise<number> {
  const whole = hundredths[from];
  if (whole !== undefined) return (await conversionRate(marketData, whole, to, asOf)) / 100;
  const source = pegs[from] ?? from;
  const target = pegs[to] ?? to;
  if (source === target) return 1;
  const direct = await pairRate(marketData, source, target, asOf);
  if (direct !== undefined) return direct;
  if (source !== 'USD' && target !== 'USD') {
    const [toDollar, fromDollar] = [
      await pairRate(marketData, source, 'USD', asOf),
      await pairRate(marketData, 'USD', target, asOf),
    ];
    if (toDollar !== undefined && fromDollar !== undefined) return toDollar * fromDollar;
  }
  throw new AppError('unavailable', `No quoted rate leads from ${from} to ${to}.`, {
    hint: `Import bars of a pair of ${from} and ${to}, or allow a vendor that quotes it.`,
  });
}

async function pairRate(
  marketData: MarketData,
  from: string,
  to: string,
  asOf?: Timestamp,
): Promise<number | undefined> {
  const traded = (base: string, quote: string) =>
    marketData.instruments().find((each) => each.assetClass === 'fx' && each.base === base && each.quote === quote);
  const straight = traded(from, to);
  if (straight) return midPrice(await marketData.quote(straight.symbol, asOf));
  const inverse = traded(to, from);
  if (inverse) return 1 / midPrice(await marketData.quote(inverse.symbol, asOf));
  return undefined;
}

/**
 * The rate over time, for a backtest: 1 where both are the same money, undefined where the backtest can tell from the
 * instrument itself, otherwise the close of the newest bar of the pair that was known then. Throws `unavailable`.
 */
export async function conversionSeries(
  marketData: MarketData,
  question: { from: string; to: string; interval: Interval; start?: Timestamp; end: Timestamp },
): Promise<((at: Timestamp) => number) | undefined> {
  const whole = hundredths[question.from];
  if (whole !== undefined) {
    const rate = await conversionSeries(marketData, { ...question, from: whole });
    return rate && ((at) => rate(at) / 100);
  }
  const source = pegs[question.from] ?? question.from;
  const target = pegs[question.to] ?? question.to;
  if (source === target) return () => 1;
  const pair = marketData
    .instruments()
    .find(
      ({ assetClass, base, quote }) =>
        assetClass === 'fx' && ((base === source && quote === target) || (base === target && quote === source)),
    );
  if (!pair) {
    throw new AppError(
      'unavailable',
      `No pair of ${question.from} and ${question.to} is known, so profits cannot be converted.`,
    );
  }
  const { interval, start, end } = question;
  const { bars } = await marketData.history({ symbol: pair.symbol, interval, limit: 100_000, asOf: end, from: start });
  const series = toSeries(pair.symbol, interval, bars);
  const straight = pair.base === source;
  return (at) => {
    // Before the first known bar its open is the best that is known.
    const known = Math.max(1, countKnown(series, at));
    const close = series.close[known - 1]!;
    return straight ? close : 1 / close;
  };
}
