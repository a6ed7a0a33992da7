import { describe, expect, it } from 'vitest';
import type { Account, Position } from '../domain/account.ts';
import { formatAmount, money, price, quantity, rate } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import { openAccount } from '../portfolio/account.ts';
import { valuationOf } from './value-account.ts';

const opened = openAccount('paper', { currency: 'USD', cash: money('100000'), mode: 'paper', broker: 'paper' }, 0);

function holding(symbol: string, side: Position['side'], size: string, at: string): Account {
  const lot = { quantity: quantity(size), price: price(at), rate: rate('1'), openedAt: 0, fillId: symbol };
  const position: Position = {
    symbol,
    side,
    quantity: lot.quantity,
    averagePrice: lot.price,
    lots: [lot],
    realised: money('0'),
    openedAt: 0,
  };
  return { ...opened, positions: [position] };
}

const quoted = (bid: number, ask: number) => async (symbol: string) => ({
  symbol,
  bid,
  ask,
  eventTime: 0,
  receiveTime: 0,
  source: 'test',
});

describe('an account at its marks', () => {
  it('is its cash while nothing is held, and asks for no price', async () => {
    const nobody = () => Promise.reject(new Error('asked'));
    const { equity, positions } = await valuationOf(opened, { quote: nobody, rate: nobody });
    expect(formatAmount(equity)).toBe('100000');
    expect(positions).toEqual([]);
  });

  it.each([
    { side: 'long' as const, mark: 1.09, gain: '50' },
    { side: 'short' as const, mark: 1.0902, gain: '-52' },
  ])('marks a $side position where it would close', async ({ side, mark, gain }) => {
    const account = holding('EURUSD', side, '10000', '1.085');
    const { positions } = await valuationOf(account, { quote: quoted(1.09, 1.0902), rate: async () => 1 });
    expect(positions).toMatchObject([{ mark }]);
    expect(formatAmount(positions[0]!.unrealised!)).toBe(gain);
  });

  it('brings another quote currency home at its rate', async () => {
    const account = holding('USDJPY', 'long', '1000', '150');
    const { positions } = await valuationOf(account, { quote: quoted(151, 151.02), rate: async () => 0.0066 });
    expect(formatAmount(positions[0]!.value!)).toBe('996.6');
  });

  it('names a position without a price and counts it at what it cost', async () => {
    const account = holding('EURUSD', 'long', '10000', '1.085');
    const silent = () => Promise.reject(new AppError('unavailable', 'No quote.'));
    const { positions, notices, equity } = await valuationOf(account, { quote: silent, rate: async () => 1 });
    expect(positions).toEqual([{ symbol: 'EURUSD', quote: null, mark: null, value: null, unrealised: null }]);
    expect(notices).toEqual([expect.stringContaining('EURUSD')]);
    expect(equity).toBeGreaterThan(0n);
  });
});
