import type { Bar } from '../../../domain/bar.ts';
import { toNumber } from '../../../domain/decimal.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { DAY } from '../../../domain/time.ts';
import type { SessionCalendar } from '../../../ports/calendar.ts';
import { median, NEIGHBOURS, usualMove } from './moves.ts';
import type { Fault } from './values.ts';

/** A spike closes this many usual moves away from its neighbours, which do not follow. */
const CLOSE_SPIKE = 25;
/** A high or low may go further in earnest: a release, a flash crash. */
const WICK_SPIKE = 45;
/** Nearer than this nothing is a spike, however calm the market. */
const LEAST = 0.004;
/** Before and after an exchange's own hours single trades go far in earnest: recorded ones of a large share 16 %. */
const LEAST_OUT_OF_HOURS = 0.2;
/** Where one step of the price is a large part of it, a few steps are no spike. */
const STEPS = 5;
/** A flash move leaves a mark: the close keeps this share of the way, in its direction. */
const KEPT = 0.15;

/**
 * Bars that leave their neighbours and come back at once, by index: far in usual moves of the series and of the bars
 * around, and without a lasting part. Needs the bar after it, so the newest bar is judged when the next one comes.
 */
export function findSpikes(
  bars: readonly Bar[],
  { instrument, calendar }: { instrument: Instrument; calendar: SessionCalendar },
): Map<number, Fault> {
  const spikes = new Map<number, Fault>();
  if (bars.length < 2 * NEIGHBOURS + 1) return spikes;
  const move = usualMove(bars);
  const step = toNumber(instrument.tick);
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i]!;
    const before = bars[i - 1]?.close;
    const after = bars[i + 1]?.close;
    const nearest = [before, after].filter((each) => each !== undefined);
    const distance = (price: number) => Math.min(...nearest.map((each) => Math.abs(Math.log(price / each))));
    const neighboursAgree = (farthest: number) => Math.abs(Math.log(nearest[0]! / nearest.at(-1)!)) < farthest / 3;
    const least = Math.max(LEAST, Math.log1p((STEPS * step) / bar.close));
    const far = [
      { price: bar.close, limit: CLOSE_SPIKE },
      { price: bar.open, limit: WICK_SPIKE },
      { price: bar.high, limit: WICK_SPIKE },
      { price: bar.low, limit: WICK_SPIKE },
    ].filter(({ price, limit }) => {
      const away = distance(price);
      return away > Math.max(limit * move, least) && neighboursAgree(away);
    });
    if (far.length === 0) continue;
    // Only few bars come this far: what is around them, and which hour it was, is worth a look.
    const around = neighboursOf(bars, i);
    const local = Math.max(move, median(around.map((each) => Math.log(each.high / each.low))) / 4);
    const calm = isOutOfHours(bar, instrument, calendar) ? LEAST_OUT_OF_HOURS : 0;
    const stray = far.find(({ price, limit }) => {
      if (distance(price) <= Math.max(limit * local, calm)) return false;
      return price === bar.close || before === undefined || after === undefined || !leftMark(price, before, bar, after);
    });
    if (!stray) continue;
    const middle = median(around.map((each) => each.close));
    spikes.set(i, {
      flag: 'spike',
      reason: `${stray.price} is far from its neighbours (${middle}), which do not follow.`,
    });
  }
  return spikes;
}

function neighboursOf(bars: readonly Bar[], i: number): Bar[] {
  const from = Math.max(0, Math.min(i - NEIGHBOURS, bars.length - 1 - 2 * NEIGHBOURS));
  return bars.slice(from, from + 2 * NEIGHBOURS + 1).filter((_, j) => from + j !== i);
}

const isOutOfHours = ({ openTime, closeTime }: Bar, instrument: Instrument, calendar: SessionCalendar) =>
  (instrument.assetClass === 'equity' || instrument.assetClass === 'etf') &&
  closeTime - openTime < DAY &&
  calendar.openBetween(instrument.calendar, openTime, closeTime) === 0;

/** Whether the bar and the one after it close on the side that the price went to, by a part of the way. */
function leftMark(price: number, before: number, bar: Bar, after: number): boolean {
  const way = Math.log(price / before);
  const kept = (close: number) => Math.log(close / before) / way;
  return kept(bar.close) > KEPT && kept(after) > KEPT / 2;
}
