import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { barStore } from '../db/bar-store.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { sessionCalendar } from '../src/adapters/calendar/sessions.ts';
import { folderScratch } from '../src/adapters/scratch.ts';
import type { Bar } from '../src/domain/bar.ts';
import { requireInstrument } from '../src/domain/instruments.ts';
import { barClose, MINUTE, toIso } from '../src/domain/time.ts';
import type { MarketData } from '../src/ports/market-data.ts';
import { createImporter } from '../src/system/import-bars.ts';
import { createPostgres, postgresAbsent, postgresServer } from '../src/testing/database.ts';
import { syntheticBars } from '../src/testing/synthetic-bars.ts';
import { median, report } from './measure.ts';

/** Bulk import against the server's own COPY of the same rows, and a long file into the embedded database. */
const ROWS = 200_000;
const ROUNDS = 5;
const BATCH = 20_000;
const FILE_ROWS = 1_000_000;
const START = Date.UTC(2020, 0, 1);

const series = syntheticBars({
  symbol: 'BTCUSDT',
  bars: FILE_ROWS,
  start: 60_000,
  digits: 2,
  volatility: 0.0004,
  from: START,
});
const barAt = (i: number): Bar => {
  const openTime = START + i * MINUTE;
  const { open, high, low, close, volume } = series;
  const prices = { open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]!, volume: volume[i]! };
  return { openTime, closeTime: barClose('1m', openTime), ...prices, receiveTime: START, backfilled: true };
};
const clock = { now: () => Date.UTC(2026, 0, 2) };
const key = { symbol: 'BTCUSDT', interval: '1m' as const, source: 'file' };

/** Rows per second through the store, and through COPY from a file that lies on the server. */
async function againstCopy(database: Database) {
  const { pool } = database;
  const store = barStore(database, clock);
  const bars = Array.from({ length: ROWS }, (_, i) => barAt(i));
  const write = async () => {
    for (let from = 0; from < ROWS; from += BATCH) {
      await store.write({ ...key, simulated: false, bars: bars.slice(from, from + BATCH) });
    }
  };
  const timed = async (work: () => Promise<unknown>) => {
    await pool.query('truncate bars');
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  await timed(write);
  const { rows } = await pool.query<{ folder: string }>("select current_setting('data_directory') as folder");
  const path = join(rows[0]!.folder, 'conclave-bench.copy');
  await pool.query(`copy (select * from bars) to '${path}'`);
  const rounds: { ours: number; copy: number }[] = [];
  try {
    for (let i = 0; i < ROUNDS; i++) {
      const copy = await timed(() => pool.query(`copy bars from '${path}'`));
      rounds.push({ copy, ours: await timed(write) });
    }
  } finally {
    await pool.query(`copy (select 1) to program 'rm -f "${path}"'`);
  }
  const rate = (pick: 'ours' | 'copy') => ROWS / (median(rounds.map((each) => each[pick])) / 1000);
  const ratio = median(rounds.map(({ ours, copy }) => copy / ours));
  report({
    bench: 'import',
    claim: 'bars written to PostgreSQL, against server-side COPY',
    value: ratio,
    unit: 'of its rate',
    target: 'at least 0.5',
    met: ratio >= 0.5,
    note: `${Math.round(rate('ours')).toLocaleString('en-US')} against ${Math.round(rate('copy')).toLocaleString('en-US')} rows/s`,
  });
}

/** As a user brings it, from the text to the stored bars; memory is read as the rows go by. */
async function longFile(folder: string) {
  const database = await openDatabase({ dataDir: folder });
  await database.migrate();
  const importer = createImporter({
    marketData: { resolve: requireInstrument } as MarketData,
    bars: barStore(database, clock),
    sessions: sessionCalendar,
    scratch: folderScratch(join(folder, 'scratch')),
    clock,
  });
  const memory = new Map<number, number>();
  const start = performance.now();
  const { written } = await importer({
    file: csv(),
    symbol: 'BTCUSDT',
    onProgress: ({ phase, bars }) => {
      const mark = Math.floor(bars / 200_000) * 200_000;
      if (phase === 'storing') memory.set(mark, Math.max(memory.get(mark) ?? 0, process.memoryUsage.rss() / 1e6));
    },
  });
  const seconds = (performance.now() - start) / 1000;
  await database.close();
  if (written !== FILE_ROWS) throw new Error(`${written} of ${FILE_ROWS} rows were written.`);
  const marks = [...memory].map(([mark, size]) => `${mark / 1000}k: ${Math.round(size)} MB`).join(', ');
  process.stdout.write(`memory while ${FILE_ROWS} rows are stored: ${marks}\n`);
  report({
    bench: 'import',
    claim: 'rows of a CSV file into the embedded database',
    value: FILE_ROWS / seconds,
    unit: 'rows/s',
  });
  const growth = Math.max(...memory.values()) / Math.max(memory.get(0) ?? 0, memory.get(200_000) ?? 0);
  report({
    bench: 'import',
    claim: 'memory at 1,000,000 rows, against that at 200,000 to 400,000',
    value: growth,
    unit: 'times',
    target: 'at most 1.15',
    met: growth <= 1.15,
  });
}

async function* csv(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('time,open,high,low,close,volume\n');
  for (let from = 0; from < FILE_ROWS; from += 5_000) {
    const lines = Array.from({ length: 5_000 }, (_, i) => {
      const { openTime, open, high, low, close, volume } = barAt(from + i);
      return `${toIso(openTime)},${open},${high},${low},${close},${volume}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

if (postgresServer) {
  const { url, drop } = await createPostgres();
  const database = await openDatabase({ url });
  try {
    await database.migrate();
    await againstCopy(database);
  } finally {
    await database.close();
    await drop();
  }
} else process.stdout.write(`${postgresAbsent}\n`);

const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
try {
  await longFile(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
