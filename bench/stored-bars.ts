import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { barStore } from '../db/bar-store.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { seededRandom } from '../src/adapters/random.ts';
import type { Bar } from '../src/domain/bar.ts';
import { MINUTE } from '../src/domain/time.ts';
import { compareAwaited, fastest, report } from './measure.ts';

/**
 * The last 500 stored bars of a symbol and interval as of any minute, through the store that the desk reads with,
 * against the look-up of one bar by its primary key: same table of a million bars, same pool, rounds in turn.
 */
const SYMBOLS = 10;
const BARS = 100_000;
const LIMIT = 500;
const READS = 20;
const ROUNDS = 25;
const START = Date.UTC(2024, 10, 18);
const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

const random = seededRandom(7);
/** A moment at which the last 500 bars of some symbol are whole. */
const anyMoment = () => ({
  ...{ symbol: `S${Math.floor(random.next() * SYMBOLS)}`, interval: '1m' as const, source: 'bench' },
  asOf: START + (LIMIT + Math.floor(random.next() * (BARS - LIMIT))) * MINUTE,
});

async function fill({ pool }: Database) {
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    await pool.query(
      `insert into bars (symbol, "interval", source, open_time, version, close_time, open, high, low, close, volume,
                         receive_time, backfilled, simulated)
       select $1, '1m', 'bench', time, 1, time + 60000, price, price + 0.001::float8, price - 0.002::float8, price,
              100 + n % 977, time + 61000, false, false
       from (select n, $2::bigint + n::bigint * 60000 as time, round((1 + sin(n / 999.0) / 7)::numeric, 5)::float8 as price
             from generate_series(0, $3 - 1) as n) as made`,
      [`S${symbol}`, START, BARS],
    );
  }
  await pool.query('vacuum analyze bars');
}

const plainly = `select open_time, close_time, open, high, low, close, volume, receive_time from bars
  where symbol = $1 and "interval" = $2 and source = $3 and close_time <= $4 order by open_time desc limit ${LIMIT}`;

/** Throws unless the store gives the bars that a plain query gives. */
async function holdEqual({ pool }: Database, read: (moment: ReturnType<typeof anyMoment>) => Promise<Bar[]>) {
  for (let i = 0; i < 10; i++) {
    const moment = anyMoment();
    const { symbol, interval, source, asOf } = moment;
    const { rows } = await pool.query({ text: plainly, values: [symbol, interval, source, asOf], rowMode: 'array' });
    const told = rows.reverse().map((row) => (row as unknown[]).map(Number).join());
    const bars = (await read(moment)).map((bar) =>
      [bar.openTime, bar.closeTime, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.receiveTime].join(),
    );
    if (bars.length !== LIMIT || bars.join(';') !== told.join(';')) throw new Error('The store and the table differ.');
  }
}

async function measure(database: Database, place: string, most: number) {
  await database.migrate();
  await fill(database);
  const store = barStore(database, { now: () => START });
  const read = (moment: ReturnType<typeof anyMoment>) => store.read({ ...moment, limit: LIMIT });
  const lookUp = ({ symbol, interval, source, asOf }: ReturnType<typeof anyMoment>) =>
    database.pool.query(
      `select * from bars where symbol = $1 and "interval" = $2 and source = $3 and open_time = $4 and version = 1`,
      [symbol, interval, source, asOf - MINUTE],
    );
  await holdEqual(database, read);
  const reads = async () => {
    let seen = 0;
    for (let i = 0; i < READS; i++) seen += (await read(anyMoment())).length;
    return seen;
  };
  const lookUps = async () => {
    let seen = 0;
    for (let i = 0; i < READS; i++) seen += (await lookUp(anyMoment())).rows.length;
    if (seen !== READS) throw new Error('A bar was not found by its key.');
    return seen;
  };
  const { ratio, ours, reference } = await compareAwaited(reads, lookUps, ROUNDS);
  const times = 1 / ratio;
  const each = (rounds: number[]) => `${(fastest(rounds) / READS).toFixed(2)} ms`;
  console.log(`${place}: ${each(ours)} for ${LIMIT} bars, ${each(reference)} for one by its key (fastest rounds)`);
  report({
    bench: 'stored-bars',
    claim: `${LIMIT} of 1,000,000 stored bars, ${place}, against one by its primary key`,
    value: times,
    unit: 'x',
    target: `<= ${most}x`,
    met: times <= most,
  });
}

async function onPostgres() {
  const name = `conclave_bench_${randomBytes(6).toString('hex')}`;
  const maintenance = await openDatabase({ url: server }).catch((failure: Error) => failure);
  if (maintenance instanceof Error) return console.log(`PostgreSQL was not measured: ${maintenance.message}`);
  try {
    await maintenance.pool.query(`create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const database = await openDatabase({ url: url.toString() });
    await measure(database, 'PostgreSQL', 8).finally(() => database.close());
  } finally {
    await maintenance.pool.query(`drop database if exists ${name} with (force)`);
    await maintenance.close();
  }
}

async function onEmbedded() {
  const dataDir = await mkdtemp(join(tmpdir(), 'conclave-bench-'));
  try {
    const database = await openDatabase({ dataDir });
    await measure(database, 'embedded', 15).finally(() => database.close());
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

await onEmbedded();
await onPostgres();
