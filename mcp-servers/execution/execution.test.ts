import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { midPrice } from '../../src/domain/quote.ts';
import { auth, type CallOutcome, connect, type TestClient } from '../testing/clients.ts';
import { type TradingDesk, tradingDesk } from '../testing/trading-desk.ts';

const owner = auth('account:read', 'trade:paper', 'admin');
let world: TradingDesk;
let client: TestClient;
let price: number;
const opened: TradingDesk[] = [];
const open = async (mode: 'paper' | 'live' = 'paper') => {
  const made = await tradingDesk({ mode });
  opened.push(made);
  return made;
};
beforeAll(async () => {
  world = await open();
  price = midPrice(await world.marketData.quote('EURUSD'));
});
beforeEach(async () => {
  client = await connect(world.servers.execution, { as: owner });
});
afterAll(() => Promise.all(opened.map((each) => each.close())));

const ask = async (tool: string, args: Record<string, unknown> = {}) => {
  const outcome = await client.call(tool, args);
  expect(outcome.error).toBeUndefined();
  expect(JSON.parse(outcome.content[0]!.text)).toEqual(outcome.structuredContent);
  return outcome.structuredContent!.data;
};
const resumeInTheWebApp = () => world.deps.desk.setTradingState({ state: 'active', reason: 'checked', by: 'owner' });
/** Alpaca's own words for a small long with a stop 50 pips away and a target 75 pips away. */
const small = (id: string, more: Record<string, unknown> = {}) => ({
  symbol: 'EUR/USD',
  side: 'BUY',
  qty: 3_000,
  type: 'market',
  time_in_force: 'gtc',
  stop_loss_stop_price: (price - 0.005).toFixed(5),
  take_profit_limit_price: (price + 0.0075).toFixed(5),
  client_order_id: id,
  ...more,
});

describe('the account', () => {
  it('is shown in exact amounts', async () => {
    expect(await ask('get_account_info')).toMatchObject({ mode: 'paper', currency: 'USD', tradingState: 'active' });
    expect((await ask('get_account_info')).cash).toMatch(/^\d+(\.\d+)?$/);
    expect(await ask('get_risk_limits')).toMatchObject({ profile: 'balanced', limits: { requireStop: true } });
    expect(await ask('get_trading_state')).toEqual({ state: 'active', reason: null, mode: 'paper', broker: 'paper' });
  });
});

