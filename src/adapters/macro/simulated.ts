import { AppError } from '../../domain/errors.ts';
import { DAY, type Timestamp, WEEK } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MacroProvider } from '../../ports/market-data.ts';
import { simulatedReleases } from '../calendar/simulated-releases.ts';
import { type Release, releases } from '../calendar/simulated-schedule.ts';

/** No office uses such names, so nobody takes them for a real series. */
const idOf = ({ currency, name }: Pick<Release, 'currency' | 'name'>) =>
  `SIM_${currency}_${name.replace(/[^A-Za-z]+/g, '_').toUpperCase()}`;

const byId = new Map(releases.map((release) => [idOf(release), release]));

/** Ids of the simulated economy's series, e.g. SIM_USD_CPI_Y_Y. */
export const simulatedSeries: readonly string[] = [...byId.keys()];

/** First moment of what a release describes: the month or week before it; a decision holds from its own day. */
function periodOf({ when }: Release, eventTime: Timestamp): Timestamp {
  const day = Math.floor(eventTime / DAY) * DAY;
  if (when.every === 'six-weeks') return day;
  if (when.every === 'week') return day - (new Date(day).getUTCDay() + 6) * DAY;
  const date = new Date(eventTime);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1);
}

/**
 * The outcomes of the simulated economy's releases as series, so that a desk without a network has some. Never revised,
 * always labelled, evidence of nothing.
 */
export function simulatedMacro({ clock, seed = 1 }: { clock: Pick<Clock, 'now'>; seed?: number }): MacroProvider {
  function releaseOf(id: string): Release {
    const release = byId.get(id);
    if (release) return release;
    throw new AppError('not_found', `The simulated economy has no series "${id}".`, {
      hint: `It has ${simulatedSeries.slice(0, 3).join(', ')} and the like for eight currencies.`,
    });
  }
  return {
    name: 'simulated',
    simulated: true,
    async series(id) {
      const { currency, name, unit = '', when } = releaseOf(id);
      const frequency = ({ month: 'monthly', week: 'weekly', 'six-weeks': 'irregular' } as const)[when.every];
      return { id, title: `${currency} ${name} (simulated)`, unit, frequency, currency, source: 'simulated' };
    },
    async observations({ series, from, to }) {
      const release = releaseOf(series);
      const now = clock.now();
      return simulatedReleases(seed, from, Math.min(now, to + 10 * WEEK))
        .filter(({ currency, name, eventTime }) => idOf({ currency, name }) === series && eventTime <= now)
        .map(({ eventTime, actual }) => ({
          ...{ series, period: periodOf(release, eventTime), value: actual!, eventTime, receiveTime: eventTime },
          ...{ source: 'simulated', simulated: true },
        }))
        .filter(({ period }) => period >= from && period < to);
    },
  };
}
