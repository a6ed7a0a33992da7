import type { Bar } from '../../../domain/bar.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import type { Defect } from '../../../domain/quality.ts';
import { barClose, DAY, type Interval, intervalMs, type Timestamp } from '../../../domain/time.ts';
import { actionsOf, type FileActions } from './actions.ts';
import { type ColumnNames, type Columns, findColumns, type Side } from './columns.ts';
import { type Deviation, deviationNotices, findDeviations } from './deviations.ts';
import {
  descending,
  modalSpacing,
  noRowsOf,
  type Ownership,
  ownershipOf,
  type Row,
  rowReader,
  tickGatherer,
  timeFormatFor,
  type WrittenRow,
} from './rows.ts';
import { scaleFor, tidier } from './scale.ts';
import type { Stamp } from './stamps.ts';
import { refuseSwappedColumns } from './swapped.ts';
import type { Table } from './table.ts';
import { intervalOf, openTimeOf, refuseClashingZones, type ZoneOrigin, zoneOf } from './times.ts';

/** What the caller knows of the file; the rest is found out. */
export interface DialectOptions {
  /** What the rows are; inferred from their spacing when absent. */
  interval?: Interval;
  /** IANA name, `+02:00`, `UTC` or `broker`; for stamps that state none. */
  timeZone?: string;
  columns?: ColumnNames;
  /** Divide prices by this; inferred when absent. */
  scale?: number;
  /** How times are written, such as `day/month/year`. */
  dates?: string;
  /** Of a file with bid and ask: the middle when absent. */
  prices?: Side;
  /** When the desk learned these bars: now. */
  receiveTime: Timestamp;
}

/** How the file was understood: every inference, so that a wrong one can be seen and overridden. */
export interface FileDialect {
  compressed: boolean;
  encoding: string;
  delimiter: string;
  decimalComma: boolean;
  header: string[] | null;
  /** Field to the column's name, or to its 1-based number where there is no header. */
  columns: Record<string, string>;
  banner: number;
  timeFormat: string;
  timeZone: string;
  zoneFrom: ZoneOrigin;
  stamps: 'open' | 'close';
  order: 'oldest first' | 'newest first';
  prices: 'bars' | 'bid and ask' | 'ticks';
  scale: number;
  interval: Interval;
  rows: number;
}

export interface Dialect {
  detected: FileDialect;
  notices: string[];
  deviations: Deviation[];
  ownership: Ownership | undefined;
  newestFirst: boolean;
  /** A reader of rows in the order of time; `rest` is what it still holds at the end. */
  reader(): BarReader;
}

export interface BarReader {
  read(rows: readonly WrittenRow[]): FileActions & { bars: Bar[]; defects: Defect[] };
  rest(): Bar[];
}

/** Only the rows of the instrument, with their lines. */
export function ownRows(rows: readonly string[][], firstLine: number, ownership: Ownership | undefined): WrittenRow[] {
  const all = rows.map((row, i): WrittenRow => [row, firstLine + i]);
  return ownership ? all.filter(([row]) => ownership.owns(row)) : all;
}

/**
 * Finds out how a file is written from its rows, or as many of its first ones as the table holds; `later` are rows of
 * the instrument from further on, where the head has none. Throws `bad_file` saying what was found and what is needed.
 */
