import { toNumber } from '../../../domain/decimal.ts';
import type { Instrument } from '../../../domain/instrument.ts';

/** A price of this instrument can hardly lie outside these, in any year that files cover. */
function plausible({ assetClass, quote, base }: Instrument): [number, number] {
  if (assetClass === 'fx') return quote === 'JPY' ? [40, 400] : [0.2, 5];
  if (assetClass === 'metal') return base === 'XAU' ? [30, 20_000] : [1, 500];
  if (assetClass === 'crypto') return [1e-6, 5e6];
  return assetClass === 'index' ? [10, 1e6] : [0.05, 20_000];
}

/**
 * What the file's prices must be divided by: MetaTrader exports may count points (130584 for 1.30584), LEAN counts
 * ten-thousandths of a dollar. 1 when they are plain; undefined when they fit the instrument at no usual scale.
 */
export function scaleOf(instrument: Instrument, median: number, allWhole: boolean): number | undefined {
  const [least, most] = plausible(instrument);
  const fits = (value: number) => value >= least && value <= most;
  const shares = instrument.assetClass === 'equity' || instrument.assetClass === 'etf';
  // A share may well cost 20,000; whole numbers throughout, without a single cent, say that they are counts.
  if (shares && allWhole && median > 5_000) return 10_000;
  if (fits(median)) return 1;
  if (instrument.assetClass !== 'fx' && instrument.assetClass !== 'metal') return undefined;
  const points = Math.round(1 / toNumber(instrument.tick));
  return [points, 10_000, 1_000, 100].find((scale) => fits(median / scale));
}
