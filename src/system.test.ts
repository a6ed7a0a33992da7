import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditDocument, DoctorDocument, HealthDocument } from './api/documents.ts';
import type { CycleRecord, DecisionDocument } from './domain/record.ts';
import { DAY, HOUR, SECOND, toIso } from './domain/time.ts';
import { barsFile, cryptoHours, cryptoHoursToNow, importPath } from './testing/bars-file.ts';
import { type SystemWorld, type SystemWorldOptions, systemWorld } from './testing/system-world.ts';

const HOURS = 700;

// Each start makes an embedded database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Opens desks for the tests of one group and closes them after it. */
function desks() {
  const open: SystemWorld[] = [];
  afterAll(async () => {
    for (const each of open) await each.close();
  });
  return async (options?: SystemWorldOptions) => {
    const desk = await systemWorld(options);
    open.push(desk);
    return desk;
  };
}

const check = async (desk: SystemWorld, name: string | RegExp) => {
  const { checks } = await desk.get<DoctorDocument>('/api/doctor');
  return checks.find((each) => (typeof name === 'string' ? each.name === name : name.test(each.name)));
};

describe('without a network', () => {
  const desk = desks();
  const failing = (async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } });
  }) as typeof fetch;
  const hanging = (() => new Promise<Response>(() => {})) as typeof fetch;
  const timed = async (world: SystemWorld, symbol: string) => {
    const start = performance.now();
    const document = await world.post<DecisionDocument>('/api/analyze', { symbol });
    return { document, ms: performance.now() - start };
  };

  it('answers from the simulated market when every call fails, and the doctor names who failed', async () => {
    const world = await desk({ fetch: failing, yaml: 'news: { feeds: ["https://feeds.invalid/rss"] }' });
    const first = await world.post<DecisionDocument>('/api/analyze', { symbol: 'EURUSD' });
    expect(first).toMatchObject({ source: 'simulated', simulated: true, symbol: 'EURUSD' });
    expect(first.notices.join(' ')).toContain('SIMULATED');
    expect(first.notices.join(' ')).toContain('yahoo was passed over');
    expect(await check(world, 'data yahoo')).toMatchObject({
      state: 'warning',
      text: expect.stringContaining('ENOTFOUND'),
    });
    const resting = expect.stringContaining('the network does not answer');
    expect(await check(world, 'data binance')).toMatchObject({ state: 'warning', text: resting });

    // Feeds are asked only about real markets.
    await world.post(importPath('BTCUSDT'), barsFile(cryptoHours(Date.UTC(2026, 0, 5), HOURS)));
    const real = await world.post<DecisionDocument>('/api/analyze', { symbol: 'BTCUSDT' });
    expect(real.notices.join(' ')).toMatch(/News from .*feeds\.invalid.* gave nothing/);
    const feed = { state: 'warning', text: expect.stringContaining('gave nothing') };
    expect(await check(world, /^news .*feeds\.invalid/)).toMatchObject(feed);
  });

  // Three seconds are the vendors'; the rest is work, with room for a busy machine.
  const WAIT_ONCE = 7_000;
  const NO_WAIT = 2_500;

  it('waits three seconds once for a network that swallows every call, and then remembers', async () => {
    const world = await desk({ fetch: hanging });
    const first = await timed(world, 'EURUSD');
    const second = await timed(world, 'EURUSD');
    const other = await timed(world, 'AAPL');
    console.info(`No network: ${[first, second, other].map(({ ms }) => `${ms.toFixed(0)} ms`).join(', then ')}`);
    for (const { document } of [first, second, other]) {
      expect(document).toMatchObject({ source: 'simulated', simulated: true });
    }
    expect(first.ms).toBeLessThan(WAIT_ONCE);
    expect(second.ms).toBeLessThan(NO_WAIT);
    expect(other.ms).toBeLessThan(NO_WAIT);
  });

  it('goes on with imported bars, and waits for vendors and news together no longer than that', async () => {
    const world = await desk({ fetch: hanging });
    await world.post(importPath('BTCUSDT'), barsFile(cryptoHours(Date.UTC(2026, 0, 5), HOURS)));
    const { document, ms } = await timed(world, 'BTCUSDT');
    console.info(`No network, imported bars: ${ms.toFixed(0)} ms`);
    expect(document.source).toBe('file');
    expect(ms).toBeLessThan(WAIT_ONCE);
    expect(await check(world, 'data binance')).toMatchObject({ state: 'warning' });
  });
});

