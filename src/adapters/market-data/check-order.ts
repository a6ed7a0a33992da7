import type { Bar } from '../../domain/bar.ts';
import type { QualityFlag } from '../../domain/quality.ts';
import { toIso } from '../../domain/time.ts';

/** Bars back to which a twin is remembered; one that comes later still is out of order. */
const REMEMBERED = 100_000;

/**
 * Lets through sound bars in rising order of time; each of the others goes to `reject` with its reason. A bar is held
 * back until the next is known. Add them as they come, then call `end`.
 */
export function orderGate(reject: (bar: Bar, flag: QualityFlag, reason: string) => void, pass: (bar: Bar) => void) {
  const seen = new Map<number, Bar>();
  let newest = Number.NEGATIVE_INFINITY;
  let held: Bar | undefined;

  const judge = (bar: Bar, next: number | undefined) => {
    const fault = faultOf(bar);
    const twin = seen.get(bar.openTime);
    if (fault) reject(bar, fault.flag, fault.reason);
    else if (twin) reject(bar, 'duplicate', same(bar, twin) ? 'The same bar twice.' : 'A second bar of the same time.');
    else if (bar.openTime < newest) reject(bar, 'out-of-order', `It comes after the bar of ${toIso(newest)}.`);
    else if (next !== undefined && next < bar.openTime && next > newest) {
      // One bar that runs ahead is at fault itself, not all the bars after it.
      reject(bar, 'out-of-order', `It comes before the bar of ${toIso(next)}.`);
    } else {
      seen.set(bar.openTime, bar);
      if (seen.size > REMEMBERED) seen.delete(seen.keys().next().value!);
      newest = bar.openTime;
      pass(bar);
    }
  };
  return {
    add(bar: Bar) {
      if (held) judge(held, bar.openTime);
      held = bar;
    },
    end() {
      if (held) judge(held, undefined);
      held = undefined;
    },
  };
}

function faultOf(bar: Bar): { flag: QualityFlag; reason: string } | undefined {
  const { open, high, low, close, volume } = bar;
  const prices = [open, high, low, close];
  if (!prices.every((each) => Number.isFinite(each) && each > 0)) {
    return { flag: 'not-positive', reason: `Prices must be positive: ${prices.join(', ')}.` };
  }
  if (!(volume >= 0)) return { flag: 'not-positive', reason: `Volume is ${volume}.` };
  // Vendors that adjust for dividends leave rounding noise in the bounds.
  const slack = high * 1e-7;
  if (high < Math.max(open, close) - slack || low > Math.min(open, close) + slack || high < low) {
    return { flag: 'bounds', reason: `High ${high} and low ${low} do not hold open ${open} and close ${close}.` };
  }
  return undefined;
}

const same = (a: Bar, b: Bar) =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;
