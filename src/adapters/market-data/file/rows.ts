import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { createRegistry } from '../../../domain/instrument-registry.ts';
import { resolveInstrument } from '../../../domain/instruments.ts';
import type { Defect } from '../../../domain/quality.ts';
import { barOpen, type Interval, type Timestamp } from '../../../domain/time.ts';
import { type RowActions, rowActions } from './actions.ts';
import type { Columns } from './columns.ts';
import { type Stamp, type TimeFormat, timeFormatOf } from './stamps.ts';
import type { Table } from './table.ts';

/** Cells of a row and its line in the file, where that is known. */
export type WrittenRow = [cells: string[], line: number | undefined];

/** One readable row: its stamp as written, its prices as written (not yet scaled). */
export interface Row {
  stamp: Stamp;
  prices: [number, number, number, number];
  volume: number;
  /** Where the file tells of dividends or splits. */
  actions?: RowActions;
}

/** Of a file of many symbols, which rows are the one's that is asked for; undefined where every row is. */
export interface Ownership {
  owns(cells: readonly string[]): boolean;
  /** Spellings met so far. */
  met(): string[];
}

export function ownershipOf({ symbol }: Columns, instrument: Instrument): Ownership | undefined {
  if (symbol === undefined) return undefined;
  const alone = createRegistry([instrument]);
  const means = new Map<string, boolean>();
  return {
    owns(cells) {
      const spelling = cells[symbol] ?? '';
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
    },
    met: () => [...means.keys()],
  };
}

export const noRowsOf = (instrument: Instrument, ownership: Ownership) =>
  new AppError(
    'bad_file',
    `The file has no rows of ${instrument.symbol}; its symbols are ${ownership.met().slice(0, 10).join(', ')}.`,
    { hint: 'Import it with --symbol and one of these.' },
  );

const stampText = (row: readonly string[], { time, clock }: Columns) =>
  clock === undefined ? (row[time] ?? '') : `${row[time] ?? ''} ${row[clock] ?? ''}`;

/** How the times are written: `named` where somebody says so, else what reads most of them. */
export function timeFormatFor(
  table: Table,
  columns: Columns,
  rows: readonly WrittenRow[],
  named: string | undefined,
): TimeFormat {
  const step = Math.max(1, Math.floor(rows.length / 400));
  const texts = rows.filter((_, i) => i % step === 0).map(([row]) => stampText(row, columns));
  const format = timeFormatOf(texts, named);
  if (format) return format;
  const as = named === undefined ? 'read' : `read as ${named}`;
  throw new AppError('bad_file', `The times cannot be ${as}; the first is "${texts[0]}".`, {
    hint: 'Write them as 2025-06-30 14:00, or as seconds or milliseconds since 1970.',
    details: { found: table.header ?? table.rows[0] },
  });
}

/** Reads cells as numbers and times; what cannot be read is a defect. */
export function rowReader(
  { decimalComma, header }: Pick<Table, 'decimalComma' | 'header'>,
  columns: Columns,
  format: TimeFormat,
) {
  const number = (text: string | undefined) =>
    text === undefined || text === ''
      ? Number.NaN
      : Number(decimalComma ? text.replace(/\./g, '').replace(',', '.') : text);
  const pick = (row: string[]): Row['prices'] => {
    const { prices } = columns;
    if (prices.kind === 'bars')
      return [number(row[prices.open]), number(row[prices.high]), number(row[prices.low]), number(row[prices.close])];
    if (prices.kind === 'sides')
      return prices.bid.map((i, j) => (number(row[i]) + number(row[prices.ask[j]!])) / 2) as Row['prices'];
    const middle = (number(row[prices.bid]) + number(row[prices.ask])) / 2;
    return [middle, middle, middle, middle];
  };
  const told = rowActions(header);
  return (written: readonly WrittenRow[]) => {
    const rows: Row[] = [];
    const defects: Defect[] = [];
    for (const [cells, line] of written) {
      const text = stampText(cells, columns);
      const place = { at: text, ...(line === undefined ? {} : { row: line }) };
      // A file put together from several sources writes times in several ways; each row still says what it means.
      const stamp = format.read(text) ?? timeFormatOf([text])?.read(text);
      const prices = pick(cells);
      if (!stamp) defects.push({ flag: 'out-of-order', ...place, reason: 'Its time cannot be read.' });
      else if (prices.some(Number.isNaN)) {
        const reason = `Not four prices: ${cells.join(', ').slice(0, 120)}`;
        defects.push({ flag: 'not-positive', ...place, reason });
      } else {
        const volume = columns.volume === undefined ? 0 : number(cells[columns.volume]);
        const actions = told?.(cells, number);
        rows.push({ stamp, prices, volume: Number.isNaN(volume) ? 0 : volume, ...(actions ? { actions } : {}) });
      }
    }
    return { rows, defects };
  };
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

/** Gathers ticks into bars as they come; `rest` is the bar that no later tick has ended. */
export function tickGatherer(openOf: (stamp: Stamp) => Timestamp, interval: Interval) {
  let last: Row | undefined;
  return {
    gather(rows: readonly Row[]): Row[] {
      const ended: Row[] = [];
      for (const { stamp, prices } of rows) {
        const openTime = barOpen(interval, openOf(stamp));
        const price = prices[0];
        if (last?.stamp.wall === openTime) {
          const [open, high, low] = last.prices;
          last.prices = [open, Math.max(high, price), Math.min(low, price), price];
          last.volume += 1;
        } else {
          if (last) ended.push(last);
          last = { stamp: { wall: openTime, offset: 0 }, prices: [price, price, price, price], volume: 1 };
        }
      }
      return ended;
    },
    rest: (): Row[] => (last ? [last] : []),
  };
}
