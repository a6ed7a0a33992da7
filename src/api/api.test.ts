import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionDocument } from '../domain/record.ts';
import { type ApiWorld, apiWorld } from '../testing/api-world.ts';
import { needsShared, sharedBytes } from '../testing/shared.ts';
import type {
  AccountDocument,
  AuditDocument,
  BarsDocument,
  CycleDocument,
  DecisionDetail,
  DecisionSummary,
  DoctorDocument,
  FillDocument,
  HealthDocument,
  ImportDocument,
  InstrumentDocument,
  MacroDocument,
  OrderDocument,
  PlacementDocument,
  PositionDocument,
  QuoteDocument,
  ReplayDocument,
  ScoreboardDocument,
} from './documents.ts';

let desk: ApiWorld;
beforeAll(async () => {
  desk = await apiWorld();
}, 60_000);
afterAll(() => desk?.close());

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Crypto trades around the clock, so these orders fill whenever the tests run. */
async function buyBitcoin(part: object = {}) {
  const quote = await desk.get<QuoteDocument>('/api/quote?symbol=BTC-USDT');
  const at = (factor: number) => (quote.mid * factor).toFixed(2);
  const order = {
    symbol: 'btc/usdt',
    side: 'buy',
    notional: '2000',
    stopLoss: at(0.97),
    takeProfit: at(1.06),
    ...part,
  };
  return { order, quote };
}

describe('the market over the API', () => {
  it('lists instruments by canonical symbol, and finds one by any usual spelling', async () => {
    const { instruments } = await desk.get<{ instruments: InstrumentDocument[] }>('/api/instruments?assetClass=fx');
    expect(instruments.map((each) => each.symbol)).toContain('EURUSD');
    const { instrument } = await desk.get<{ instrument: InstrumentDocument }>(
      '/api/instruments/resolve?symbol=EURUSD%3DX',
    );
    expect(instrument).toMatchObject({ symbol: 'EURUSD', base: 'EUR', pip: '0.0001' });
  });

  it('gives bars with source, quality and their own time, and says that they are simulated', async () => {
    const bars = await desk.get<BarsDocument>('/api/bars?symbol=eur/usd&timeframe=H1&limit=50');
    expect(bars).toMatchObject({ symbol: 'EURUSD', interval: '1h', source: 'simulated', simulated: true });
    expect(bars.bars).toHaveLength(50);
    expect(bars.asOf).toMatch(isoTime);
    expect(bars.quality.flags).toContain('simulated');
    for (const { open, high, low, close } of bars.bars) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
  });

  it('knows nothing that happened after asOf', async () => {
    const asOf = '2025-06-18T14:00:00.000Z';
    const { bars } = await desk.get<BarsDocument>(`/api/bars?symbol=BTCUSDT&interval=1h&limit=5&asOf=${asOf}`);
    expect(Date.parse(bars.at(-1)!.openTime) + 3_600_000).toBeLessThanOrEqual(Date.parse(asOf));
  });

  it('gives a quote with a spread and a time', async () => {
    const quote = await desk.get<QuoteDocument>('/api/quote?symbol=BTCUSDT');
    expect(quote.ask).toBeGreaterThan(quote.bid);
    expect(quote).toMatchObject({ simulated: true, asOf: expect.stringMatching(isoTime) });
  });

  it('gives a macro series with the release of each value, cut to asOf, and says that it is simulated', async () => {
    const asOf = '2025-06-18T14:00:00.000Z';
    const path = '/api/macro/sim_usd_cpi_y_y?limit=3&asOf=';
    const macro = await desk.get<MacroDocument>(path + asOf);
    expect(macro).toMatchObject({ series: 'SIM_USD_CPI_Y_Y', asOf, source: 'simulated', simulated: true, unit: '%' });
    expect(macro.observations.map(({ period }) => period)).toEqual(['2025-03-01', '2025-04-01', '2025-05-01']);
    expect(macro.observations.every(({ released }) => released <= asOf)).toBe(true);
    expect(macro.notices).toEqual([expect.stringMatching(/^SIMULATED/)]);
  });

  it('says how to get a macro series that it cannot ask for', async () => {
    const refused = await desk.ask('GET', '/api/macro/CPIAUCSL');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { hint: expect.stringContaining('FRED_API_KEY') } });
    expect((await desk.ask('GET', '/api/macro/CPIAUCSL?limit=0')).status).toBe(400);
  });
});

