import { Cron } from 'croner';
import { AppError } from '../domain/errors.ts';
import { SECOND, type Timestamp } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Jobs } from '../ports/jobs.ts';

/** Work that nobody asks for at the moment: when, in which zone, and what. */
export interface Schedule {
  cron: string;
  timeZone: string;
  /** Told the slot it runs for, which stays the same when a crashed run is repeated. */
  run: (slot: Timestamp) => Promise<unknown>;
}

/**
 * Registers the work of every schedule and its time. A queue whose schedule is absent keeps its worker but gets no
 * more slots. Throws `bad_config` for a cron text or a zone that does not exist.
 */
export async function registerSchedules(
  { jobs, clock }: { jobs: Jobs; clock: Pick<Clock, 'now'> },
  schedules: Record<string, Schedule>,
): Promise<void> {
  for (const [queue, { cron, timeZone, run }] of Object.entries(schedules)) {
    slotBefore(cron, timeZone, clock.now());
    await jobs.work(queue, async () => {
      await run(slotBefore(cron, timeZone, clock.now()));
    });
    await jobs.schedule(queue, cron, timeZone);
  }
}

/**
 * The newest slot at or before `now`: a run that was late, or is repeated after a crash, is still that slot's.
 * Throws `bad_config`.
 */
export function slotBefore(cron: string, timeZone: string, now: Timestamp): Timestamp {
  const found = occurrences(cron, timeZone, (each) => each.previousRuns(1, new Date(now + SECOND)))[0];
  if (!found) throw new AppError('bad_config', `The schedule "${cron}" has no time before now.`);
  return found.getTime();
}

/** When the schedule is due next after `now`, or undefined when it never is. Throws `bad_config`. */
export function slotAfter(cron: string, timeZone: string, now: Timestamp): Timestamp | undefined {
  return occurrences(cron, timeZone, (each) => each.nextRun(new Date(now)))?.getTime();
}

function occurrences<T>(cron: string, timeZone: string, ask: (cron: Cron) => T): T {
  if (cron.trim().split(/\s+/).length !== 5) {
    throw new AppError('bad_config', `The schedule "${cron}" does not have five fields.`, {
      hint: 'Write minute hour day month weekday, for example "2 * * * *" for two minutes past every hour.',
    });
  }
  try {
    return ask(new Cron(cron, { timezone: timeZone, paused: true }));
  } catch (cause) {
    throw new AppError('bad_config', `The schedule "${cron}" in ${timeZone} cannot be read.`, {
      cause,
      hint: 'Use five cron fields and an IANA zone such as Europe/Zurich.',
    });
  }
}
