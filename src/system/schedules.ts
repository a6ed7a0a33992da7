import { pgBossJobs } from '../../db/jobs.ts';
import type { PaperBroker } from '../adapters/broker/paper.ts';
import type { Log } from '../adapters/log.ts';
import type { DeskUseCases } from '../api/deps.ts';
import type { ConfigDocument } from '../api/documents.ts';
import type { Config } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import { type Timestamp, toIso } from '../domain/time.ts';
import type { Desk } from '../engine/desk.ts';
import { settle } from '../engine/settle.ts';
import { watch } from '../engine/watch.ts';
import { registerSchedules, slotAfter, slotBefore } from '../jobs/schedules.ts';
import type { Clock } from '../ports/clock.ts';
import type { FollowOptions, LiveEvent, LiveMarket } from '../ports/live-market.ts';
import type { MarketData, MarketDataProvider } from '../ports/market-data.ts';
import type { Settings } from './settings.ts';
import { settlementPrice } from './settlement-price.ts';
import type { Storage } from './storage.ts';
import { tidy } from './tidy.ts';

export interface SchedulesOptions {
  config: Config;
  /** False for a command or a headless desk: nothing runs by itself there. */
  schedules: boolean;
  clock: Clock;
  desk: Desk;
  broker: PaperBroker;
  marketData: MarketData;
  /** The market that simulated forecasts are scored by. */
  simulated: MarketDataProvider;
  settings: Settings;
  storage: Storage;
  useCases: DeskUseCases;
  log: Log;
}

/** Quotes that resting paper orders meet: often enough for a stop, not so often that a busy feed keeps the broker busy. */
const PAPER_PACE: FollowOptions = { kinds: ['quote'], everyMs: 250 };

/** Throws `invalid_input` for a schedule that cannot be read or never comes. */
export function checkSchedule({ cron, timeZone }: ConfigDocument['schedule'], now: Timestamp): void {
  let next: Timestamp | undefined;
  try {
    next = slotAfter(cron, timeZone, now);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError('invalid_input', cause.message, { cause, hint: cause.hint });
  }
  if (next === undefined) throw new AppError('invalid_input', `The schedule "${cron}" never comes.`);
}

/** The work that nobody asks for at the moment: cycles by the owner's schedule, settlement, the watch over stops. */
export async function openSchedules(options: SchedulesOptions) {
  const { clock, desk, broker, marketData, simulated, settings, storage, useCases, log } = options;
  if (!options.schedules) {
    return {
      text: () => '',
      fault: () => undefined,
      apply: async () => {},
      follow: () => () => {},
      stop: async () => {},
    };
  }
  const jobs = pgBossJobs(storage.database, { onFailure: (err) => log.error({ err }, 'A scheduled job failed') });
  let current = await settings.schedule();
  let fault: string | undefined;

  await jobs.work('cycle', async () => {
    const { enabled, cron, timeZone } = await settings.schedule();
    if (!enabled || fault !== undefined) return;
    const [symbols, interval] = await Promise.all([settings.universe(), settings.interval()]);
    const slot = slotBefore(cron, timeZone, clock.now());
    const { outcomes } = await useCases.runCycle({ symbols, interval, slot });
    log.info({ slot: toIso(slot), outcomes }, 'A cycle ran');
  });
  await registerSchedules(
    { jobs, clock },
    {
      settle: { cron: '*/5 * * * *', timeZone: 'UTC', run: settleDue },
      tidy: { cron: '17 3 * * *', timeZone: 'UTC', run: () => tidy(options) },
      watch: { cron: '* * * * *', timeZone: 'UTC', run: () => watch(desk) },
    },
  );
  async function settleDue() {
    const { decisions } = storage.stores;
    await settle(desk, { priceAt: settlementPrice({ marketData, simulated, decisions }) });
  }
  async function apply({ schedule }: Pick<ConfigDocument, 'schedule'>) {
    // Reads the times first: a schedule that cannot be read must not replace one that can.
    checkSchedule(schedule, clock.now());
    if (schedule.enabled) await jobs.schedule('cycle', schedule.cron, schedule.timeZone);
    else await jobs.unschedule('cycle');
    current = schedule;
    fault = undefined;
  }
  await jobs.start();
  try {
    await apply({ schedule: current });
  } catch (err) {
    // Stops and settlement need the desk up; only its cycles need the schedule.
    if (!(err instanceof AppError)) throw err;
    fault = err.message;
    current = { ...current, enabled: false };
    await jobs.unschedule('cycle');
    log.error({ err }, 'The schedule cannot be read; cycles are off until it is set anew');
  }

  return {
    text: () => {
      if (fault !== undefined) return `cycles are off: ${fault}`;
      if (!current.enabled) return 'cycles are switched off';
      const next = slotAfter(current.cron, current.timeZone, clock.now());
      return `cycles at "${current.cron}" ${current.timeZone}${next === undefined ? '' : `, next ${toIso(next)}`}`;
    },
    /** Why cycles are off although they were switched on. */
    fault: () => fault,
    apply,
    /** Keeps quotes coming for everything held or ordered, and lets them meet the resting orders. */
    follow(live: LiveMarket): () => void {
      const followed = new Map<string, () => void>();
      const sync = async () => {
        const account = await useCases.account();
        const wanted = new Set([...account.positions, ...account.openOrders].map(({ symbol }) => symbol));
        for (const symbol of wanted) {
          if (!followed.has(symbol)) followed.set(symbol, live.follow(symbol, meet, PAPER_PACE));
        }
        for (const [symbol, end] of followed) {
          if (wanted.has(symbol)) continue;
          end();
          followed.delete(symbol);
        }
      };
      const meet = (event: LiveEvent) => {
        if (event.kind !== 'quote') return;
        broker
          .onQuote(event.quote)
          .catch((err: unknown) => log.error({ err }, 'A quote did not reach the paper broker'));
      };
      const syncOrSay = () => sync().catch((err: unknown) => log.error({ err }, 'Quotes are not followed'));
      const unsubscribe = desk.bus.subscribe('account', syncOrSay);
      void syncOrSay();
      return () => {
        for (const end of [unsubscribe, ...followed.values()]) end();
      };
    },
    stop: () => jobs.stop(),
  };
}
