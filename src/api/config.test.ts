import { describe, expect, it } from 'vitest';
import { AppError } from '../domain/errors.ts';
import { placeOrder } from '../engine/place-order.ts';
import { emergencyStop, setTradingState } from '../engine/set-trading-state.ts';
import { doorWorld } from '../testing/door-world.ts';
import { testDesk } from '../testing/test-desk.ts';
import type { ConfigDocument } from './documents.ts';

/** Limits, kept as the journal would keep them. */
function configurable() {
  const told: ConfigDocument[] = [];
  let limits: { profile: string; overrides: Record<string, unknown> } | undefined;
  const world = doorWorld({
    useCases: {
      limits: async () => limits,
      setLimits: async ({ profile, overrides }) => {
        limits = { profile, overrides };
      },
    },
  });
  world.deps.config.onChange = async (config) => void told.push(config);
  const put = (content: unknown) => world.ask('/api/config', { method: 'PUT', body: JSON.stringify(content) });
  return { ...world, put, told };
}

describe('the settings', () => {
  it('are the configuration’s own until someone changes them, and then only what was changed', async () => {
    const { ask, put, told } = configurable();
    const before = await (await ask('/api/config')).json();
    expect(before).toMatchObject({ universe: ['EURUSD', 'BTCUSDT'], risk: { profile: 'balanced' } });
    const changed = await (await put({ universe: 'eur/usd, gbp-usd, EURUSD', schedule: { enabled: true } })).json();
    expect(changed).toEqual({
      ...before,
      universe: ['EURUSD', 'GBPUSD'],
      schedule: { enabled: true, cron: '2 * * * *', timeZone: 'UTC' },
    });
    expect(told).toEqual([changed]);
    expect(await (await ask('/api/config')).json()).toEqual(changed);
  });

  it('keep risk in the journal', async () => {
    const { put } = configurable();
    const changed = await (await put({ risk: { profile: 'conservative' } })).json();
    expect(changed.risk).toEqual({ profile: 'conservative', overrides: {} });
  });

  it.each([
    [{ universe: 'EURUSF' }, 404],
    [{ universe: [] }, 400],
    [{ schedule: { cron: 'every hour' } }, 400],
    [{ schedule: { timeZone: 'Mars/Olympus' } }, 400],
    [{ risk: { profile: 'reckless' } }, 400],
    [{ colour: 'red' }, 400],
  ])('refuse %o', async (content, status) => {
    const { put, told } = configurable();
    expect((await put(content)).status).toBe(status);
    expect(told).toEqual([]);
  });
});

describe('settings that could not be run', () => {
  it('leave everything as it was, the rest of the request included', async () => {
    const { ask, put, deps, told } = configurable();
    deps.config.check = ({ schedule }) => {
      if (schedule.cron.startsWith('99')) throw new AppError('invalid_input', 'No hour has a minute 99.');
    };
    const before = await (await ask('/api/config')).json();
    const change = { universe: ['GBPUSD'], interval: '4h', risk: { profile: 'aggressive' } };
    expect((await put({ ...change, schedule: { enabled: true, cron: '99 * * * *' } })).status).toBe(400);
    expect(await (await ask('/api/config')).json()).toEqual(before);
    expect(told).toEqual([]);
  });

  it('are not kept when the scheduler refuses them', async () => {
    const { ask, put, deps } = configurable();
    deps.config.onChange = async () => {
      throw new AppError('invalid_input', 'No such schedule.');
    };
    const before = await (await ask('/api/config')).json();
    expect((await put({ universe: ['GBPUSD'], schedule: { cron: '0 0 15W * *' } })).status).toBe(400);
    expect(await (await ask('/api/config')).json()).toEqual(before);
  });
});

/** The real brake: the engine's own use cases on a desk in memory. */
async function braked() {
  const desk = await testDesk();
  const meanwhile: (() => Promise<unknown>)[] = [];
  const world = doorWorld({
    useCases: {
      account: async () => {
        const seen = await desk.account();
        await meanwhile.shift()?.();
        return seen;
      },
      setTradingState: (request) => setTradingState(desk, request),
      emergencyStop: (request) => emergencyStop(desk, request),
    },
  });
  const minted = await world.ask('/api/auth/token', { method: 'POST', body: JSON.stringify({ label: 'agent' }) });
  const { accessToken } = await minted.json();
  const agent = { as: 'nobody' as const, headers: { authorization: `Bearer ${accessToken}` } };
  const post = (path: string, content: unknown, who = {}) =>
    world.ask(path, { method: 'POST', body: JSON.stringify(content), ...who });
  const order = { symbol: 'AAPL', side: 'buy' as const, quantity: '10', stopLoss: '195', origin: 'user' };
  return {
    ...world,
    desk,
    /** What happens right after the account was next looked at. */
    meanwhile,
    order,
    state: (content: unknown) => post('/api/trading-state', content),
    asAgent: (content: unknown) => post('/api/trading-state', content, agent),
    stop: (content: unknown) => post('/api/emergency-stop', content),
    stopAsAgent: (content: unknown) => post('/api/emergency-stop', content, agent),
  };
}

