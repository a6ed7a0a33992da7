import { createServer, connect as dial, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../adapters/cache/connect-redis.ts';
import type {
  AccountDocument,
  AuditDocument,
  DoctorDocument,
  HealthDocument,
  PlacementDocument,
  PositionDocument,
  ScoreboardDocument,
} from '../api/documents.ts';
import { decodeJson } from '../domain/canonical.ts';
import { formatAmount, type Quantity } from '../domain/decimal.ts';
import type { CycleRecord, DecisionDocument } from '../domain/record.ts';
import { HOUR, toIso } from '../domain/time.ts';
import type { ExchangeState } from '../ports/exchange.ts';
import { barsFile, cryptoHours, importPath } from '../testing/bars-file.ts';
import { createPostgres, postgresAbsent, postgresServer } from '../testing/database.ts';
import { redisAbsent, redisServer } from '../testing/redis.ts';
import { type SystemWorld, systemWorld } from '../testing/system-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
for (const absent of [postgresAbsent, redisAbsent]) if (absent) console.warn(absent);

const SYMBOL = 'BTCUSDT';

/** An explicit order with a stop 2 % below and a target 6 % above. */
async function order(world: SystemWorld, more: Record<string, unknown>) {
  const { bid } = await world.get<{ bid: number }>(`/api/quote?symbol=${SYMBOL}`);
  return {
    symbol: SYMBOL,
    side: 'buy',
    stopLoss: (bid * 0.98).toFixed(2),
    takeProfit: (bid * 1.06).toFixed(2),
    ...more,
  };
}

/** What the paper exchange itself holds, read past everything. */
async function exchangeState(url: string): Promise<ExchangeState> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query("select content from files where path = 'paper/paper/state.json'");
    return decodeJson<{ state: ExchangeState }>(new TextDecoder().decode(rows[0].content)).state;
  } finally {
    await client.end();
  }
}

const netOf = async (world: SystemWorld) => {
  const { positions } = await world.get<{ positions: PositionDocument[] }>('/api/positions');
  return positions.find(({ symbol }) => symbol === SYMBOL)?.quantity ?? '0';
};

describe.skipIf(!postgresServer || !redisServer)('the desk on PostgreSQL and Redis', () => {
  let server: Awaited<ReturnType<typeof createPostgres>>;
  let world: SystemWorld;
  let decision: DecisionDocument;
  let explicit: Awaited<ReturnType<typeof order>>;
  const env = () => ({ DATABASE_URL: server.url, REDIS_URL: redisServer! });
  beforeAll(async () => {
    server = await createPostgres();
    world = await systemWorld({ env: env(), schedules: true });
  });
  afterAll(async () => {
    await world?.close();
    await server?.drop();
  });

  it('says what it runs on', async () => {
    const health = await world.get<HealthDocument>('/api/health');
    expect(health).toMatchObject({ status: 'ok', database: 'postgres', cache: 'redis' });
    const { checks } = await world.get<DoctorDocument>('/api/doctor');
    const text = Object.fromEntries(checks.map((each) => [each.name, `${each.state}: ${each.text}`]));
    expect(text).toMatchObject({
      database: expect.stringMatching(/^on: PostgreSQL/),
      cache: 'on: Redis',
      journal: 'on: in PostgreSQL',
      schedule: expect.stringMatching(/^on: cycles at .* next /),
    });
  });

  it('analyses, and replays to the same hash', async () => {
    decision = await world.post<DecisionDocument>('/api/analyze', { symbol: SYMBOL });
    expect(decision.signals).toHaveLength(6);
    const replayed = await world.post(`/api/decisions/${decision.decisionId}/replay`);
    expect(replayed).toMatchObject({ equal: true, hash: decision.hash });
  });

  it('places an explicit order and the decision, and shows them in the portfolio', async () => {
    explicit = await order(world, { quantity: '0.001', clientOrderId: 'explicit' });
    const placed = await world.post<PlacementDocument>('/api/orders', explicit);
    expect(placed).toMatchObject({ outcome: 'placed', fills: [{ quantity: '0.001' }] });
    // A decision not to trade is placed by nobody.
    if (decision.risk.order) await world.post(`/api/decisions/${decision.decisionId}/place`);
    const account = await world.get<AccountDocument>('/api/account');
    expect(account).toMatchObject({ openPositions: 1, mode: 'paper' });
    const { positions } = await exchangeState(server.url);
    expect(await netOf(world)).toBe(formatAmount(positions[SYMBOL] as Quantity));
  });

  it('runs a cycle that says why', async () => {
    const { outcomes } = await world.post<CycleRecord>('/api/cycles', { symbols: ['EURUSD', SYMBOL] });
    expect(outcomes.map(({ symbol }) => symbol)).toEqual(['EURUSD', SYMBOL]);
    for (const { why } of outcomes) expect(why.length).toBeGreaterThan(10);
  });

  it('imports, backtests over the stored bars, and keeps score', async () => {
    const from = Date.UTC(2026, 0, 5);
    await world.post(importPath('ETHUSDT'), barsFile(cryptoHours(from, 700)));
    const report = await world.post<{ source: string; bars: number; hash: string }>('/api/backtest', {
      strategy: 'consensus',
      symbol: 'ETHUSDT',
      interval: '1h',
      from: toIso(from + 600 * HOUR),
      to: toIso(from + 680 * HOUR),
    });
    expect(report).toMatchObject({ source: 'file', simulated: false });
    expect(report.bars).toBeGreaterThan(70);
    expect((await world.get<ScoreboardDocument>('/api/scoreboard')).open).toBeGreaterThan(0);
    expect(await world.get<AuditDocument>('/api/audit')).toMatchObject({ ok: true });
  });

  it('has its jobs scheduled in the database', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query('select name, cron from pgboss.schedule order by name');
    await client.end();
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['cycle', 'settle', 'watch']));
  });

  it('keeps everything over a restart, with another folder', async () => {
    const before = await world.get<AccountDocument>('/api/account');
    const net = await netOf(world);
    const { orders } = await world.get<{ orders: unknown[] }>('/api/orders');
    const { fills } = await world.get<{ fills: unknown[] }>('/api/fills');
    await world.close();
    world = await systemWorld({ env: env(), schedules: true });
    const after = await world.get<AccountDocument>('/api/account');
    expect(after).toMatchObject({ cash: before.cash, realised: before.realised, openPositions: before.openPositions });
    expect(await netOf(world)).toBe(net);
    expect(await world.get('/api/orders')).toEqual({ orders });
    expect(await world.get('/api/fills')).toEqual({ fills });
    const replayed = await world.post(`/api/decisions/${decision.decisionId}/replay`);
    expect(replayed).toMatchObject({ equal: true, hash: decision.hash });
    // The exchange knows the order still: sent again, it is the same one.
    expect((await world.post<PlacementDocument>('/api/orders', explicit)).fills).toHaveLength(1);
    expect(await netOf(world)).toBe(net);
  });
});

