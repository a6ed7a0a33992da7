import type { EconomicEvent } from '../../domain/news.ts';
import { DAY, HOUR, MINUTE, type Timestamp, WEEK } from '../../domain/time.ts';
import { hash, hashText, uniform } from '../market-data/simulated/path.ts';
import { newYorkTime, weekdayOfMonth } from './new-york.ts';
import { type Release, releases } from './simulated-schedule.ts';

/** How long before its release the schedule entry is known, but never before the outcome that it names as previous. */
const ANNOUNCED_BEFORE = WEEK;
// 1970-01-05 was a Monday.
const FIRST_MONDAY = 4 * DAY;
const WEEKS_BETWEEN_DECISIONS = 6;
/** Share of a surprise that the next forecast has learned. */
const LEARNED = 0.5;

/**
 * Every release of the simulated economy with eventTime in [from, to], outcome included, earliest first. An outcome is a
 * function of seed, release and occurrence alone; a forecast knows only outcomes that were out before it.
 */
export function simulatedReleases(seed: number, from: Timestamp, to: Timestamp): EconomicEvent[] {
  return releases
    .flatMap((release) => turns(release, from, to).map((turn) => eventOf(seed, release, turn)))
    .sort((a, b) => a.eventTime - b.eventTime || (a.id < b.id ? -1 : 1));
}

/** The numbers of the release's turns, months or weeks since the epoch, that fall into the range. */
function turns(release: Release, from: Timestamp, to: Timestamp): number[] {
  const { when } = release;
  const turnOf = (time: Timestamp) => {
    if (when.every === 'month') return monthOf(time);
    const week = Math.floor((time - FIRST_MONDAY) / WEEK);
    return when.every === 'week' ? week : Math.floor((week - when.offset) / WEEKS_BETWEEN_DECISIONS);
  };
  const found: number[] = [];
  for (let turn = turnOf(from - 2 * DAY); turn <= turnOf(to + 2 * DAY); turn++) {
    const time = timeOf(release, turn);
    if (time >= from && time <= to) found.push(turn);
  }
  return found;
}

function timeOf(release: Release, turn: number): Timestamp {
  const { when } = release;
  if (when.every === 'month') {
    const year = 1970 + Math.floor(turn / 12);
    const month = ((turn % 12) + 12) % 12;
    return atClock(release, Date.UTC(year, month, weekdayOfMonth(year, month + 1, when.weekday, when.nth)));
  }
  const week = when.every === 'week' ? turn : turn * WEEKS_BETWEEN_DECISIONS + when.offset;
  return atClock(release, FIRST_MONDAY + week * WEEK + (when.weekday - 1) * DAY);
}

const monthOf = (time: Timestamp) => {
  const date = new Date(time);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
};

/** Nobody publishes on the two days when nearly nobody works. */
function workday(midnight: Timestamp): Timestamp {
  const date = new Date(midnight);
  const shut =
    (date.getUTCMonth() === 11 && date.getUTCDate() === 25) || (date.getUTCMonth() === 0 && date.getUTCDate() === 1);
  return shut ? midnight + DAY : midnight;
}

function atClock({ zone, hour, minute }: Release, day: Timestamp): Timestamp {
  const midnight = workday(day);
  const date = new Date(midnight);
  const year = date.getUTCFullYear();
  if (zone === 'new-york') return newYorkTime(year, date.getUTCMonth() + 1, date.getUTCDate(), hour, minute);
  const utc = midnight + hour * HOUR + minute * MINUTE;
  if (zone === 'utc') return utc;
  // Europe changes its clocks together, at 1:00 UTC on the last Sundays of March and October.
  const summer = Date.UTC(year, 2, weekdayOfMonth(year, 3, 0, 0), 1);
  const winter = Date.UTC(year, 9, weekdayOfMonth(year, 10, 0, 0), 1);
  const standard = zone === 'berlin' ? utc - HOUR : utc;
  return standard >= summer && standard < winter ? standard - HOUR : standard;
}

function eventOf(seed: number, release: Release, turn: number): EconomicEvent {
  const eventTime = timeOf(release, turn);
  const { currency, name, impact, unit } = release;
  const own = hashText(seed, `release:${currency}:${name}`);
  const slug = name.toLowerCase().replace(/[^a-z]+/g, '-');
  return {
    id: `simulated-${seed}-${currency.toLowerCase()}-${slug}-${turn}`,
    name,
    currency,
    impact,
    eventTime,
    announcedTime: Math.max(eventTime - ANNOUNCED_BEFORE, timeOf(release, turn - 1)),
    previous: actualOf(own, release, turn - 1),
    forecast: forecastOf(own, release, turn),
    actual: actualOf(own, release, turn),
    ...(unit === undefined ? {} : { unit }),
    source: 'simulated',
    simulated: true,
  };
}

/** On the release's own step, free of float dust. */
const onStep = ({ step }: Release, value: number) => Number((Math.round(value / step) * step).toFixed(4));

/** Where the economy stands: a mean of draws, so that neighbours are alike. */
function level(own: number, { base, swing, memory }: Release, turn: number): number {
  let sum = 0;
  for (let back = 0; back < memory; back++) sum += 2 * uniform(hash(own, turn - back, 11)) - 1;
  return base + (swing * sum) / Math.sqrt(memory);
}

/** How far reality misses the forecast: about normal, of deviation `miss`. */
function surprise(own: number, release: Release, turn: number): number {
  const draw = [13, 17, 19, 23].reduce((sum, salt) => sum + uniform(hash(own, turn, salt)), -2) * Math.sqrt(3);
  return onStep(release, draw * release.miss);
}

const forecastOf = (own: number, release: Release, turn: number) =>
  onStep(release, level(own, release, turn) + LEARNED * surprise(own, release, turn - 1));

const actualOf = (own: number, release: Release, turn: number) =>
  onStep(release, forecastOf(own, release, turn) + surprise(own, release, turn));
