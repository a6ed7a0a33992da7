import type { Bar } from '../../../domain/bar.ts';
import type { QualityFlag } from '../../../domain/quality.ts';

/** What is wrong and why, in a sentence. */
export interface Fault {
  flag: QualityFlag;
  reason: string;
}

/** What a bar's own values tell against it, without any other bar. */
export function faultOf(bar: Bar): Fault | undefined {
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