describe('an analysis over the API', () => {
  it('answers with six signals, a consensus, a verdict with every check, and provenance', async () => {
    const decision = await desk.send<DecisionDocument>('POST', '/api/analyze', { symbol: 'eurusd' });
    expect(decision).toMatchObject({ symbol: 'EURUSD', interval: '1h', simulated: true, source: 'simulated' });
    expect(decision.signals).toHaveLength(6);
    const weights = decision.signals.reduce((sum, signal) => sum + signal.weight, 0);
    expect(weights === 0 || Math.abs(weights - 1) < 1e-9).toBe(true);
    const contributions = decision.signals.reduce((sum, signal) => sum + signal.contribution, 0);
    expect(contributions).toBeCloseTo(decision.consensus.conviction, 9);
    if (decision.intent) expect(decision.risk.checks.length).toBeGreaterThanOrEqual(12);
    expect(decision.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of the past knows nothing of later', async () => {
    const asOf = '2025-06-18T14:00:00.000Z';
    const decision = await desk.send<DecisionDocument>('POST', '/api/analyze', { symbol: 'BTCUSDT', asOf });
    expect(decision.asOf <= asOf).toBe(true);
    const times = decision.signals.flatMap((signal) => signal.evidence.map((fact) => fact.eventTime));
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.parse(asOf));
  });

  it('streams the same document that it records', async () => {
    const headers = { accept: 'text/event-stream' };
    const response = await desk.ask('POST', '/api/analyze', { symbol: 'BTCUSDT' }, headers);
    const text = await response.text();
    const names = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
    expect(names.filter((name) => name === 'signal')).toHaveLength(6);
    expect(names.slice(-2)).toEqual(['risk', 'decision']);
    expect(names.indexOf('consensus')).toBeGreaterThan(names.lastIndexOf('signal'));
    const decision = JSON.parse(/event: decision\ndata: (.*)/.exec(text)![1]!) as DecisionDocument;
    const { document } = await desk.get<DecisionDetail>(`/api/decisions/${decision.decisionId}`);
    expect(document).toEqual(decision);
  });

  it('is listed with a reason, and recomputes to the same hash', async () => {
    const { decisionId, hash } = await desk.send<DecisionDocument>('POST', '/api/analyze', { symbol: 'ETHUSDT' });
    const { decisions } = await desk.get<{ decisions: DecisionSummary[] }>('/api/decisions?symbol=eth-usdt&limit=1');
    expect(decisions).toMatchObject([{ decisionId, symbol: 'ETHUSDT', origin: 'user' }]);
    expect(decisions[0]!.why.length).toBeGreaterThan(20);
    const replay = await desk.send<ReplayDocument>('POST', `/api/decisions/${decisionId}/replay`);
    expect(replay).toEqual({ decisionId, hash, recordedHash: hash, equal: true, differences: [] });
  });

  it('of an unknown decision is not found, by any road', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/place'],
      ['POST', '/replay'],
    ] as const) {
      expect((await desk.ask(method, `/api/decisions/dec_none${path}`)).status).toBe(404);
    }
  });
});

