import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { createRegistry } from '../../../domain/instrument-registry.ts';
import { resolveInstrument } from '../../../domain/instruments.ts';
import type { Defect } from '../../../domain/quality.ts';
import { barOpen, type Interval, type Timestamp } from '../../../domain/time.ts';
import type { Columns } from './columns.ts';
import { type Stamp, type TimeFormat, timeFormatOf } from './stamps.ts';
import type { Table } from './table.ts';

/** One readable row: its stamp as written, its prices as written (not yet scaled). */
export interface Row {
  stamp: Stamp;
  line: number;
  prices: [number, number, number, number];
  volume: number;
}

/** Files of many symbols: only the rows of the one asked for. */
export function rowsOfSymbol(
  { rows }: Table,
  { symbol }: Columns,
  instrument: Instrument,
  notices: string[],
): [string[], number][] {
  const all = rows.map((row, i): [string[], number] => [row, i]);
  if (symbol === undefined) return all;
  const alone = createRegistry([instrument]);
  const means = new Map<string, boolean>();
  const own = all.filter(([row]) => {
    const spelling = row[symbol] ?? '';
    let same = means.get(spelling);
    if (same === undefined) {
      const resolution = resolveInstrument(spelling);
      same =
        resolution.outcome === 'found'
          ? resolution.instrument.symbol === instrument.symbol
          : resolution.outcome === 'unknown' && alone.exact(spelling) !== undefined;
      means.set(spelling, same);
    }
    return same;
  });
  if (own.length === 0) {
    const found = [...means.keys()].slice(0, 10).join(', ');
    throw new AppError('bad_file', `The file has no rows of ${instrument.symbol}; its symbols are ${found}.`, {
      hint: 'Import it with --symbol and one of these.',
    });
  }
  if (own.length < all.length) notices.push(`Took the ${own.length} rows of ${instrument.symbol} among ${all.length}.`);
  return own;
}

const stampText = (row: string[], { time, clock }: Columns) =>
  clock === undefined ? (row[time] ?? '') : `${row[time] ?? ''} ${row[clock] ?? ''}`;

export function timeFormatFor(table: Table, columns: Columns, rows: [string[], number][]): TimeFormat {
  const step = Math.max(1, Math.floor(rows.length / 400));
  const texts = rows.filter((_, i) => i % step === 0).map(([row]) => stampText(row, columns));
  const format = timeFormatOf(texts);
  if (format) return format;
  throw new AppError('bad_file', `The times cannot be read; the first is "${texts[0]}".`, {
    hint: 'Write them as 2025-06-30 14:00, or as seconds or milliseconds since 1970.',
    details: { found: table.header ?? table.rows[0] },
  });
}

export function readRows(
  { decimalComma, firstLine }: Table,
  columns: Columns,
  own: [string[], number][],
  format: TimeFormat,
) {
  const rows: Row[] = [];
  const defects: Defect[] = [];
  const number = (text: string | undefined) =>
    text === undefined || text === ''
      ? Number.NaN
      : Number(decimalComma ? text.replace(/\./g, '').replace(',', '.') : text);
  const pick = (row: string[]): Row['prices'] => {
    const { prices } = columns;
    if (prices.kind === 'bars')
      return [prices.open, prices.high, prices.low, prices.close].map((i) => number(row[i])) as Row['prices'];
    if (prices.kind === 'sides')
      return prices.bid.map((i, j) => (number(row[i]) + number(row[prices.ask[j]!])) / 2) as Row['prices'];
    const middle = (number(row[prices.bid]) + number(row[prices.ask])) / 2;
    return [middle, middle, middle, middle];
  };
  for (const [row, i] of own) {
    const text = stampText(row, columns);
    const line = firstLine + i;
    // A file put together from several sources writes times in several ways; each row still says what it means.
    const stamp = format.read(text) ?? timeFormatOf([text])?.read(text);
    const prices = pick(row);
    if (!stamp) defects.push({ flag: 'out-of-order', at: text, row: line, reason: 'Its time cannot be read.' });
    else if (prices.some(Number.isNaN)) {
      defects.push({
        flag: 'not-positive',
        at: text,
        row: line,
        reason: `Not four prices: ${row.join(', ').slice(0, 120)}`,
      });
    } else {
      const volume = columns.volume === undefined ? 0 : number(row[columns.volume]);
      rows.push({ stamp, line, prices, volume: Number.isNaN(volume) ? 0 : volume });
    }
  }
  return { rows, defects };
}

export function descending(rows: readonly Row[]): boolean {
  let down = 0;
  for (let i = 1; i < rows.length; i++) down += Math.sign(rows[i - 1]!.stamp.wall - rows[i]!.stamp.wall);
  return down > 0;
}

export function modalSpacing(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < rows.length; i++) {
    const step = rows[i]!.stamp.wall - rows[i - 1]!.stamp.wall;
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

export function ticksToBars(rows: readonly Row[], openOf: (stamp: Stamp) => Timestamp, interval: Interval): Row[] {
  const bars: Row[] = [];
  for (const { stamp, line, prices } of rows) {
    const openTime = barOpen(interval, openOf(stamp));
    const last = bars.at(-1);
    const price = prices[0];
    if (last?.stamp.wall === openTime) {
      const [open, high, low] = last.prices;
      last.prices = [open, Math.max(high, price), Math.min(low, price), price];
      last.volume += 1;
    } else bars.push({ stamp: { wall: openTime, offset: 0 }, line, prices: [price, price, price, price], volume: 1 });
  }
  return bars;
}
