import type { CalendarName } from '../../../domain/instrument.ts';
import { DAY, type Duration, HOUR, MINUTE, type Timestamp, WEEK } from '../../../domain/time.ts';
import { newYorkOffset } from '../../calendar/new-york.ts';
import { brokerZone, fromWall, namedZone, parseZone, utcZone, type Zone } from './zone.ts';

export interface InferredZone {
  zone: Zone;
  how: 'inferred' | 'assumed';
  /** Said to the user. */
  notice: string;
  /** Whether stamps turned out to be bar ends. */
  stampsAreEnds?: boolean;
}

// In order of preference where two explain the stamps equally well.
const fxZones = [
  utcZone,
  brokerZone,
  namedZone('Europe/Athens'),
  namedZone('America/New_York'),
  parseZone('-05:00'),
  namedZone('Europe/London'),
  namedZone('Europe/Berlin'),
  parseZone('+02:00'),
  parseZone('+03:00'),
  namedZone('Asia/Tokyo'),
  namedZone('Australia/Sydney'),
];

const describe: Record<string, string> = {
  broker: 'broker server time with New York close (UTC+2, UTC+3 in the American summer)',
  'Europe/Athens': 'broker server time UTC+2/UTC+3 with European clock changes (EET/EEST, Europe/Athens)',
};
const nameOf = (zone: Zone) => describe[zone.name] ?? zone.name;

/** Finds the zone in which wall-clock stamps make sense for a market's sessions. */
export function inferZone(calendar: CalendarName, walls: readonly Timestamp[], step: Duration): InferredZone {
  if (calendar === 'crypto') {
    return {
      zone: utcZone,
      how: 'assumed',
      notice: 'The file states no time zone; a market that never closes cannot show it. UTC is assumed.',
    };
  }
  return calendar === 'fx' ? inferFromWeekends(walls, step) : inferFromSessions(walls, step);
}

/** Minutes since Sunday 0:00 on New York's wall clock. */
function newYorkWeekMinute(time: Timestamp): number {
  const wall = time + newYorkOffset(time) - 3 * DAY;
  return (wall - Math.floor(wall / WEEK) * WEEK) / MINUTE;
}

const SUNDAY_17 = 17 * 60;
const FRIDAY_17 = 5 * 1440 + 17 * 60;

/**
 * FX opens on Sunday and closes on Friday at 17:00 New York. Each zone is scored by how far the week's edges are from
 * that. An early close weighs more than a late open: servers often begin with their own Monday, none ends early. This
 * tells American from European clock changes in the weeks between the two.
 */
function inferFromWeekends(walls: readonly Timestamp[], step: Duration): InferredZone {
  const edges: [Timestamp, Timestamp][] = [];
  for (let i = 1; i < walls.length; i++) {
    const gap = walls[i]! - walls[i - 1]!;
    // The closing hours of Friday and Monday's first: shorter than a lost week, longer than a holiday evening.
    if (gap > 36 * HOUR + step && gap < 60 * HOUR + step) edges.push([walls[i - 1]! + step, walls[i]!]);
  }
  if (edges.length === 0) {
    return {
      zone: utcZone,
      how: 'assumed',
      notice:
        'The file states no time zone and shows no weekend to infer one from; UTC is assumed. Name it with --timezone.',
    };
  }
  const cap = (minutes: number) => Math.min(6 * 60, Math.abs(minutes));
  const costs = fxZones.map((zone) => {
    const minutes = edges.map(([lastClose, firstOpen]) => {
      const close = newYorkWeekMinute(fromWall(zone, lastClose) - 1) + 1 / 60_000;
      const open = newYorkWeekMinute(fromWall(zone, firstOpen));
      return cap(close - FRIDAY_17) + 0.75 * cap(open - SUNDAY_17);
    });
    return { zone, cost: minutes.reduce((sum, each) => sum + each, 0) / minutes.length };
  });
  const best = costs.reduce((a, b) => (b.cost < a.cost - 0.01 ? b : a));
  const spacing = Math.max(step / MINUTE, 60);
  if (best.cost > 2 * spacing) {
    return {
      zone: utcZone,
      how: 'assumed',
      notice: 'The file states no time zone and its weekends fit none; UTC is assumed. Name it with --timezone.',
    };
  }
  return {
    zone: best.zone,
    how: 'inferred',
    notice: `The file states no time zone; from ${edges.length} weekends its stamps are ${nameOf(best.zone)}. Override with --timezone.`,
  };
}

const equityZones = [namedZone('America/New_York'), utcZone, namedZone('Europe/London'), namedZone('Europe/Berlin')];

/** US shares trade from 9:30 to 16:00 New York: the zone that puts most stamps there. */
function inferFromSessions(walls: readonly Timestamp[], step: Duration): InferredZone {
  const sample = walls.filter((_, i) => i % Math.max(1, Math.floor(walls.length / 4000)) === 0);
  const share = (zone: Zone, shift: Duration) =>
    sample.filter((wall) => {
      const time = fromWall(zone, wall) - shift;
      const minute = newYorkWeekMinute(time) % 1440;
      return minute > 570 - step / MINUTE && minute < 960;
    }).length / sample.length;
  const shares = equityZones.map((zone) => ({ zone, share: share(zone, 0) }));
  const best = shares.reduce((a, b) => (b.share > a.share + 0.001 ? b : a));
  const stampsAreEnds = endsOfBars(walls, best.zone, step);
  if (best.share < 0.3) {
    return {
      zone: equityZones[0]!,
      how: 'assumed',
      notice:
        'The file states no time zone and its hours fit no session; New York is assumed. Name it with --timezone.',
    };
  }
  return {
    zone: best.zone,
    how: 'inferred',
    notice: `The file states no time zone; its hours fit US sessions in ${best.zone.name}. Override with --timezone.`,
    stampsAreEnds,
  };
}

/** Stamps are ends when days begin one bar after 9:30 and finish at 16:00 sharp. */
function endsOfBars(walls: readonly Timestamp[], zone: Zone, step: Duration): boolean {
  const first: number[] = [];
  const last: number[] = [];
  let day = Number.NaN;
  for (const wall of walls) {
    const time = fromWall(zone, wall);
    const minute = newYorkWeekMinute(time);
    if (Math.floor(minute / 1440) !== day) {
      first.push(minute % 1440);
      last.push(minute % 1440);
      day = Math.floor(minute / 1440);
    } else last[last.length - 1] = minute % 1440;
  }
  const most = (values: number[], wanted: number) =>
    values.filter((each) => each === wanted).length > values.length * 0.8;
  return most(first, 570 + step / MINUTE) && most(last, 960);
}