describe.skipIf(!postgresServer || !redisServer)('two desks on one database', () => {
  let server: Awaited<ReturnType<typeof createPostgres>>;
  let here: SystemWorld;
  let there: SystemWorld;
  const yaml = 'risk: { overrides: { maxOrdersPerMinute: 1000, maxOrdersPerHour: 1000, maxOrdersPerDay: 1000 } }';
  beforeAll(async () => {
    server = await createPostgres();
    const env = { DATABASE_URL: server.url, REDIS_URL: redisServer! };
    [here, there] = await Promise.all([systemWorld({ env, yaml }), systemWorld({ env, yaml })]);
  });
  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await server?.drop();
  });

  it('both answer, and see each other’s decisions and orders', async () => {
    const [one, other] = await Promise.all(
      [here, there].map((world) => world.post<DecisionDocument>('/api/analyze', { symbol: 'EURUSD' })),
    );
    expect(await there.get(`/api/decisions/${one!.decisionId}`)).toMatchObject({ document: { hash: one!.hash } });
    expect(await here.get(`/api/decisions/${other!.decisionId}`)).toMatchObject({ document: { hash: other!.hash } });
  });

  it('hear each other over Redis on a channel that no other desk uses', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query("select value from settings where name = 'desk-id'");
    await client.end();
    expect(rows).toHaveLength(1);
    const connection = await connectRedis(redisServer!);
    if ('absent' in connection) throw new Error(connection.absent);
    const channel = `conclave:bus:${decodeJson<string>(rows[0].value)}`;
    expect(await connection.redis.pubsub('NUMSUB', channel)).toEqual([channel, 2]);
    connection.redis.disconnect();
  });

  it('never exceed a limit with 50 orders at once, and trade on one exchange', async () => {
    const request = await order(here, { notional: '2400' });
    /** Two orders to buy the same are never open at once: who meets that tries again until another limit speaks. */
    const insist = async (world: SystemWorld, name: string) => {
      for (let attempt = 0; ; attempt++) {
        const wish = { ...request, clientOrderId: `${name}-${attempt}` };
        const { status, body } = await world.ask<PlacementDocument>('POST', '/api/orders', wish);
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
        const failed = body.risk?.checks.filter(({ passed }) => !passed).map(({ code }) => code) ?? [];
        if (failed.join() !== 'duplicate_order' || attempt > 500) return { ...body, failed };
      }
    };
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => insist(i % 2 === 0 ? here : there, `burst-${i}`)),
    );
    console.info(`50 orders through two desks: ${(performance.now() - start).toFixed(0)} ms`);
    const placed = answers.filter(({ outcome }) => outcome === 'placed');
    const refused = answers.filter(({ outcome }) => outcome === 'rejected');
    expect(placed.length + refused.length).toBe(50);
    for (const { failed } of refused) expect(failed).toContain('position_notional');
    expect(refused.length).toBeGreaterThan(0);

    // 10 % of 100,000 in one position, with room for what the price moved since the verdicts.
    const { equity } = await here.get<AccountDocument>('/api/account');
    const { positions } = await here.get<{ positions: PositionDocument[] }>('/api/positions');
    const value = Number(positions.find(({ symbol }) => symbol === SYMBOL)!.value);
    expect(value).toBeGreaterThan(8_000);
    expect(value).toBeLessThanOrEqual(Number(equity) * 0.1 * 1.01);
    expect(new Set(await Promise.all([netOf(here), netOf(there)])).size).toBe(1);

    const exchange = await exchangeState(server.url);
    expect(formatAmount(exchange.positions[SYMBOL] as Quantity)).toBe(await netOf(here));
    const filled = placed.flatMap((each) => each.fills);
    expect(filled.length).toBe(placed.length);
    const { fills } = await there.get<{ fills: { id: string }[] }>('/api/fills?limit=500');
    expect(new Set(fills.map(({ id }) => id)).size).toBe(filled.length);
    for (const world of [here, there]) expect(await world.get<AuditDocument>('/api/audit')).toMatchObject({ ok: true });
  });

  it('share stops: what one placed the other cancels and closes', async () => {
    const before = await netOf(here);
    const limit = { ...(await order(here, { quantity: '0.001', side: 'buy' })), type: 'limit' };
    const { bid } = await here.get<{ bid: number }>(`/api/quote?symbol=${SYMBOL}`);
    const resting = {
      ...limit,
      limitPrice: (bid * 0.97).toFixed(2),
      stopLoss: (bid * 0.95).toFixed(2),
      reduceOnly: false,
    };
    await there.post(`/api/positions/${SYMBOL}/close`);
    expect(await netOf(here)).toBe('0');
    expect(before).not.toBe('0');
    const placed = await here.post<PlacementDocument>('/api/orders', { ...resting, clientOrderId: 'resting' });
    expect(placed.orders[0]).toMatchObject({ status: 'accepted' });
    const cancelled = await there.ask('DELETE', '/api/orders/resting');
    expect(cancelled.status).toBe(200);
    const { orders } = await here.get<{ orders: { clientOrderId: string; status: string }[] }>('/api/orders');
    expect(orders.find(({ clientOrderId }) => clientOrderId === 'resting')?.status).toBe('cancelled');
    expect((await exchangeState(server.url)).resting).toEqual([]);
  });
});