describe('an order', () => {
  it('is previewed with every check and leaves no trace', async () => {
    const { client_order_id: _id, ...order } = small('x');
    const before = await world.desk.journal.head('paper');
    expect(await ask('preview_order', order)).toMatchObject({
      outcome: 'previewed',
      intent: { symbol: 'EURUSD', side: 'buy', quantity: '3000', orderClass: 'bracket' },
      risk: { outcome: 'approved', failed: [], passed: expect.arrayContaining(['stop_required', 'position_notional']) },
    });
    const { checks } = (await ask('check_order_risk', order)) as { checks: { code: string; passed: boolean }[] };
    expect(checks.length).toBeGreaterThan(15);
    expect(checks.every((check) => check.passed)).toBe(true);
    expect(await ask('place_order', small('dry', { dry_run: 'true' }))).toMatchObject({
      outcome: 'previewed',
      orders: [],
    });
    expect(await world.desk.journal.head('paper')).toEqual(before);
  });

  it('is placed once, however often it is sent', async () => {
    const first = await ask('place_order', small('chat-1'));
    expect(first).toMatchObject({ outcome: 'placed', risk: { outcome: 'approved' } });
    await world.settled();
    const again = await ask('place_order', small('chat-1'));
    expect(again).toMatchObject({ outcome: 'placed', risk: null });
    const { positions } = (await ask('get_all_positions')) as { positions: unknown[] };
    expect(positions).toMatchObject([
      { symbol: 'EURUSD', side: 'long', quantity: '3000', stopLoss: expect.any(String) },
    ]);
    const { order, fills } = (await ask('get_order_by_client_id', { clientOrderId: 'chat-1' })) as {
      order: Record<string, unknown>;
      fills: unknown[];
    };
    expect(order).toMatchObject({ status: 'filled', role: 'entry', createdAt: '2025-06-18T14:00:00.000Z' });
    expect(fills).toMatchObject([{ quantity: '3000', clientOrderId: 'chat-1' }]);
  });

  it('shows the legs that guard it among the open orders, and itself among the closed', async () => {
    const { orders } = (await ask('get_orders', { status: 'open' })) as { orders: { role: string }[] };
    expect(orders.map((each) => each.role).sort()).toEqual(['stop', 'target']);
    const closed = (await ask('get_orders', { status: 'closed', symbol: 'eurusd' })) as { orders: unknown[] };
    expect(closed.orders).toMatchObject([{ clientOrderId: 'chat-1' }]);
    expect(((await ask('get_orders', { status: 'all', symbol: 'AAPL' })) as { orders: unknown[] }).orders).toEqual([]);
  });

  it('is rejected with the reason and what would pass', async () => {
    const { stop_loss_stop_price: _stop, take_profit_limit_price: _target, ...bare } = small('chat-2');
    const answer = (await ask('place_order', bare)) as {
      outcome: string;
      risk: { failed: { code: string }[]; passesIf: string };
    };
    expect(answer).toMatchObject({ outcome: 'rejected', orders: [], risk: { outcome: 'rejected' } });
    expect(answer.risk.failed.map((check) => check.code)).toContain('stop_required');
    expect(answer.risk.passesIf).toBeTruthy();
  });

  it.each([
    [{ qty: 0 }, '"qty" is "0"'],
    [{ qty: '-3' }, 'positive decimal'],
    [{ qty: '1e3' }, 'positive decimal'],
    [{ notional: '5000' }, 'either "qty"'],
    [{ side: 'long' }, '"side" is "long"'],
    [{ leverage: 50 }, 'Unknown argument "leverage"'],
    [{ type: 'limit' }, 'limitPrice'],
    [{ client_order_id: 'a b' }, '1 to 64 letters'],
    [{ client_order_id: undefined }, '"client_order_id" is required'],
  ])('with %j is refused before anything happens', async (more, message) => {
    const before = await world.desk.journal.head('paper');
    const { error } = await client.call('place_order', small('chat-3', more));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
    expect(await world.desk.journal.head('paper')).toEqual(before);
  });

  it('with an id that belongs to another order is a conflict', async () => {
    const { error } = await client.call('place_order', small('chat-1', { symbol: 'GBPUSD' }));
    expect(error?.code).toBe('conflict');
  });

  it('that nobody knows is not found', async () => {
    expect((await client.call('get_order_by_client_id', { client_order_id: 'ghost' })).error?.code).toBe('not_found');
    expect((await client.call('cancel_order_by_id', { order_id: 'ghost' })).error?.code).toBe('not_found');
  });
});

