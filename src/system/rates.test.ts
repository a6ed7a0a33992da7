import { describe, expect, it } from 'vitest';
import { instruments } from '../domain/instruments.ts';
import type { MarketData } from '../ports/market-data.ts';
import { conversionRate, conversionSeries } from './rates.ts';

const prices: Record<string, number> = { GBPUSD: 1.25, USDJPY: 150, EURJPY: 165, GBPJPY: 187.5 };
const marketData = {
  instruments: () => instruments,
  quote: async (symbol: string) => ({ symbol, bid: prices[symbol], ask: prices[symbol] }),
} as unknown as MarketData;

describe('one unit of money in another', () => {
  it.each([
    ['USDT', 'USD', 1],
    ['GBP', 'USD', 1.25],
    ['JPY', 'USD', 1 / 150],
    ['EUR', 'JPY', 165],
    ['GBX', 'USD', 0.0125],
    ['GBX', 'GBP', 0.01],
    ['GBX', 'JPY', 1.875],
  ])('%s in %s is %d', async (from, to, rate) => {
    expect(await conversionRate(marketData, from, to)).toBeCloseTo(rate, 10);
  });

  it('is never guessed', async () => {
    await expect(conversionRate(marketData, 'BTC', 'USD')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keeps pence a hundredth of the pound through a backtest', async () => {
    const question = { from: 'GBX', to: 'GBP', interval: '1h' as const, end: 0 };
    expect((await conversionSeries(marketData, question))?.(0)).toBe(0.01);
  });
});
