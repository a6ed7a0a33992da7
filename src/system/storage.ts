import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../db/client.ts';
import { fileJournal } from '../../db/journal-file.ts';
import { postgresJournal } from '../../db/journal-postgres.ts';
import { createProjector } from '../../db/projections.ts';
import { sharedDisk } from '../../db/shared-disk.ts';
import { createStores } from '../../db/stores.ts';
import { openBus } from '../adapters/bus/index.ts';
import { openCache } from '../adapters/cache/index.ts';
import { folderDisk } from '../adapters/disk.ts';
import type { Log } from '../adapters/log.ts';
import type { Config } from '../config.ts';
import { decodeJson, encodeJson } from '../domain/canonical.ts';
import { money } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { JournalPayloads } from '../domain/record.ts';
import { createAccountBook } from '../engine/account-book.ts';
import type { Clock } from '../ports/clock.ts';
import { paperFolder } from './paper-files.ts';

export type Storage = Awaited<ReturnType<typeof openStorage>>;

/** Database, journal, account book, cache and bus, embedded or on servers, behind the same ports. */
export async function openStorage(options: {
  config: Config;
  clock: Clock;
  log: Log;
  progress: (text: string) => void;
  account: string;
}) {
  const { config, clock, log, progress, account } = options;
  const { DATABASE_URL: url, REDIS_URL: redisUrl } = config.env;
  progress(url ? 'conclave: opening PostgreSQL' : 'conclave: opening the embedded database');
  const database = await openDatabase(url ? { url } : { dataDir: config.dataDir });
  const closers: (() => Promise<void>)[] = [() => database.close()];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    await database.migrate();
    const disk = folderDisk(config.dataDir);
    const stores = createStores(database, clock, disk);
    const onFailure = (err: Error) => log.error({ err }, 'The bus lost a message');
    const channel = redisUrl ? `conclave:bus:${await deskId(database, clock)}` : undefined;
    const [cache, bus] = await Promise.all([openCache({ redisUrl, clock }), openBus({ redisUrl, channel, onFailure })]);
    closers.push(
      () => cache.cache.close(),
      () => bus.bus.close(),
    );
    for (const { notice } of [cache, bus]) if (notice) log.warn({}, notice);

    const cacheAnswers = () => cache.answers() && bus.notice === undefined;
    const lostText = 'Redis went away: this process works from its own memory until it is back';
    const journalFolder = join(config.dataDir, 'journal');
    const journal = url ? postgresJournal(database, clock) : fileJournal({ folder: journalFolder, clock });
    closers.push(() => journal.close());
    const projector = createProjector(database, journal);
    const book = createAccountBook({
      journal,
      account,
      bus: bus.bus,
      onAppended: (records) => projector.apply(records),
      onLag: (err) => log.error({ err }, 'The tables lag behind the journal; they catch up at the next start'),
    });
    return {
      database,
      stores,
      cache: cache.cache,
      bus: bus.bus,
      journal,
      book,
      projector,
      disk,
      /** Other processes on the same database and Redis are replicas of this desk. */
      replicated: database.kind === 'postgres' && bus.kind === 'redis',
      /** Where the paper exchange lives when several desks may share it. */
      sharedDisk: url ? sharedDisk(database, { folder: paperFolder(account) }) : undefined,
      opening: openingOf(config),
      journalText: url ? 'in PostgreSQL' : `append-only files in ${journalFolder}`,
      cacheText: () =>
        cache.kind === 'redis' ? (cache.answers() ? 'Redis' : lostText) : (cache.notice ?? 'in this process'),
      cacheDegraded: () => !cacheAnswers(),
      health: async () => {
        const degraded = !cacheAnswers();
        const cacheHealth = degraded ? 'memory (Redis does not answer)' : cache.kind;
        try {
          await database.health();
          return { database: database.kind, cache: cacheHealth, degraded };
        } catch {
          return { database: 'unreachable', cache: cacheHealth, degraded: true };
        }
      },
      close,
    };
  } catch (failure) {
    await close();
    throw failure;
  }
}

/**
 * What tells this desk from others on the same Redis: the database's own, so that its replicas share it. Desks that
 * heard each other's quotes would fill orders at them.
 */
async function deskId({ pool }: Pick<Database, 'pool'>, clock: Clock): Promise<string> {
  const fresh = encodeJson(randomBytes(9).toString('hex'));
  await pool.query("insert into settings values ('desk-id', $1, 'conclave', $2) on conflict do nothing", [
    fresh,
    clock.now(),
  ]);
  const { rows } = await pool.query<{ value: string }>("select value from settings where name = 'desk-id'");
  return decodeJson<string>(rows[0]!.value);
}

/** Counts once, when the account is opened. */
function openingOf({ account }: Config): JournalPayloads['account-opened'] {
  const cash = money(account.cash);
  if (cash <= 0n)
    throw new AppError('bad_config', 'account.cash must be more than 0.', { hint: 'Correct conclave.yaml.' });
  return { currency: account.currency, cash, mode: 'paper', broker: 'paper' };
}
