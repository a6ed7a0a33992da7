import { AppError } from '../../../domain/errors.ts';
import { timeFormatOf } from './stamps.ts';
import type { Table } from './table.ts';

/** Which column means what, by index. */
export interface Columns {
  time: number;
  /** A second column with the time of day, as MetaTrader and HistData write. */
  clock?: number;
  /** Whether `time` says when a bar ended. */
  timeIsEnd: boolean;
  /** Whether the column's own name says UTC. */
  namedUtc: boolean;
  prices:
    | { kind: 'bars'; open: number; high: number; low: number; close: number }
    | { kind: 'sides'; bid: [number, number, number, number]; ask: [number, number, number, number] }
    | { kind: 'ticks'; bid: number; ask: number };
  volume?: number;
  symbol?: number;
}

/** Names that a caller may give: field to the column's name or its 1-based number. */
export type ColumnNames = Partial<Record<'time' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'symbol', string>>;

/** Which price of a file with bid and ask; the middle is `mid`. */
export type Side = 'mid' | 'bid' | 'ask';

const spellings = {
  time: /^(<date>|<time>|time|date|datetime|date[ _]?time|timestamp|time ?stamp|timestamp_utc|t|gmt time|utc|time \(?(utc|gmt).*|open[ _]?time|local time|bar_end(_ms)?|end(_time)?|close[ _]?time|index|\(index\)|unix|unix timestamp|datum|zeit)$/,
  open: /^<?(open|o|open ?price|1\. open|first|eröffnung|erster)>?$/,
  high: /^<?(high|h|high ?price|2\. high|max|hoch|höchst|tageshoch)>?$/,
  low: /^<?(low|l|low ?price|3\. low|min|tief|tiefst|tagestief)>?$/,
  close: /^<?(close|c|close ?price|last|close\/last|4\. close|schluss|schlusskurs)>?$/,
  volume: /^<?(volume|vol|v|tick_?vol(ume)?|5\. volume|volume.*)>?$/,
  symbol: /^<?(symbol|ticker|pair|instrument)>?$/,
} as const;

const needed = 'time, open, high, low, close (and, if there is one, volume)';

/** Finds the columns by name, else by what their cells look like. Throws `bad_file` naming what was found. */
export function findColumns(table: Table, given: ColumnNames = {}, side: Side = 'mid'): Columns {
  const columns = columnsOf(table, given);
  const { prices } = columns;
  if (side === 'mid') return columns;
  if (prices.kind === 'ticks') return { ...columns, prices: { ...prices, bid: prices[side], ask: prices[side] } };
  if (prices.kind === 'bars') {
    throw new AppError('bad_file', `The file has no ${side} columns; it has one price.`, {
      hint: 'Import it without --prices.',
    });
  }
  const [open, high, low, close] = prices[side];
  return { ...columns, prices: { kind: 'bars', open, high, low, close } };
}

function columnsOf(table: Table, given: ColumnNames): Columns {
  const { header, rows } = table;
  if (!header) return byPosition(table, given);
  const find = (field: keyof typeof spellings) => {
    const name = given[field];
    if (name !== undefined) return named(table, name, field);
    const hits = header.flatMap((each, i) => (spellings[field].test(each) ? [i] : []));
    if (field !== 'volume') return hits[0] ?? -1;
    // Where there are several volumes (tick and real, coins and dollars), the first that is not all zero counts.
    return hits.find((i) => rows.slice(0, 200).some((row) => Number(row[i]) > 0)) ?? hits[0] ?? -1;
  };
  const time = timeColumn(table, find('time'));
  const volume = find('volume');
  const symbol = find('symbol');
  const prices = pricesOf(header, find);
  if (time < 0 || !prices) {
    const missing = time < 0 ? ['time'] : (['open', 'high', 'low', 'close'] as const).filter((each) => find(each) < 0);
    throw new AppError('bad_file', `The columns are ${header.join(', ')}; missing: ${missing.join(', ')}.`, {
      hint: `Needed are ${needed}; name them with --columns if the file calls them otherwise.`,
      details: { found: header, missing },
    });
  }
  const clock = header.findIndex((name, i) => i !== time && /^<?time>?$/.test(name) && looksLikeClock(rows, i));
  return {
    time,
    ...(clock >= 0 ? { clock } : {}),
    timeIsEnd: /(^|_)end(_|$)|^close[ _]?time$/.test(header[time]!),
    namedUtc: /utc|gmt|unix/.test(header[time]!) || /\b(utc|gmt)\b/i.test(table.banner.join(' ')),
    prices,
    ...(volume >= 0 ? { volume } : {}),
    ...(symbol >= 0 && symbol !== time ? { symbol } : {}),
  };
}

function pricesOf(
  header: string[],
  find: (field: 'open' | 'high' | 'low' | 'close') => number,
): Columns['prices'] | undefined {
  const [open, high, low, close] = [find('open'), find('high'), find('low'), find('close')];
  if (open >= 0 && high >= 0 && low >= 0 && close >= 0) return { kind: 'bars', open, high, low, close };
  const side = (name: 'bid' | 'ask') =>
    ['open', 'high', 'low', 'close'].map((part) =>
      header.findIndex(
        (each) => each === `${name}_${part}` || each === `${part}_${name}` || each === `${name} ${part}`,
      ),
    ) as [number, number, number, number];
  const bid = side('bid');
  const ask = side('ask');
  if (![...bid, ...ask].includes(-1)) return { kind: 'sides', bid, ask };
  const ticks = { bid: header.indexOf('bid'), ask: header.indexOf('ask') };
  return ticks.bid >= 0 && ticks.ask >= 0 ? { kind: 'ticks', ...ticks } : undefined;
}

/** The named column where its cells can be read, else the first column whose cells are times. */
function timeColumn({ header, rows }: Table, named: number): number {
  const readable = (i: number) => timeFormatOf(sampleOf(rows, i)) !== undefined;
  if (named >= 0 && (readable(named) || looksLikeClock(rows, named))) return named;
  return header!.findIndex((name, i) => !/open|high|low|close|volume|bid|ask/.test(name) && readable(i));
}

function named({ header, rows }: Table, name: string, field: string): number {
  const number = /^\d+$/.test(name) ? Number(name) - 1 : (header ?? []).indexOf(name.trim().toLowerCase());
  if (number >= 0 && number < (header ?? rows[0]!).length) return number;
  throw new AppError('bad_file', `There is no column "${name}" for ${field}.`, {
    hint: header
      ? `The file has ${header.join(', ')}.`
      : `The file has no header and ${rows[0]!.length} columns; give numbers.`,
    details: { found: header ?? [] },
  });
}

/** No header: a time (perhaps in two columns), then open, high, low, close, then volume, checked against the rows. */
function byPosition(table: Table, given: ColumnNames): Columns {
  const { rows } = table;
  const width = rows[0]!.length;
  const time = given.time
    ? named(table, given.time, 'time')
    : rangeTo(width).find((i) => timeFormatOf(sampleOf(rows, i)));
  if (time === undefined) throw unreadable(rows, 'no column holds a date or time');
  const clock = looksLikeClock(rows, time + 1) ? time + 1 : undefined;
  const first = (clock ?? time) + 1;
  const at = (field: 'open' | 'high' | 'low' | 'close', i: number) => {
    const name = given[field];
    return name ? named(table, name, field) : first + i;
  };
  const prices = {
    kind: 'bars' as const,
    open: at('open', 0),
    high: at('high', 1),
    low: at('low', 2),
    close: at('close', 3),
  };
  const number = (row: string[], i: number) => Number((row[i] ?? '').replace(',', '.'));
  const sound = rows.slice(0, 50).filter((row) => {
    const [open, high, low, close] = [prices.open, prices.high, prices.low, prices.close].map((i) => number(row, i));
    return high! >= Math.max(open!, close!) && low! <= Math.min(open!, close!) && low! > 0;
  });
  if (sound.length < Math.min(50, rows.length) * 0.8)
    throw unreadable(rows, 'the numbers are not open, high, low, close');
  const volume = prices.close + 1 < width ? prices.close + 1 : undefined;
  return {
    time,
    ...(clock ? { clock } : {}),
    timeIsEnd: false,
    namedUtc: false,
    prices,
    ...(volume ? { volume } : {}),
  };
}

const rangeTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const sampleOf = (rows: string[][], column: number) => {
  const step = Math.max(1, Math.floor(rows.length / 60));
  return rows.filter((_, i) => i % step === 0).map((row) => row[column] ?? '');
};

const looksLikeClock = (rows: string[][], column: number) =>
  rows.slice(0, 20).every((row) => /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(row[column] ?? ''));

const unreadable = (rows: string[][], why: string) =>
  new AppError(
    'bad_file',
    `The file has no header, and ${why}; its first row is "${rows[0]!.join(', ').slice(0, 120)}".`,
    {
      hint: `Needed are ${needed}, in this order or with a header.`,
      details: { found: rows[0]! },
    },
  );
