import type { Bar } from '../../../domain/bar.ts';
import type { Repair } from '../../../domain/quality.ts';
import type { OffScale } from './scale.ts';

/**
 * The bar at the scale of its neighbours, with the rule that says how. The wrong prices are multiplied; at the wrong
 * side of a split shares are counted otherwise too. High and low hold open and close again.
 */
export function repairOf(bar: Bar, { factor, prices, split }: OffScale): Repair {
  const mended = { ...bar };
  for (const name of prices) mended[name] = rounded(bar[name] * factor);
  const all = [mended.open, mended.close];
  // A mended extreme alone could lie inside the body: one that was right stays what it was.
  mended.high = Math.max(...all, mended.high);
  mended.low = Math.min(...all, mended.low);
  if (split) mended.volume = Math.round(bar.volume / factor);
  const which = prices.length === 4 ? 'prices' : prices.join(', ');
  return { rule: `${which} x ${rounded(factor)}${split ? ', volume the other way' : ''}`, bar: mended };
}

/** Without the float noise of the multiplication. */
const rounded = (value: number) => Number(value.toPrecision(12));