describe('the brake', () => {
  it('halts and resumes, with a reason and a name', async () => {
    const { desk, state, ask } = await braked();
    expect(await (await state({ state: 'halted', reason: 'Lunch' })).json()).toMatchObject({
      state: 'halted',
      reason: 'Lunch',
    });
    expect(await (await ask('/api/trading-state')).json()).toEqual({ state: 'halted', reason: 'Lunch' });
    await state({ state: 'active', reason: 'Back' });
    const told: unknown[] = [];
    for await (const { kind, payload } of desk.journal.read('main')) if (kind === 'trading-state') told.push(payload);
    expect(told).toMatchObject([
      { state: 'halted', by: 'owner' },
      { state: 'active', by: 'owner' },
    ]);
  });

  it('cancels what rests, and says which orders', async () => {
    const { desk, order, state } = await braked();
    desk.broker.script('rest');
    await placeOrder(desk, { ...order, limitPrice: '199', clientOrderId: 'resting' });
    expect(await (await state({ state: 'halted', reason: 'Lunch' })).json()).toMatchObject({
      state: 'halted',
      cancelled: ['resting'],
      failed: [],
    });
    expect(await desk.broker.openOrders()).toEqual([]);
  });

  it('is pulled by any trader but let go only by the owner', async () => {
    const { asAgent, state } = await braked();
    expect((await asAgent({ state: 'halted', reason: 'Odd prices' })).status).toBe(200);
    expect((await asAgent({ state: 'reducing', reason: 'Fine again' })).status).toBe(403);
    expect((await state({ state: 'active', reason: 'Fine again' })).status).toBe(200);
  });

  it('stays pulled where a trader would set it to reducing at the moment of the halt', async () => {
    const { desk, asAgent, meanwhile } = await braked();
    meanwhile.push(() => setTradingState(desk, { state: 'halted', reason: 'Storm', by: 'owner' }));
    await asAgent({ state: 'reducing', reason: 'To be careful' });
    expect(await desk.account()).toMatchObject({ tradingState: 'halted', tradingStateReason: 'Storm' });
  });

  it('wants a reason', async () => {
    const { state, stop } = await braked();
    expect((await state({ state: 'halted', reason: ' ' })).status).toBe(400);
    expect((await stop({ flatten: true })).status).toBe(400);
  });
});

describe('the emergency stop', () => {
  it('closes every position where asked to, and halts; a trader may do it', async () => {
    const { desk, order, stopAsAgent } = await braked();
    await placeOrder(desk, order);
    const stopped = await stopAsAgent({ reason: 'Fire', flatten: true });
    expect(await stopped.json()).toMatchObject({ state: 'halted', reason: 'Fire', closed: ['AAPL'], failed: [] });
    expect(await desk.account()).toMatchObject({ positions: [], openOrders: [], tradingState: 'halted' });
  });

  it('without flatten leaves positions to their stops', async () => {
    const { desk, order, stop } = await braked();
    await placeOrder(desk, order);
    expect(await (await stop({ reason: 'Fire' })).json()).toMatchObject({ state: 'halted', closed: [] });
    expect(await desk.account()).toMatchObject({ positions: [{ symbol: 'AAPL' }], openOrders: [{ role: 'stop' }] });
  });

  it('lets no order out of a desk that the owner has halted, unless the owner asks', async () => {
    const { desk, order, state, stop, stopAsAgent } = await braked();
    await placeOrder(desk, order);
    await state({ state: 'halted', reason: 'Storm' });
    expect((await stopAsAgent({ reason: 'Fire', flatten: true })).status).toBe(403);
    expect((await desk.account()).positions).toHaveLength(1);
    expect(await (await stop({ reason: 'Fire', flatten: true })).json()).toMatchObject({ closed: ['AAPL'] });
  });
});