describe('an order over the API', () => {
  it('is judged without being placed under ?dryRun', async () => {
    const { order } = await buyBitcoin();
    const preview = await desk.send<PlacementDocument>('POST', '/api/orders?dryRun', order);
    expect(preview).toMatchObject({ outcome: 'previewed', orders: [], fills: [], risk: { outcome: 'approved' } });
    expect((await desk.get<{ orders: OrderDocument[] }>('/api/orders')).orders).toEqual([]);
  });

  it('fills on paper, shows in account, positions, orders and fills, and closes again', async () => {
    const { order } = await buyBitcoin({ clientOrderId: 'story-1' });
    const placed = await desk.send<PlacementDocument>('POST', '/api/orders', order);
    expect(placed).toMatchObject({ outcome: 'placed', fills: [{ symbol: 'BTCUSDT', side: 'buy' }] });
    const again = await desk.send<PlacementDocument>('POST', '/api/orders', order);
    expect(again.fills).toEqual(placed.fills);

    const { positions } = await desk.get<{ positions: PositionDocument[] }>('/api/positions');
    expect(positions).toMatchObject([
      { symbol: 'BTCUSDT', side: 'long', quantity: placed.fills[0]!.quantity, simulated: true },
    ]);
    expect(positions[0]).toMatchObject({ stopLoss: order.stopLoss.replace(/0+$/, '').replace(/\.$/, '') });
    const account = await desk.get<AccountDocument>('/api/account');
    expect(account).toMatchObject({ currency: 'USD', openPositions: 1, openOrders: 2, tradingState: 'active' });
    expect(Math.abs(Number(account.equity) - 100_000)).toBeLessThan(50);
    const open = await desk.get<{ orders: OrderDocument[] }>('/api/orders?status=open&symbol=BTCUSDT');
    expect(open.orders.map((each) => each.role).sort()).toEqual(['stop', 'target']);

    await desk.send('DELETE', `/api/orders/${open.orders.find((each) => each.role === 'target')!.clientOrderId}`);
    const closed = await desk.send<PlacementDocument>('POST', '/api/positions/btcusdt/close');
    expect(closed).toMatchObject({ outcome: 'placed', fills: [{ side: 'sell' }] });
    expect((await desk.get<{ positions: PositionDocument[] }>('/api/positions')).positions).toEqual([]);
    expect((await desk.get<{ orders: OrderDocument[] }>('/api/orders?status=open')).orders).toEqual([]);
    const { fills } = await desk.get<{ fills: FillDocument[] }>('/api/fills');
    expect(fills.map((fill) => fill.side)).toEqual(['sell', 'buy']);
    expect(fills[0]!.eventTime).toMatch(isoTime);
  });

  it('without a stop is refused with the check that failed and what would pass', async () => {
    const { order } = await buyBitcoin();
    const { stopLoss: _, takeProfit: __, ...bare } = order;
    const refused = await desk.send<PlacementDocument>('POST', '/api/orders', bare);
    expect(refused).toMatchObject({ outcome: 'rejected', orders: [], fills: [] });
    expect(refused.risk!.checks.filter((check) => !check.passed).map((check) => check.code)).toContain('stop_required');
  });

  it.each([
    [{ quantity: '0', notional: undefined }, 400],
    [{ quantity: '-1', notional: undefined }, 400],
    [{ side: 'hold' }, 400],
    [{ symbol: 'NOPE123' }, 404],
  ])('of %o is refused before it reaches the desk', async (part, status) => {
    const { order } = await buyBitcoin();
    expect((await desk.ask('POST', '/api/orders', { ...order, ...part })).status).toBe(status);
  });

  it('waits while the desk is halted', async () => {
    await desk.send('POST', '/api/trading-state', { state: 'halted', reason: 'A test' });
    const { order } = await buyBitcoin();
    const refused = await desk.send<PlacementDocument>('POST', '/api/orders', order);
    expect(refused.risk!.checks.find((check) => check.code === 'trading_state')).toMatchObject({ passed: false });
    await desk.send('POST', '/api/trading-state', { state: 'active', reason: 'The test is over' });
  });

  it('that nobody placed cannot be cancelled, and what is not held cannot be closed', async () => {
    expect((await desk.ask('DELETE', '/api/orders/cl-none')).status).toBe(404);
    expect((await desk.ask('POST', '/api/positions/AAPL/close')).status).toBe(404);
  });
});

describe('a cycle over the API', () => {
  it('says for each instrument whether it traded and why', async () => {
    const cycle = await desk.send<CycleDocument>('POST', '/api/cycles', { symbols: 'EURUSD,BTC/USDT' });
    expect(cycle.outcomes.map((each) => each.symbol)).toEqual(['EURUSD', 'BTCUSDT']);
    for (const outcome of cycle.outcomes) expect(outcome.why.length).toBeGreaterThan(10);
    const { cycles } = await desk.get<{ cycles: CycleDocument[] }>('/api/cycles?limit=1');
    expect(cycles).toEqual([cycle]);
  });
});

describe('the state of the desk over the API', () => {
  it('is open in short, and told part by part to who signed in', async () => {
    expect(await desk.get<HealthDocument>('/api/health')).toMatchObject({ status: 'ok', mode: 'paper' });
    const doctor = await desk.get<DoctorDocument>('/api/doctor');
    expect(doctor.ok).toBe(true);
    expect(doctor.checks.filter((check) => check.state === 'off').every((check) => check.text.length > 3)).toBe(true);
  });

  it('includes the journal, whose chain is whole, and the scoreboard', async () => {
    const audit = await desk.get<AuditDocument>('/api/audit');
    expect(audit).toMatchObject({ ok: true, accounts: [{ account: 'paper', ok: true, brokenAt: null }] });
    const board = await desk.get<ScoreboardDocument>('/api/scoreboard');
    expect(board.settled).toBe(0);
    expect(board.open).toBeGreaterThan(0);
  });

  it('keeps a risk profile that was chosen', async () => {
    await desk.send('PUT', '/api/config', { risk: { profile: 'conservative' } });
    expect(await desk.get('/api/config')).toMatchObject({ risk: { profile: 'conservative' } });
    expect((await desk.ask('PUT', '/api/config', { risk: { overrides: { nonsense: 1 } } })).status).toBe(400);
    await desk.send('PUT', '/api/config', { risk: { profile: 'balanced' } });
  });
});