describe('ending', () => {
  it('cancels waiting entries and keeps what guards a position', async () => {
    const waiting = small('chat-4', {
      symbol: 'GBPUSD',
      qty: 2_000,
      type: 'limit',
      ...(await around('GBPUSD')),
    });
    expect(await ask('place_order', waiting)).toMatchObject({ outcome: 'placed', orders: [{ status: 'accepted' }] });
    const answer = (await ask('cancel_all_orders')) as { cancelled: string[]; kept: string[]; failed: unknown[] };
    expect(answer).toMatchObject({ cancelled: ['chat-4'], failed: [] });
    expect(answer.kept).toHaveLength(2);
    expect(await ask('cancel_order_by_id', { order_id: 'chat-4' })).toEqual({ cancelled: 'chat-4' });
  });

  it('closes a position and its guards', async () => {
    expect(await ask('close_position', { symbol: 'EURUSD' })).toMatchObject({ outcome: 'placed' });
    await world.settled();
    expect(await ask('get_all_positions')).toEqual({ positions: [] });
    expect(await ask('get_orders')).toEqual({ orders: [] });
    expect((await client.call('close_position', { symbol: 'EURUSD' })).error?.code).toBe('not_found');
  });

  it("halts on anybody's word and resumes on nobody's, whatever the token", async () => {
    const agent = await connect(world.servers.execution, { as: auth('account:read', 'trade:paper') });
    const halt: CallOutcome = await agent.call('halt_trading', { reason: 'prices look wrong' });
    expect(halt.structuredContent?.data).toEqual({ state: 'halted', reason: 'prices look wrong' });
    const blocked = (await ask('place_order', small('chat-5'))) as {
      outcome: string;
      risk: { failed: { code: string }[] };
    };
    expect(blocked.outcome).toBe('rejected');
    expect(blocked.risk.failed.map((check) => check.code)).toContain('trading_state');
    for (const each of [agent, client]) {
      expect((await each.call('resume_trading', { reason: 'all good' })).error).toMatchObject({
        code: 'forbidden',
        hint: expect.stringContaining('web app'),
      });
    }
    expect(await ask('get_trading_state')).toMatchObject({ state: 'halted' });
    await resumeInTheWebApp();
    expect(await ask('resume_trading', { reason: 'is it on?' })).toMatchObject({ state: 'active' });
  });

  it('never lets the engine resume for a program', async () => {
    await ask('halt_trading', { reason: 'test', state: 'reducing' });
    const loosen = world.deps.desk.setTradingState({ state: 'active', reason: 'x', by: 'mcp:x', origin: 'mcp' });
    await expect(loosen).rejects.toMatchObject({ code: 'forbidden' });
    await resumeInTheWebApp();
  });
});

describe('what a token may do', () => {
  it.each([
    ['place_order', { symbol: 'EURUSD', side: 'buy', qty: '1', client_order_id: 'x' }],
    ['place_decision', { decision_id: 'x' }],
    ['cancel_order_by_id', { order_id: 'x' }],
    ['cancel_all_orders', {}],
    ['close_position', { symbol: 'EURUSD' }],
    ['halt_trading', { reason: 'x' }],
    ['resume_trading', { reason: 'x' }],
  ])('%s is closed to one that may only read', async (tool, args) => {
    const reader = await connect(world.servers.execution, { as: auth('account:read', 'analysis:run', 'market:read') });
    expect((await reader.call(tool, args)).error).toMatchObject({ code: 'forbidden', retryable: false });
  });

  it("keeps a live account out of reach of a paper token, and out of every tool's reach to resume", async () => {
    const live = await open('live');
    const paper = await connect(live.servers.execution, { as: owner });
    for (const [tool, args] of [
      ['place_order', small('live-1')],
      ['close_position', { symbol: 'EURUSD' }],
      ['cancel_all_orders', {}],
      ['place_decision', { decision_id: 'x' }],
    ] as const) {
      expect((await paper.call(tool, args)).error).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('live'),
      });
    }
    expect((await paper.call('halt_trading', { reason: 'stop' })).error).toBeUndefined();
    const all = await connect(live.servers.execution, {
      as: auth('account:read', 'trade:paper', 'trade:live', 'admin'),
    });
    expect((await all.call('resume_trading', { reason: 'go' })).error).toMatchObject({ code: 'forbidden' });
  });
});

/** A limit 30 pips under the market with a stop and a target of its own. */
async function around(symbol: string) {
  const mid = midPrice(await world.marketData.quote(symbol));
  return {
    limit_price: (mid - 0.003).toFixed(5),
    stop_loss_stop_price: (mid - 0.008).toFixed(5),
    take_profit_limit_price: (mid + 0.005).toFixed(5),
  };
}