describe.skipIf(!postgresServer || !redisServer)('Redis that goes away while the desk runs', () => {
  it('is said within a moment; the desk goes on, and takes it up again', async () => {
    const target = new URL(redisServer!);
    const sockets = new Set<Socket>();
    let up = true;
    const proxy = createServer((socket) => {
      if (!up) return void socket.destroy();
      const onward = dial(Number(target.port || 6379), target.hostname);
      for (const each of [socket, onward]) {
        sockets.add(each);
        each.on('error', () => undefined).on('close', () => [socket, onward].map((end) => end.destroy()));
      }
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const { port } = proxy.address() as { port: number };
    const server = await createPostgres();
    const env = { DATABASE_URL: server.url, REDIS_URL: `redis://127.0.0.1:${port}` };
    const world = await systemWorld({ env });
    try {
      expect(await world.get('/api/health')).toMatchObject({ status: 'ok', cache: 'redis' });
      up = false;
      for (const socket of sockets) socket.destroy();
      await vi.waitFor(
        async () =>
          expect(await world.get('/api/health')).toMatchObject({
            status: 'degraded',
            cache: 'memory (Redis does not answer)',
          }),
        { timeout: 20_000, interval: 100 },
      );
      const { checks } = await world.get<DoctorDocument>('/api/doctor');
      expect(checks.find(({ name }) => name === 'cache')).toMatchObject({ state: 'warning' });
      const decision = await world.post<DecisionDocument>('/api/analyze', { symbol: 'EURUSD' });
      expect(decision.signals).toHaveLength(6);
      up = true;
      await vi.waitFor(async () => expect(await world.get('/api/health')).toMatchObject({ status: 'ok' }), {
        timeout: 30_000,
        interval: 200,
      });
    } finally {
      await world.close();
      await server.drop();
      for (const socket of sockets) socket.destroy();
      proxy.close();
    }
  });
});
