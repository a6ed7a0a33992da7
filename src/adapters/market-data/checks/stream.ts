import type { Bar } from '../../../domain/bar.ts';
import type { BarContext } from '../check-bars.ts';
import { type Gap, gapBetween } from './gaps.ts';
import { createSequenceCheck } from './sequence.ts';
import type { Fault } from './values.ts';

/** Bars in which a stream looks for a repeated time. */
const REMEMBERED = 1_000;

/**
 * Judges live bars one by one with the verdicts that `checkBars` gives on the same bars, as far as the past can tell:
 * `not-positive`, `bounds`, `duplicate`, `out-of-order` and gaps. `spike`, `wrong-scale` and `unadjusted-split` need
 * the bars after it; they are told when history is read.
 */
export function createBarCheck(context: Pick<BarContext, 'instrument' | 'interval' | 'calendar'>) {
  const judge = createSequenceCheck({ remember: REMEMBERED });
  let last: Bar | undefined;
  return function next(bar: Bar): { fault?: Fault; gap?: Gap } {
    const fault = judge(bar);
    if (fault) return { fault };
    const gap = last && gapBetween(last, bar, context);
    last = bar;
    return gap ? { gap } : {};
  };
}
