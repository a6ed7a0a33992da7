import type { Bar } from '../../domain/bar.ts';
import { toNumber } from '../../domain/decimal.ts';
import { AppError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import type { Defect } from '../../domain/quality.ts';
import {
  barClose,
  barOpen,
  DAY,
  type Interval,
  intervalMs,
  intervals,
  type Timestamp,
  toIso,
} from '../../domain/time.ts';
import { type FileActions, readFileActions } from './file/actions.ts';
import { type ColumnNames, type Columns, findColumns } from './file/columns.ts';
import { type Deviation, deviationNotices, findDeviations } from './file/deviations.ts';
import { inferZone } from './file/infer-zone.ts';
import { descending, modalSpacing, type Row, readRows, rowsOfSymbol, ticksToBars, timeFormatFor } from './file/rows.ts';
import { scaleOf } from './file/scale.ts';
import { dayOf, type Stamp, type TimeFormat } from './file/stamps.ts';
import { readTable } from './file/table.ts';
import { fromWall, parseZone, utcZone, type Zone } from './file/zone.ts';

export interface FileOptions {
  symbol: string;
  /** What the symbol means at this desk, where its registry may know more than every desk does. */
  instrument?: Instrument;
  /** What the rows are; inferred from their spacing when absent. */
  interval?: Interval;
  /** IANA name, `+02:00`, `UTC` or `broker`; for stamps that state none. */
  timeZone?: string;
  columns?: ColumnNames;
  /** Divide prices by this; inferred when absent. */
  scale?: number;
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
  banner: number;
  timeFormat: string;
  timeZone: string;
  zoneFrom: 'stated' | 'given' | 'inferred' | 'assumed' | 'dates';
  stamps: 'open' | 'close';
  order: 'oldest first' | 'newest first';
  prices: 'bars' | 'bid and ask' | 'ticks';
  scale: number;
  interval: Interval;
  rows: number;
}

export interface BarsFile extends FileActions {
  bars: Bar[];
  defects: Defect[];
  /** Rows that were read although they are written differently from the others. */
  deviations: Deviation[];
  notices: string[];
  detected: FileDialect;
}

/**
 * Reads bars from a CSV file of almost any dialect, packed or not. Bars come oldest first and unchecked (`checkBars`
 * is next); rows that cannot be read are defects. Throws `bad_file` saying what was found and what is needed.
 */
export function readBarsFile(bytes: Uint8Array, options: FileOptions): BarsFile {
  const instrument = options.instrument ?? requireInstrument(options.symbol);
  const notices: string[] = [];
  const table = readTable(bytes);
  if (table.banner.length > 0)
    notices.push(`Left out ${table.banner.length} line(s) before the rows: "${table.banner[0]}".`);
  const columns = findColumns(table, options.columns);
  const own = rowsOfSymbol(table, columns, instrument, notices);
  const format = timeFormatFor(table, columns, own);
  const { rows, defects } = readRows(table, columns, own, format);
  if (rows.length === 0)
    throw new AppError('bad_file', `No row of the file can be read as a bar of ${instrument.symbol}.`);

  notices.push(...table.marks);
  const deviations = findDeviations({ ...table, rows: own.map(([row]) => row) }, columns);
  notices.push(...deviationNotices(deviations));

  const newestFirst = descending(rows);
  if (newestFirst) {
    rows.reverse();
    notices.push('The file lists its newest row first; it was turned round.');
  }
  const spacing = modalSpacing(rows);
  const ticks = columns.prices.kind === 'ticks';
  const interval = intervalOf(options.interval, spacing, ticks, notices);
  const zone = zoneOf({ rows, instrument, interval, format, columns, options, notices, ticks });
  const scale = scaleFor(options.scale, instrument, rows, columns, own, notices);
  const atEnd = columns.timeIsEnd || zone.stampsAreEnds;
  if (atEnd) notices.push('Its stamps are the ends of bars; bars are stored by their start.');
  if (columns.prices.kind === 'sides') notices.push('Prices are the middle between bid and ask.');
  if (columns.volume === undefined) notices.push('The file has no volume; it is taken as 0.');

  const digits = decimalsOf(instrument, columns);
  const round = instrument.calendar !== 'crypto' && intervalMs[interval] >= DAY;
  const openOf = (stamp: Stamp) => {
    const openTime = openTimeOf(stamp, zone.zone, interval, atEnd);
    // Midnight of an exchange is some hours from midnight UTC; days and weeks of one market belong to one grid.
    return round ? Math.round(openTime / DAY) * DAY : openTime;
  };
  const bars = (ticks ? ticksToBars(rows, openOf, interval) : rows).map((row) => {
    const [open, high, low, close] = row.prices.map((each) => tidy(each / scale, digits, scale !== 1)) as Row['prices'];
    const openTime = ticks ? row.stamp.wall : openOf(row.stamp);
    const closeTime = barClose(interval, openTime);
    const received = { receiveTime: options.receiveTime, backfilled: true };
    return { openTime, closeTime, open, high, low, close, volume: row.volume, ...received };
  });
  const detected: FileDialect = {
    compressed: table.compressed,
    encoding: table.encoding,
    delimiter: table.delimiter,
    decimalComma: table.decimalComma,
    header: table.header ?? null,
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
  const told = ticks ? { actions: [] } : readFileActions(table, rows, bars, instrument);
  return { bars, ...told, defects, deviations, notices, detected };
}

function intervalOf(asked: Interval | undefined, spacing: number, ticks: boolean, notices: string[]): Interval {
  if (ticks) {
    notices.push(`The rows are ticks; they were gathered into bars of ${asked ?? '1m'}.`);
    return asked ?? '1m';
  }
  const seen = spacing >= 28 * DAY ? '1M' : intervals.find((each) => intervalMs[each] === spacing);
  if (asked === undefined) {
    if (seen) {
      notices.push(`Rows are ${seen} apart.`);
      return seen;
    }
    throw new AppError('bad_file', `Rows are ${spacing / 60_000} minutes apart, which is no known interval.`, {
      hint: 'Name the interval of the rows with --interval.',
    });
  }
  if (seen !== undefined && seen !== asked) {
    throw new AppError('bad_file', `Rows are ${seen} apart, but ${asked} was named.`, {
      hint: `Import it with --interval ${seen}; coarser bars are made from finer ones when they are asked for.`,
    });
  }
  if (seen === undefined && spacing > 0) notices.push(`Rows are unevenly spaced; they are taken as ${asked}.`);
  return asked;
}

interface ZoneQuestion {
  rows: readonly Row[];
  instrument: Instrument;
  interval: Interval;
  format: TimeFormat;
  columns: Columns;
  options: FileOptions;
  notices: string[];
  ticks: boolean;
}

function zoneOf(question: ZoneQuestion): { zone: Zone; from: FileDialect['zoneFrom']; stampsAreEnds?: boolean } {
  const { rows, instrument, interval, format, columns, options, notices, ticks } = question;
  const stated = rows.every((row) => row.stamp.offset !== undefined);
  if (stated) {
    if (options.timeZone) notices.push('The stamps state their own zone; --timezone was not used.');
    return { zone: utcZone, from: 'stated' };
  }
  const daily = !ticks && intervalMs[interval] >= DAY;
  const dated = format.dateOnly || rows.every((row) => row.stamp.wall % DAY === 0);
  if (daily && dated) {
    notices.push('Its bars are dated; each stands at 00:00 UTC of its date.');
    return { zone: utcZone, from: 'dates' };
  }
  if (options.timeZone) return { zone: parseZone(options.timeZone), from: 'given' };
  if (columns.namedUtc) return { zone: utcZone, from: 'stated' };
  const step = ticks ? 0 : intervalMs[interval];
  const inferred = inferZone(
    instrument.calendar,
    rows.map((row) => row.stamp.wall),
    step,
  );
  notices.push(inferred.notice);
  return { zone: inferred.zone, from: inferred.how, ...(inferred.stampsAreEnds ? { stampsAreEnds: true } : {}) };
}

function openTimeOf({ wall, offset }: Stamp, zone: Zone, interval: Interval, atEnd: boolean | undefined): Timestamp {
  const length = intervalMs[interval];
  // A day is its exchange's date: midnight with an offset is that date, not the evening before in UTC.
  if (length >= DAY && wall % DAY === 0 && !atEnd) return interval === '1M' ? barOpen('1M', wall) : dayOf(wall);
  const time = offset === undefined ? fromWall(zone, wall) : wall - offset;
  if (!atEnd) return interval === '1M' ? barOpen('1M', time) : time;
  // 23:59:59.999 is an end too.
  return interval === '1M' ? barOpen('1M', time - 1) : Math.ceil(time / 1000) * 1000 - length;
}

function scaleFor(
  given: number | undefined,
  instrument: Instrument,
  rows: readonly Row[],
  columns: Columns,
  own: [string[], number][],
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
function tidy(value: number, digits: number, scaled: boolean): number {
  return scaled ? Number(value.toFixed(Math.max(digits, 4))) : Number(value.toPrecision(12));
}

/** One line for people: what was read. */
export const describeFile = ({ bars, detected }: BarsFile) =>
  bars.length === 0
    ? 'no bars'
    : `${bars.length} bars of ${detected.interval} from ${toIso(bars[0]!.openTime)} to ${toIso(bars.at(-1)!.closeTime)}`;
