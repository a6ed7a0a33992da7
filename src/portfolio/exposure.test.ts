import { describe, expect, it } from 'vitest';
import { formatAmount, money, price } from '../domain/decimal.ts';
import { aFill, aMarket, anAccount, aQuoted, noon } from '../testing/builders.ts';
import { applyFill } from './account.ts';
import { exposure, heat, marginUsed } from './exposure.ts';
import { dailyLoss, drawdown, lossStreak, tradeStatistics } from './performance.ts';

const market = aMarket([aQuoted('EURUSD'), aQuoted('USDCHF', { rate: 1 / 0.9 }), aQuoted('AAPL')]);
const holder = [
  aFill({ symbol: 'EURUSD', quantity: '1000' }),
  aFill({ symbol: 'USDCHF', side: 'sell', quantity: '1000', price: '0.9' }),
  aFill({ symbol: 'AAPL', quantity: '5', price: '200' }),
].reduce(applyFill, anAccount());

describe('exposure', () => {
  it('long EURUSD and short USDCHF are one bet against the dollar; a share is none', () => {
    const { gross, net, byCurrency } = exposure(holder, market);
    expect(formatAmount(gross)).toMatch(/^3(099\.9|100)/);
    expect(formatAmount(net)).toMatch(/^1(099\.9|100)/);
    expect(Number(formatAmount(byCurrency.USD!))).toBeCloseTo(-2_100, 3);
    expect(Number(formatAmount(byCurrency.EUR!))).toBeCloseTo(1_100, 3);
    expect(byCurrency.AAPL).toBeUndefined();
  });

  it('a holding without a price counts at what it cost, and needs its whole worth as margin', () => {
    expect(formatAmount(exposure(holder, aMarket([])).bySymbol.AAPL!)).toBe('1000');
    expect(marginUsed({ positions: holder.positions.filter((each) => each.symbol === 'AAPL') }, aMarket([]))).toBe(
      money('1000'),
    );
  });

  it('heat is what the stops can lose; without a stop it is everything', () => {
    const positions = holder.positions.filter((each) => each.symbol === 'AAPL');
    const stopped = positions.map((each) => ({ ...each, stopLoss: price('190') }));
    expect(formatAmount(heat({ positions: stopped }, market))).toBe('50');
    expect(formatAmount(heat({ positions }, market))).toBe('1000');
    const beyond = positions.map((each) => ({ ...each, stopLoss: price('250') }));
    expect(heat({ positions: beyond }, market)).toBe(0n);
  });
});

describe('performance', () => {
  const trade = (profit: string) => ({
    symbol: 'AAPL',
    side: 'long' as const,
    quantity: holder.positions[0]!.quantity,
    entryPrice: price('1'),
    exitPrice: price('1'),
    profit: money(profit),
    openedAt: noon,
    closedAt: noon,
  });

  it('counts losses in a row from the newest backwards', () => {
    expect(lossStreak([trade('-1'), trade('5'), trade('-1'), trade('-2')])).toBe(2);
    expect(lossStreak([])).toBe(0);
  });

  it('measures the fall from the peak and since the morning', () => {
    const account = anAccount({ peakEquity: money('200'), dayStartEquity: money('160') });
    expect(drawdown(account, money('150'))).toBe(0.25);
    expect(drawdown(account, money('210'))).toBe(0);
    expect(dailyLoss(account, money('150'))).toBe(money('10'));
    expect(dailyLoss(account, money('170'))).toBe(0n);
  });

  it('says nothing of no trades, and what was won and lost of some', () => {
    expect(tradeStatistics([])).toBeNull();
    expect(tradeStatistics([trade('30'), trade('-10'), trade('10')])).toMatchObject({
      trades: 3,
      profitFactor: 4,
      expectancy: 10,
      winRate: 2 / 3,
    });
    expect(tradeStatistics([trade('1')])!.profitFactor).toBeNull();
  });
});
