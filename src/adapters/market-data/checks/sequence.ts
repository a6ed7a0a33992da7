import type { Bar } from '../../../domain/bar.ts';
import { type Timestamp, toIso } from '../../../domain/time.ts';
import { type Fault, faultOf } from './values.ts';

/**
 * Judges bars one by one as they come, by their own values and by those before them: `not-positive`, `bounds`,
 * `duplicate`, `out-of-order`. Only a bar that runs ahead of the one after it cannot be told without `following`.
 *
 * `remember` is how many bars a repeated time is looked for in; a long history gives a number to stay small.
 */
export function createSequenceCheck({
  remember = Number.POSITIVE_INFINITY,
  overruled,
}: {
  remember?: number;
  /** Opening times of bars whose bounds a person accepted as they are. */
  overruled?: ReadonlySet<Timestamp>;
} = {}) {
  const seen = new Map<Timestamp, Bar>();
  let newest = Number.NEGATIVE_INFINITY;

  /** The fault of the next bar, or undefined when it is sound as far as the past can tell. */
  return function next(bar: Bar, following?: Pick<Bar, 'openTime'>): Fault | undefined {
    const fault = faultOf(bar);
    if (fault && !(fault.flag === 'bounds' && overruled?.has(bar.openTime))) return fault;
    const twin = seen.get(bar.openTime);
    if (twin) {
      return { flag: 'duplicate', reason: same(bar, twin) ? 'The same bar twice.' : 'A second bar of the same time.' };
    }
    if (bar.openTime < newest) return { flag: 'out-of-order', reason: `It comes after the bar of ${toIso(newest)}.` };
    if (following && following.openTime < bar.openTime && following.openTime > newest) {
      // One bar that runs ahead is at fault itself, not all the bars after it.
      return { flag: 'out-of-order', reason: `It comes before the bar of ${toIso(following.openTime)}.` };
    }
    seen.set(bar.openTime, bar);
    if (seen.size > remember) seen.delete(seen.keys().next().value!);
    newest = bar.openTime;
    return undefined;
  };
}

const same = (a: Bar, b: Bar) =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;
