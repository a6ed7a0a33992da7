import { createHash } from 'node:crypto';
import { parse as parseCsv } from 'csv-parse/sync';
import { AppError } from '../../domain/errors.ts';
import type { EconomicEvent } from '../../domain/news.ts';
import { DAY, parseTime, type Timestamp, WEEK } from '../../domain/time.ts';
import { readReleaseValue } from './release-value.ts';

/**
 * Economic releases of a file, earliest first, in one of three shapes:
 *
 * - Forex Factory's weekly JSON: rows of `title country date impact forecast previous` and sometimes `actual`;
 * - JSON of our own, a list or `{ "events": [...] }`: rows of `time currency name impact`, and as far as known `previous
 *   forecast actual unit announced source id`;
 * - CSV with those same names as its header, in any order.
 *
 * Times are ISO 8601 with their offset; without one they are UTC. Values are numbers or written as calendars write
 * them ("3.2%", "250K"). A schedule entry counts as known a week ahead unless `announced` says otherwise. Throws
 * `bad_file` that names the first bad row; details.problems has up to twenty.
 */
export function parseCalendar(bytes: Uint8Array, file: string): EconomicEvent[] {
  const text = new TextDecoder().decode(bytes).trimStart();
  const rows = /^[[{]/.test(text) ? jsonRows(text, file) : csvRows(text, file);
  const problems: string[] = [];
  const entries = rows.flatMap((row, i): Entry[] => {
    try {
      return [readRow(row)];
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      problems.push(`row ${i + 1}: ${failure.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw badFile(file, problems);
  return withIds(entries, file);
}

type Row = Record<string, unknown>;
type Entry = Omit<EconomicEvent, 'id'> & { id?: string };

const badFile = (file: string, problems: string[], cause?: unknown) =>
  new AppError('bad_file', `The calendar ${file} cannot be read: ${problems[0]}`, {
    hint: 'Correct the row: it needs time, currency, name and impact, e.g. 2026-03-18T12:30:00Z, USD, CPI y/y, high.',
    details: { problems: problems.slice(0, 20) },
    cause,
  });
const bad = (message: string) => new AppError('bad_file', message);

function jsonRows(text: string, file: string): Row[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw badFile(file, ['it is not complete JSON.'], cause);
  }
  const rows = Array.isArray(content) ? content : (content as { events?: unknown }).events;
  if (!Array.isArray(rows)) throw badFile(file, ['it holds no list of events.']);
  return rows.map((row: unknown) => (typeof row === 'object' && row !== null ? (row as Row) : {}));
}

function csvRows(text: string, file: string): Row[] {
  try {
    return parseCsv(text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
    });
  } catch (cause) {
    throw badFile(file, [`it is not CSV: ${cause instanceof Error ? cause.message : cause}.`], cause);
  }
}

function readRow(row: Row): Entry {
  const forexFactory = 'title' in row && 'country' in row;
  const field = (name: string) => {
    const value = row[name];
    return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  };
  const name = field(forexFactory ? 'title' : 'name');
  if (name === '') throw bad('it has no name.');
  const currency = field(forexFactory ? 'country' : 'currency').toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) throw bad(`currency "${currency}" is not three letters.`);
  const eventTime = readTime(field(forexFactory ? 'date' : 'time'), 'time');
  const announced = field('announced');
  const announcedTime = announced === '' ? eventTime - WEEK : readTime(announced, 'announced');
  if (announcedTime > eventTime) throw bad(`"${name}" is announced after it is released.`);
  const values = Object.fromEntries(
    (['previous', 'forecast', 'actual'] as const).map((each) => [each, readValue(field(each), each)]),
  );
  const stated = field('unit');
  const unit = stated !== '' ? stated : Object.values(values).find((each) => each?.unit)?.unit;
  const id = forexFactory ? '' : field('id');
  return {
    ...(id === '' ? {} : { id }),
    name,
    currency,
    impact: readImpact(field('impact')),
    eventTime,
    announcedTime,
    ...Object.fromEntries(Object.entries(values).flatMap(([key, each]) => (each ? [[key, each.value]] : []))),
    ...(unit === undefined ? {} : { unit }),
    source: forexFactory ? 'Forex Factory' : field('source') || 'file',
  };
}

function readTime(text: string, field: string): Timestamp {
  try {
    return parseTime(text);
  } catch {
    throw bad(`${field} "${text}" is not a time such as 2026-08-16T18:30:00-04:00.`);
  }
}

function readValue(text: string, field: string) {
  const value = readReleaseValue(text);
  if (value === null) throw bad(`${field} "${text}" is not a number such as 3.2% or 250K.`);
  return value;
}

const impacts: Record<string, EconomicEvent['impact']> = {
  high: 'high',
  medium: 'medium',
  low: 'low',
  // Days off and events outside the economy move little, but belong on the schedule.
  holiday: 'low',
  'non-economic': 'low',
};

function readImpact(text: string): EconomicEvent['impact'] {
  const impact = impacts[text.toLowerCase()];
  if (!impact) throw bad(`impact "${text}" is none of high, medium, low and holiday.`);
  return impact;
}

/**
 * Ids that stay when a later file of the week moves a release or brings its numbers: currency, name, week, and which
 * of several in that week it is.
 */
function withIds(entries: readonly Entry[], file: string): EconomicEvent[] {
  const counts = new Map<string, number>();
  const used = new Map<string, string>();
  return [...entries]
    .sort((a, b) => a.eventTime - b.eventTime || (a.currency + a.name < b.currency + b.name ? -1 : 1))
    .map((entry) => {
      // Weeks of calendars begin on Sunday; 1970-01-04 was one.
      const week = Math.floor((entry.eventTime - 3 * DAY) / WEEK);
      const key = [entry.source, entry.currency, entry.name, week].join('\n');
      const turn = counts.get(key) ?? 0;
      counts.set(key, turn + 1);
      const id = entry.id ?? `calendar-${createHash('sha256').update(`${key}\n${turn}`).digest('hex').slice(0, 24)}`;
      if (used.has(id)) throw badFile(file, [`"${entry.name}" and "${used.get(id)}" have the same id "${id}".`]);
      used.set(id, entry.name);
      return { ...entry, id };
    });
}