describe('imported bars', () => {
  const desk = desks();
  const from = Date.UTC(2026, 0, 5);
  const series = cryptoHours(from, HOURS);
  const then = toIso(from + 400 * HOUR);
  const asked = (asOf: string) => ({ symbol: 'BTCUSDT', interval: '1h', asOf });
  let world: SystemWorld;
  beforeAll(async () => {
    world = await desk();
  });

  it('win over simulated ones, and old ones are analysed as of their end and marked stale', async () => {
    expect(await world.post('/api/analyze', { symbol: 'BTCUSDT' })).toMatchObject({ simulated: true });
    await world.post(importPath('BTCUSDT'), barsFile(series));
    const after = await world.post<DecisionDocument>('/api/analyze', { symbol: 'BTCUSDT' });
    expect(after.source).toBe('file');
    expect(after.simulated).toBeUndefined();
    expect(after.asOf).toBe(toIso(from + HOURS * HOUR));
    expect(after.quality).toMatchObject({ stale: true, flags: expect.arrayContaining(['stale']) });
    expect(after.notices.join(' ')).toContain('stale');
    const { bars } = await world.get<{ bars: { close: number }[] }>('/api/bars?symbol=BTCUSDT&interval=1h&limit=1');
    expect(bars.map(({ close }) => close)).toEqual([series.close[HOURS - 1]]);
  });

  it('that reach to now are not stale, and the answer is of now', async () => {
    await world.post(importPath('ETHUSDT'), barsFile(cryptoHoursToNow(HOURS)));
    const fresh = await world.post<DecisionDocument>('/api/analyze', { symbol: 'ETHUSDT' });
    expect(fresh).toMatchObject({ source: 'file', quality: { stale: false } });
    expect(Date.now() - Date.parse(fresh.asOf)).toBeLessThan(60 * SECOND);
  });

  it('of later change nothing in a decision of an earlier moment', async () => {
    const short = await desk();
    await short.post(importPath('BTCUSDT'), barsFile(series, 400));
    const known = await short.post<DecisionDocument>('/api/analyze', asked(then));
    const later = await world.post<DecisionDocument>('/api/analyze', asked(then));
    expect(later.asOf).toBe(then);
    expect(later.signals).toEqual(known.signals);
    expect(later.hash).toBe(known.hash);
  });

  it('give the same document for the same moment, and another one for another', async () => {
    const first = await world.post<DecisionDocument>('/api/analyze', asked(then));
    const again = await world.post<DecisionDocument>('/api/analyze', asked(then));
    const other = await world.post<DecisionDocument>('/api/analyze', asked(toIso(from + 500 * HOUR)));
    expect(again.hash).toBe(first.hash);
    expect(again.decisionId).not.toBe(first.decisionId);
    expect(other.hash).not.toBe(first.hash);
    expect(other.asOf).not.toBe(first.asOf);
  });

  it('say nothing about the time before them', async () => {
    type Answer = DecisionDocument & { error?: { code: string } };
    const early = asked(toIso(from - 30 * DAY));
    const { status, body } = await world.ask<Answer>('POST', '/api/analyze', early);
    // Nothing is known, or it is simulated and says so.
    if (status === 200) expect(body).toMatchObject({ simulated: true, source: 'simulated', asOf: early.asOf });
    else expect(body.error?.code).toBe('not_enough_history');
  });
});

describe('a second start', () => {
  it('finds decisions, orders, positions and the journal as they were, also without the Redis it was told of', async () => {
    const first = await systemWorld();
    const { dataDir } = first;
    try {
      const decision = await first.post<DecisionDocument>('/api/analyze', { symbol: 'BTCUSDT' });
      const { bid } = await first.get<{ bid: number }>('/api/quote?symbol=BTCUSDT');
      const order = {
        symbol: 'BTCUSDT',
        side: 'buy',
        quantity: '0.01',
        stopLoss: (bid * 0.98).toFixed(2),
        takeProfit: (bid * 1.06).toFixed(2),
        clientOrderId: 'kept-order',
      };
      const placed = await first.post('/api/orders', order);
      expect(placed).toMatchObject({ outcome: 'placed', fills: [{ quantity: '0.01' }] });
      const cycle = await first.post<CycleRecord>('/api/cycles', { symbols: ['BTCUSDT'] });
      expect(cycle.outcomes).toHaveLength(1);
      const { fills } = await first.get<{ fills: unknown[] }>('/api/fills');
      const { cash } = await first.get<{ cash: string }>('/api/account');
      await first.stop();

      const second = await systemWorld({ dataDir, env: { REDIS_URL: 'redis://127.0.0.1:1' } });
      try {
        expect(await second.get('/api/account')).toMatchObject({ cash });
        expect((await second.get<{ fills: unknown[] }>('/api/fills')).fills).toEqual(fills);
        const replayed = await second.post(`/api/decisions/${decision.decisionId}/replay`);
        expect(replayed).toMatchObject({ equal: true, hash: decision.hash });
        // The same order again is the same order.
        expect((await second.post<{ fills: unknown[] }>('/api/orders', order)).fills).toHaveLength(1);
        expect(await second.get<AuditDocument>('/api/audit')).toMatchObject({ ok: true });

        const health = await second.get<HealthDocument>('/api/health');
        expect(health).toMatchObject({ status: 'degraded', cache: 'memory (Redis does not answer)' });
        expect(await check(second, 'cache')).toMatchObject({ state: 'warning' });
      } finally {
        await second.stop();
      }
    } finally {
      await first.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
