import { join } from 'node:path';
import { openDatabase } from '../../db/client.ts';
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
import { money } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { JournalPayloads } from '../domain/record.ts';
import { createAccountBook } from '../engine/account-book.ts';
import type { Clock } from '../ports/clock.ts';

/** The paper exchange's files, on whichever disk. */
export const paperFolder = (account: string) => `paper/${account}`;

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
    const stores = createStores(database, clock);
    const onFailure = (err: Error) => log.error({ err }, 'The bus lost a message');
    const [cache, bus] = await Promise.all([openCache({ redisUrl, clock }), openBus({ redisUrl, onFailure })]);
    closers.push(
      () => cache.cache.close(),
      () => bus.bus.close(),
    );
    for (const { notice } of [cache, bus]) if (notice) log.warn({}, notice);

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
      disk: folderDisk(config.dataDir),
      /** Where the paper exchange lives when several desks may share it. */
      sharedDisk: url ? sharedDisk(database, { folder: paperFolder(account) }) : undefined,
      opening: openingOf(config),
      journalText: url ? 'in PostgreSQL' : `append-only files in ${journalFolder}`,
      cacheText: cache.kind === 'redis' ? 'Redis' : (cache.notice ?? 'in this process'),
      cacheDegraded: cache.notice !== undefined || bus.notice !== undefined,
      health: async () => {
        const cacheHealth = redisUrl && cache.kind !== 'redis' ? 'memory (Redis does not answer)' : cache.kind;
        try {
          await database.health();
          return { database: database.kind, cache: cacheHealth, degraded: cache.notice !== undefined };
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

/** Counts once, when the account is opened. */
function openingOf({ account }: Config): JournalPayloads['account-opened'] {
  const cash = money(account.cash);
  if (cash <= 0n)
    throw new AppError('bad_config', 'account.cash must be more than 0.', { hint: 'Correct conclave.yaml.' });
  return { currency: account.currency, cash, mode: 'paper', broker: 'paper' };
}
