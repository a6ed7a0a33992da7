import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../domain/instruments.ts';
import { applyFill } from '../portfolio/account.ts';
import type { MarketData } from '../ports/market-data.ts';
import { aFill, anAccount } from '../testing/builders.ts';
import { valueNow } from './valuation.ts';

/** A market that has risen by a tenth, of the kind that a test says. */
const risen = (simulated: boolean) =>
  ({
    resolve: requireInstrument,
    quote: async (symbol: string) => ({
      symbol,
      bid: 220,
      ask: 220,
      eventTime: 0,
      receiveTime: 0,
      source: 'test',
      ...(simulated ? { simulated } : {}),
    }),
  }) as unknown as MarketData;
const holding = (simulated: boolean) =>
  applyFill(anAccount(), {
    ...aFill({ symbol: 'AAPL', quantity: '20', price: '200' }),
    ...(simulated ? { simulated: true as const } : {}),
  });

describe('the value of a position', () => {
  it.each([true, false])('is marked by its own kind of prices (simulated: %s)', async (kind) => {
    const { positions, notices } = await valueNow(holding(kind), risen(kind));
    expect(positions).toMatchObject([{ symbol: 'AAPL', mark: 220, unrealised: 400_000_000_000n }]);
    expect(notices).toEqual([]);
  });

  it.each([
    [true, 'start with OFFLINE=1'],
    [false, 'It waits for a real price.'],
  ])(
    'is what it cost where only the other kind is known, and a notice says what to do (simulated: %s)',
    async (kind, todo) => {
      const { positions, notices, equity } = await valueNow(holding(kind), risen(!kind));
      expect(positions).toMatchObject([{ symbol: 'AAPL', mark: null, value: null, unrealised: null }]);
      expect(equity).toBe((await valueNow(anAccount(), risen(kind))).equity);
      expect(notices).toEqual([expect.stringContaining(todo)]);
    },
  );
});
