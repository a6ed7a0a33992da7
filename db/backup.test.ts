import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journal } from '../src/ports/journal.ts';
import { hourlyBars } from '../src/testing/bar-store-contract.ts';
import { createPostgres, openMemoryDatabase, postgresAbsent, postgresServer } from '../src/testing/database.ts';
import { deposit, filled, opened, readAll } from '../src/testing/journal-contract.ts';
import { backedUp, checkBackup, createBackup, restoreBackup } from './backup.ts';
import { type Database, openDatabase } from './client.ts';
import { fileJournal } from './journal-file.ts';
import { memoryJournal } from './journal-memory.ts';
import { postgresJournal } from './journal-postgres.ts';
import { createStores } from './stores.ts';

const NOW = Date.UTC(2025, 5, 18);
const clock = { now: () => NOW };
const version = '0.1.0';
let folder: string;
let source: Database;
let sourceJournal: Journal;
let file: string;

/** A desk's worth of everything that a backup must keep. */
async function fill(database: Database) {
  const stores = createStores(database, clock);
  const key = { symbol: 'EURUSD', interval: '1h' as const, source: 'mt5' };
  const bars = hourlyBars(4_500);
  await stores.bars.write({ ...key, simulated: false, bars });
  await stores.bars.write({ ...key, simulated: false, bars: [{ ...bars[3]!, high: 1 / 3 + 1, receiveTime: NOW }] });
  await stores.bars.quarantine('EURUSD', '1h', 'mt5', [{ flag: 'gap', at: 'row 7', row: 7, reason: 'Missing.' }]);
  await stores.quotes.write({ symbol: 'EURUSD', bid: 1.1, ask: 1.2, eventTime: NOW, receiveTime: NOW, source: 'sim' });
  const news = { id: 'n1', headline: 'Line\u2028break "quoted" \\ €', source: 'wire', tier: 1 as const };
  await stores.news.write([{ ...news, eventTime: NOW, receiveTime: NOW, symbols: ['EURUSD', 'a"b,{c}'] }]);
  await stores.calendar.write([
    {
      id: 'cpi',
      name: 'CPI',
      currency: 'USD',
      impact: 'high',
      eventTime: NOW,
      announcedTime: NOW,
      actual: 2.4,
      source: 'file',
    },
  ]);
  await stores.settings.set('universe', { symbols: ['EURUSD'], limit: 1_500_000_000n }, 'owner');
  await stores.users.save({ id: 'u1', name: 'Ada', role: 'owner', passwordHash: 'scrypt$x', createdAt: NOW });
}

