import { createHash } from 'node:crypto';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { AppError } from '../src/domain/errors.ts';
import type { Jobs } from '../src/ports/jobs.ts';
import type { Database } from './client.ts';

export interface JobsOptions {
  /** How often each queue is asked for work; at least 0.5. */
  pollSeconds?: number;
  retryLimit?: number;
  /** Before the first retry; doubles from there. */
  retryDelaySeconds?: number;
  /** How long `stop` waits for running jobs; what still runs then is retried at the next start. */
  stopTimeoutMs?: number;
  /** Told of failed jobs and of the queue's own troubles; by default a process warning. */
  onFailure?: (failure: Error) => void;
}

type Work = () => Promise<unknown>;

/**
 * Durable jobs in the same database as everything else, so no further server is needed. A job is taken once over all
 * processes and kept until its handler resolved; a crash in between runs it again, so effects need keys of their own.
 */
export function pgBossJobs(database: Database, options: JobsOptions = {}): Jobs {
  const { pollSeconds = 1, retryLimit = 3, retryDelaySeconds = 5, stopTimeoutMs = 20_000 } = options;
  const onFailure = options.onFailure ?? ((failure) => process.emitWarning(failure));
  const boss = new PgBoss({
    db: overPool(database),
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    // One process reads the embedded database: no index grows fast enough there to be rebuilt while it runs.
    reindex: database.kind === 'postgres',
    monitorVacuum: database.kind === 'postgres',
  } as ConstructorOptions);
  boss.on('error', onFailure);

  const queues = new Set<string>();
  const beforeStart: Work[] = [];
  let state: 'new' | 'started' | 'stopped' = 'new';

  /** Workers may be registered before the start; they begin with it. */
  async function whenStarted(work: Work) {
    if (state === 'stopped') throw new AppError('unavailable', 'The job queue is stopped.');
    if (state === 'new') beforeStart.push(work);
    else await work();
  }

  async function ensureQueue(queue: string) {
    if (queues.has(queue)) return;
    await boss.createQueue(queue, { retryLimit, retryDelay: retryDelaySeconds, retryBackoff: retryDelaySeconds > 0 });
    queues.add(queue);
  }

  return {
    work: <T extends object>(queue: string, handler: (job: { id: string; payload: T }) => Promise<void>) =>
      whenStarted(async () => {
        await ensureQueue(queue);
        await boss.work<T>(queue, { pollingIntervalSeconds: pollSeconds, batchSize: 1 }, async (jobs) => {
          for (const { id, data } of jobs) {
            try {
              await handler({ id, payload: data });
            } catch (cause) {
              onFailure(new Error(`Job ${queue} failed: ${(cause as Error)?.message ?? cause}`, { cause }));
              throw cause;
            }
          }
        });
      }),

    send: (queue, payload, { key, startAfter } = {}) =>
      whenStarted(async () => {
        await ensureQueue(queue);
        // The id is computed from the key, so that the same key is the same job, sent twice or done already.
        const id = key === undefined ? undefined : uuidOf(`${queue}/${key}`);
        await boss.send(queue, payload, {
          ...(id ? { id } : {}),
          ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
        });
      }),

    schedule: (queue, cron, timeZone) =>
      whenStarted(async () => {
        await ensureQueue(queue);
        try {
          await boss.schedule(queue, cron, {}, { tz: timeZone });
        } catch (cause) {
          throw new AppError('invalid_input', `"${cron}" in ${timeZone} is not a schedule.`, {
            cause,
            hint: 'Write five cron fields and an IANA time zone, for example "0 * * * 1-5" and "Europe/London".',
          });
        }
      }),

    unschedule: (queue) => whenStarted(() => boss.unschedule(queue)),

    async start() {
      if (state === 'started') return;
      await boss.start();
      state = 'started';
      for (const work of beforeStart.splice(0)) await work();
    },

    async stop() {
      if (state !== 'started') return;
      state = 'stopped';
      await boss.stop({ graceful: true, close: false, timeout: stopTimeoutMs });
    },
  };
}

/** The pool as pg-boss wants it. Several statements give several results, whose rows count as one list. */
function overPool({ pool }: Database): NonNullable<ConstructorOptions['db']> {
  return {
    async executeSql(text, values) {
      const result: unknown = values?.length ? await pool.query(text, values) : await pool.query(text);
      const results = (Array.isArray(result) ? result : [result]) as { rows?: unknown[] }[];
      return { rows: results.flatMap((each) => each.rows ?? []) };
    },
  };
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  // Version 8: a uuid whose bits the application chose.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
