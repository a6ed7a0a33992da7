import { describe, expect, it } from 'vitest';
import type { Account } from '../domain/account.ts';
import { AppError } from '../domain/errors.ts';
import { doorWorld } from '../testing/door-world.ts';
import type { ConfigDocument } from './documents.ts';

/** Limits and trading state, kept as the journal would keep them. */
function configurable() {
  const told: ConfigDocument[] = [];
  const states: object[] = [];
  let limits: { profile: string; overrides: Record<string, unknown> } | undefined;
  let account = { tradingState: 'active' } as Account;
  const world = doorWorld({
    useCases: {
      limits: async () => limits,
      setLimits: async ({ profile, overrides }) => {
        limits = { profile, overrides };
      },
      account: async () => account,
      setTradingState: async ({ state, reason, by }) => {
        states.push({ state, reason, by });
        account = { ...account, tradingState: state, tradingStateReason: reason };
      },
    },
  });
  world.deps.config.onChange = async (config) => void told.push(config);
  const put = (content: unknown) => world.ask('/api/config', { method: 'PUT', body: JSON.stringify(content) });
  const state = (content: unknown, headers = {}) =>
    world.ask('/api/trading-state', { method: 'POST', body: JSON.stringify(content), headers });
  return { ...world, put, state, told, states };
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

describe('the brake', () => {
  it('halts and resumes, with a reason and a name', async () => {
    const { state, states, ask } = configurable();
    expect(await (await state({ state: 'halted', reason: 'Lunch' })).json()).toEqual({
      state: 'halted',
      reason: 'Lunch',
    });
    expect(await (await ask('/api/trading-state')).json()).toEqual({ state: 'halted', reason: 'Lunch' });
    await state({ state: 'active', reason: 'Back' });
    expect(states).toMatchObject([
      { state: 'halted', by: 'owner' },
      { state: 'active', by: 'owner' },
    ]);
  });

  it('is pulled by any trader but let go only by the owner', async () => {
    const { ask, state } = configurable();
    const minted = await ask('/api/auth/token', { method: 'POST', body: JSON.stringify({ label: 'agent' }) });
    const { accessToken } = await minted.json();
    const asAgent = (content: unknown) =>
      ask('/api/trading-state', {
        as: 'nobody',
        method: 'POST',
        body: JSON.stringify(content),
        headers: { authorization: `Bearer ${accessToken}` },
      });
    expect((await asAgent({ state: 'halted', reason: 'Odd prices' })).status).toBe(200);
    expect((await asAgent({ state: 'reducing', reason: 'Fine again' })).status).toBe(403);
    expect((await state({ state: 'active', reason: 'Fine again' })).status).toBe(200);
  });

  it('wants a reason', async () => {
    expect((await configurable().state({ state: 'halted', reason: ' ' })).status).toBe(400);
  });
});