const contents = async (database: Database) => {
  const tables = Object.entries(backedUp).map(async ([table, key]) => {
    const order = key.map((name) => `"${name}"`).join(', ');
    return [table, (await database.pool.query(`select * from ${table} order by ${order}`)).rows];
  });
  return Object.fromEntries(await Promise.all(tables));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-backup-'));
  source = await openMemoryDatabase();
  await source.migrate();
  await fill(source);
  let time = NOW;
  sourceJournal = fileJournal({ folder: join(folder, 'journal'), clock: { now: () => time } });
  await sourceJournal.append('main', 0, [opened, filled('f1')]);
  time += 1_000;
  await sourceJournal.append(
    'main',
    2,
    Array.from({ length: 150 }, (_, i) => deposit(String(i + 1))),
  );
  await sourceJournal.append('second', 0, [opened]);
  file = join(folder, 'backup.jsonl.gz');
  await createBackup(source, sourceJournal, { file, clock, version });
});
afterAll(async () => {
  await sourceJournal.close();
  await source.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a backup', () => {
  it('says what it holds and is readable by its owner only', async () => {
    const counts = await checkBackup(file);
    expect(counts).toMatchObject({ rows: { bars: 4_501, users: 1, news: 1, settings: 1 }, records: 153 });
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('forgets no table: each is backed up, made from the journal, or named as left out', async () => {
    const derived = ['bar_series', 'decisions', 'cycles', 'forecasts', 'orders', 'fills', 'projection_marks'];
    const journal = ['journal', 'journal_heads'];
    const leftOut = ['sessions', 'leases'];
    const { rows } = await source.pool.query(
      "select relname as tablename from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition",
    );
    const known = [...Object.keys(backedUp), ...derived, ...journal, ...leftOut];
    expect(rows.map((row) => row.tablename).sort()).toEqual(known.sort());
  });

  if (!postgresServer) console.warn(postgresAbsent);
  it.skipIf(!postgresServer)(
    'goes from embedded to PostgreSQL and back without losing a digit',
    async () => {
      const { url, drop } = await createPostgres();
      const postgres = await openDatabase({ url });
      await postgres.migrate();
      const there = await restoreBackup(postgres, (given) => postgresJournal(postgres, given), file);
      expect(there.records).toBe(153);
      expect(await contents(postgres)).toEqual(await contents(source));
      const table = postgresJournal(postgres, clock);
      expect(await readAll(table, 'main')).toEqual(await readAll(sourceJournal, 'main'));
      expect((await createStores(postgres, clock).orders.fills({ account: 'main', limit: 5 })).length).toBe(1);

      const second = join(folder, 'from-postgres.jsonl.gz');
      await createBackup(postgres, table, { file: second, clock, version });
      const back = await openMemoryDatabase();
      await back.migrate();
      const home = join(folder, 'journal-back');
      await restoreBackup(back, (given) => fileJournal({ folder: home, clock: given }), second);
      expect(await contents(back)).toEqual(await contents(source));
      const files = fileJournal({ folder: home, clock });
      expect(await readAll(files, 'main')).toEqual(await readAll(sourceJournal, 'main'));
      expect(await files.head('second')).toEqual(await sourceJournal.head('second'));
      await files.close();
      await back.close();
      await postgres.close();
      await drop();
    },
    60_000,
  );

  it('of before events had versions brings each event as a first version', async () => {
    const lines = gunzipSync(await readFile(file))
      .toString('utf8')
      .split('\n');
    const older = lines
      .map((line) =>
        line.startsWith('{"table":"economic_events"')
          ? line.replace(/"(version|known_time|receive_time)":\d+,/g, '')
          : line,
      )
      .join('\n');
    const [event] = (await source.pool.query('select * from economic_events')).rows;
    const path = join(folder, 'older.gz');
    await writeFile(path, gzipSync(older));
    expect(older).not.toContain('known_time');
    const restored = await openMemoryDatabase();
    await restored.migrate();
    await restoreBackup(restored, (given) => memoryJournal({ clock: given }), path);
    expect((await restored.pool.query('select * from economic_events')).rows).toEqual([event]);
    await restored.close();
  });

  it('is restored only into an empty place', async () => {
    await expect(restoreBackup(source, () => memoryJournal({ clock }), file)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('that is cut off, edited or something else is refused before anything changes', async () => {
    const bytes = await readFile(file);
    const text = gunzipSync(bytes).toString('utf8');
    const spoiled: [string, Uint8Array, string][] = [
      ['cut', bytes.subarray(0, bytes.length - 500), 'bad_file'],
      ['empty', new Uint8Array(), 'bad_file'],
      ['not-gzip', Buffer.from('hello'), 'bad_file'],
      ['no-end', gzipSync(text.slice(0, text.lastIndexOf('{"end"'))), 'bad_file'],
      ['fewer-rows', gzipSync(text.replace(/\{"table":"settings".*\n/, '')), 'bad_file'],
      ['richer', gzipSync(text.replace('"100000"', '"900000"')), 'bad_file'],
      ['no-json', gzipSync(text.replace('{"table"', '{table')), 'bad_file'],
      ['no-head', gzipSync(text.slice(text.indexOf('\n') + 1)), 'bad_file'],
      ['unknown', gzipSync(text.replace('"table":"news"', '"table":"pg_user"')), 'bad_file'],
      ['newer', gzipSync(text.replace('"version":1', '"version":2')), 'schema_outdated'],
    ];
    for (const [name, content, code] of spoiled) {
      const path = join(folder, `${name}.gz`);
      await writeFile(path, content);
      await expect(
        restoreBackup(source, () => memoryJournal({ clock }), path),
        name,
      ).rejects.toMatchObject({ code });
    }
    await expect(checkBackup(join(folder, 'nowhere.gz'))).rejects.toMatchObject({ code: 'bad_file' });
  });

  it('that cannot be written leaves nothing behind and says so', async () => {
    const nowhere = join(folder, 'no', 'such', 'folder.gz');
    const failed = createBackup(source, sourceJournal, { file: nowhere, clock, version });
    await expect(failed).rejects.toMatchObject({ code: 'read_only' });
  });
});
