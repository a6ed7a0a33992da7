import { toNumber } from '../../../domain/decimal.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import type { Columns } from './columns.ts';
import type { Row, WrittenRow } from './rows.ts';

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

/** The divisor of the prices: as given, else what makes them fit the instrument. */
export function scaleFor(
  given: number | undefined,
  instrument: Instrument,
  rows: readonly Row[],
  columns: Columns,
  own: readonly WrittenRow[],
  notices: string[],
): number {
  if (given) return given;
  const closes = rows.map((row) => row.prices[3]).sort((a, b) => a - b);
  const median = closes[Math.floor(closes.length / 2)]!;
  const { prices } = columns;
  const cells =
    prices.kind === 'bars'
      ? [prices.open, prices.close]
      : prices.kind === 'sides'
        ? [prices.bid[0], prices.ask[3]]
        : [];
  const allWhole = cells.length > 0 && own.every(([row]) => cells.every((i) => /^\d+$/.test(row[i] ?? '')));
  const scale = scaleOf(instrument, median, allWhole);
  if (scale === undefined) {
    notices.push(`Prices around ${median} are unusual for ${instrument.symbol}; is it the right symbol?`);
    return 1;
  }
  if (scale !== 1)
    notices.push(
      `Prices are counted in points; they were divided by ${scale} (${Number(median.toPrecision(9))} is ${Number((median / scale).toPrecision(9))}).`,
    );
  return scale;
}

function decimalsOf(instrument: Instrument, { prices }: Columns): number {
  const decimals = Math.max(0, Math.round(-Math.log10(toNumber(instrument.tick))));
  return prices.kind === 'bars' ? decimals : decimals + 1;
}

/** Takes out float noise of scaling and halving; plain prices stay as the file has them. */
export function tidier(columns: Columns, instrument: Instrument, scale: number): (price: number) => number {
  const digits = Math.max(decimalsOf(instrument, columns), 4);
  if (scale !== 1) return (price) => Number((price / scale).toFixed(digits));
  return columns.prices.kind === 'bars' ? (price) => price : (price) => Number(price.toPrecision(12));
}