describe('a MetaTrader 5 terminal', () => {
  const HOUR = 3_600_000;
  const last = Math.floor(Date.now() / HOUR) * HOUR;
  const rows = Array.from({ length: 40 }, (_, i) => [
    (last - (40 - i) * HOUR) / 1_000,
    0.88,
    0.882,
    0.878,
    0.881,
    50 + i,
  ]);
  const push = { utcOffsetSeconds: 0, bars: [{ symbol: 'USDCHF', interval: '1h', rows }] };

  it('pushes bars with a token that can do nothing else, and the desk reads them', async () => {
    const minted = await desk.send<{ accessToken: string }>('POST', '/api/auth/token', { scopes: ['market:write'] });
    const authorization = { authorization: `Bearer ${minted.accessToken}` };
    const answer = await desk.ask('POST', '/api/ingest/mt5', push, authorization);
    expect(await reply(answer)).toMatchObject({ source: 'mt5', bars: [{ accepted: 40, written: 40 }] });
    expect(await reply(await desk.ask('POST', '/api/ingest/mt5', push, authorization))).toMatchObject({
      bars: [{ accepted: 40, written: 0 }],
    });
    const bars = await desk.get<BarsDocument>('/api/bars?symbol=USDCHF&interval=1h&limit=10');
    expect(bars).toMatchObject({ source: 'mt5' });
    expect((await desk.ask('GET', '/api/bars?symbol=USDCHF', undefined, authorization)).status).toBe(403);
  });

  it('is refused with the token of an agent, and with more than a megabyte', async () => {
    const agent = await desk.send<{ accessToken: string; scopes: string[] }>('POST', '/api/auth/token', {});
    expect(agent.scopes).not.toContain('market:write');
    const authorization = { authorization: `Bearer ${agent.accessToken}` };
    expect((await desk.ask('POST', '/api/ingest/mt5', push, authorization)).status).toBe(403);
    const large = { ...push, bars: Array.from({ length: 600 }, () => push.bars[0]) };
    expect((await desk.ask('POST', '/api/ingest/mt5', large)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('importing over the API', () => {
  const rows = Array.from({ length: 60 }, (_, hour) => {
    const open = 1.1 + hour / 10_000;
    const time = new Date(Date.UTC(2025, 2, 3) + hour * 3_600_000).toISOString();
    return [time, open, open + 0.0008, open - 0.0007, open + 0.0002, 100 + hour].join(',');
  });
  const csv = new TextEncoder().encode(['time,open,high,low,close,volume', ...rows].join('\n'));

  it('tries a file without keeping it, then keeps it, and analysis runs on it', async () => {
    const query = '/api/import?symbol=EURGBP&interval=1h&name=eurgbp.csv';
    const tried = await reply<ImportDocument>(await desk.ask('POST', `${query}&dryRun`, csv));
    expect(tried).toMatchObject({ symbol: 'EURGBP', accepted: 60, rejected: 0 });
    const before = await desk.get<BarsDocument>('/api/bars?symbol=EURGBP&interval=1h&limit=10');
    expect(before.simulated).toBe(true);
    const kept = await reply<ImportDocument>(await desk.ask('POST', query, csv));
    expect(kept.accepted).toBe(60);
    const after = await desk.get<BarsDocument>('/api/bars?symbol=EURGBP&interval=1h&limit=10');
    expect(after.simulated).toBeUndefined();
    expect(after.bars.at(-1)!.close).toBeCloseTo(1.1061, 10);
  });

  it('takes the file of a form as well', async () => {
    const form = new FormData();
    form.set('file', new File([csv], 'bars.csv'));
    const response = await desk.system.fetch(
      new Request('http://127.0.0.1/api/import?symbol=EURJPY&interval=1h&dryRun=1', {
        method: 'POST',
        headers: { authorization: `Bearer ${desk.system.localToken}` },
        body: form,
      }),
    );
    expect(await reply<ImportDocument>(response)).toMatchObject({ symbol: 'EURJPY', accepted: 60 });
  });

  it.each([
    ['an empty file', new Uint8Array()],
    ['a file of another kind', new TextEncoder().encode('hello;world\n1;2\n')],
  ])('refuses %s and says what to check', async (_what, bytes) => {
    const response = await desk.ask('POST', '/api/import?symbol=EURUSD&interval=1h', bytes);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'bad_file' } });
  });

  it.runIf(needsShared('the API on real EURUSD bars', 'data/ohlcv/fx'))(
    'analyzes real history as of its end, marked stale',
    async () => {
      const file = sharedBytes('data/ohlcv/fx/EURUSD_1h_mt5_2024-11_2025-12.csv.gz');
      await reply(await desk.ask('POST', '/api/import?symbol=EURUSD&interval=1h', new Uint8Array(file)));
      const decision = await desk.send<DecisionDocument>('POST', '/api/analyze', { symbol: 'EURUSD', interval: '1h' });
      expect(decision.simulated).toBeUndefined();
      expect(decision.quality).toMatchObject({ stale: true, flags: expect.arrayContaining(['stale']) });
      expect(decision.asOf).toMatch(/^2025-1[12]-/);
    },
  );
});

async function reply<T>(response: Response): Promise<T> {
  const document = await response.json();
  expect({ status: response.status, document }).toMatchObject({ status: 200 });
  return document as T;
}