export function understand(
  table: Table,
  instrument: Instrument,
  options: DialectOptions,
  later: readonly WrittenRow[] = [],
): Dialect {
  const notices: string[] = [];
  if (table.banner.length > 0)
    notices.push(`Left out ${table.banner.length} line(s) before the rows: "${table.banner[0]}".`);
  const columns = findColumns(table, options.columns, options.prices);
  const ownership = ownershipOf(columns, instrument);
  const own = later.length > 0 ? [...later] : ownRows(table.rows, table.firstLine, ownership);
  if (ownership && own.length === 0) throw noRowsOf(instrument, ownership);
  if (later.length === 0 && own.length < table.rows.length)
    notices.push(`Took the ${own.length} rows of ${instrument.symbol} among ${table.rows.length}.`);
  const format = timeFormatFor(table, columns, own, options.dates);
  const readRows = rowReader(table, columns, format);
  const { rows } = readRows(own);
  if (rows.length === 0) {
    throw new AppError('bad_file', `No row of the file can be read as a bar of ${instrument.symbol}.`, {
      hint: 'Look at its first rows: each needs a time and four numbers. Name the columns with --columns.',
    });
  }
  if (columns.prices.kind === 'bars') refuseSwappedColumns(rows, columns.prices, table.header);

  notices.push(...table.marks);
  const deviations = findDeviations({ ...table, rows: own.map(([row]) => row) }, columns);
  notices.push(...deviationNotices(deviations));

  const newestFirst = descending(rows);
  if (newestFirst) {
    rows.reverse();
    notices.push('The file lists its newest row first; it was turned round.');
  }
  const ticks = columns.prices.kind === 'ticks';
  const interval = intervalOf(options.interval, modalSpacing(rows), ticks, notices);
  const zone = zoneOf({
    rows,
    calendar: instrument.calendar,
    interval,
    dateOnly: format.dateOnly,
    namedUtc: columns.namedUtc,
    given: options.timeZone,
    notices,
    ticks,
  });
  const scale = scaleFor(options.scale, instrument, rows, columns, own, notices);
  const atEnd = columns.timeIsEnd || zone.stampsAreEnds === true;
  if (atEnd) notices.push('Its stamps are the ends of bars; bars are stored by their start.');
  if (columns.prices.kind === 'sides') notices.push('Prices are the middle between bid and ask.');
  if (columns.volume === undefined) notices.push('The file has no volume; it is taken as 0.');

  const round = instrument.calendar !== 'crypto' && intervalMs[interval] >= DAY;
  const openOf = (stamp: Stamp) => {
    const openTime = openTimeOf(stamp, zone.zone, interval, atEnd);
    // Midnight of an exchange is some hours from midnight UTC; days and weeks of one market belong to one grid.
    return round ? Math.round(openTime / DAY) * DAY : openTime;
  };
  if (!options.timeZone) refuseClashingZones(rows, openOf);
  const tidy = tidier(columns, instrument, scale);
  const bar = ({ stamp, prices: [open, high, low, close], volume }: Row): Bar => {
    const openTime = ticks ? stamp.wall : openOf(stamp);
    return {
      openTime,
      closeTime: barClose(interval, openTime),
      open: tidy(open),
      high: tidy(high),
      low: tidy(low),
      close: tidy(close),
      volume,
      receiveTime: options.receiveTime,
      backfilled: true,
    };
  };
  const detected: FileDialect = {
    compressed: table.compressed,
    encoding: table.encoding,
    delimiter: table.delimiter,
    decimalComma: table.decimalComma,
    header: table.header ?? null,
    columns: namesOf(columns, table.header),
    banner: table.banner.length,
    timeFormat: format.name,
    timeZone: zone.zone.name,
    zoneFrom: zone.from,
    stamps: atEnd ? 'close' : 'open',
    order: newestFirst ? 'newest first' : 'oldest first',
    prices: ticks ? 'ticks' : columns.prices.kind === 'sides' ? 'bid and ask' : 'bars',
    scale,
    interval,
    rows: own.length,
  };
  const reader = (): BarReader => {
    const gatherer = ticks ? tickGatherer(openOf, interval) : undefined;
    return {
      read(written) {
        const { rows, defects } = readRows(written);
        if (gatherer) return { bars: gatherer.gather(rows).map(bar), defects, actions: [] };
        const bars = rows.map(bar);
        return { bars, defects, ...actionsOf(rows, bars, instrument) };
      },
      rest: () => (gatherer?.rest() ?? []).map(bar),
    };
  };
  return { detected, notices, deviations, ownership, newestFirst, reader };
}

/** Which column each field was read from. */
function namesOf({ time, clock, prices, volume, symbol }: Columns, header: string[] | undefined) {
  const name = (i: number) => header?.[i] ?? String(i + 1);
  const fields: [string, number | undefined][] = [
    ['time', time],
    ['clock', clock],
    ...(prices.kind === 'sides'
      ? [...prices.bid.map((i) => ['bid', i] as const), ...prices.ask.map((i) => ['ask', i] as const)].map(
          ([side, i], j): [string, number] => [`${side}_${['open', 'high', 'low', 'close'][j % 4]}`, i],
        )
      : Object.entries(prices).flatMap(([field, i]): [string, number][] =>
          typeof i === 'number' ? [[field, i]] : [],
        )),
    ['volume', volume],
    ['symbol', symbol],
  ];
  return Object.fromEntries(fields.flatMap(([field, i]) => (i === undefined ? [] : [[field, name(i)]])));
}
