import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAmount, toNumber } from '../domain/decimal.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { Order } from '../domain/order.ts';
import { HOUR } from '../domain/time.ts';
import { anOrder, orderTime } from '../testing/orders.ts';
import { type Costs, commissionOf, defaultCosts } from './costs.ts';
import { barTape, fillPrice, hold, isQuiet, match, matchBar, matchQuote } from './matching.ts';

const eurusd = requireInstrument('EURUSD');
const half = eurusd.typicalSpread / 2;
const exact: Costs = { ...defaultCosts, slippageOfSpread: 0, slippageOfRange: 0 };

const bar = (open: number, high: number, low: number, close: number) => ({
  openTime: orderTime,
  closeTime: orderTime + HOUR,
  open,
  high,
  low,
  close,
  volume: 0,
});

/** The price that an order gets in a bar, as text, or null. */
function priceOf(order: Order, prices: ReturnType<typeof bar>, costs = exact): string | null {
  const touch = matchBar({ order }, prices, eurusd, costs);
  return touch && formatAmount(fillPrice(order, touch, eurusd).price);
}

describe('a market order against a bar', () => {
  const prices = bar(1.1, 1.105, 1.095, 1.101);

  it('buys at the ask of the open and sells at the bid', () => {
    expect(priceOf(anOrder(), prices)).toBe('1.10004');
    expect(priceOf(anOrder({ side: 'sell' }), prices)).toBe('1.09996');
  });

  it('pays a quarter of the spread and a fiftieth of the range as slippage by default', () => {
    const touch = matchBar({ order: anOrder() }, prices, eurusd, defaultCosts)!;
    expect(touch.price).toBeCloseTo(1.1 + half + 0.25 * 0.00008 + 0.02 * 0.01, 12);
    const { slippage } = fillPrice(anOrder(), touch, eurusd);
    expect(toNumber(slippage)).toBeCloseTo(0.00022, 9);
  });
});

describe('a limit order against a bar', () => {
  it.each([
    { why: 'the ask came down to it', low: 1.09496, at: '1.095' },
    { why: 'the ask stayed one tick above', low: 1.09497, at: null },
  ])('to buy at 1.095 gets $at when $why', ({ low, at }) => {
    expect(priceOf(anOrder({ type: 'limit', limitPrice: 1.095 }), bar(1.1, 1.101, low, 1.1))).toBe(at);
  });

  it('to sell needs the bid to come up', () => {
    const order = anOrder({ type: 'limit', side: 'sell', limitPrice: 1.105 });
    expect(priceOf(order, bar(1.1, 1.105, 1.099, 1.1))).toBeNull();
    expect(priceOf(order, bar(1.1, 1.10504, 1.099, 1.1))).toBe('1.105');
  });

  it('gets the better price where the bar opens beyond it', () => {
    expect(priceOf(anOrder({ type: 'limit', limitPrice: 1.095 }), bar(1.09, 1.096, 1.089, 1.09))).toBe('1.09004');
  });
});

describe('a stop against a bar', () => {
  const protect = anOrder({ type: 'stop', side: 'sell', stopPrice: 1.095 });

  it.each([
    { why: 'the bid fell to it inside the bar', prices: bar(1.1, 1.101, 1.094, 1.1), at: '1.095' },
    { why: 'the market gapped through it', prices: bar(1.09, 1.091, 1.089, 1.09), at: '1.08996' },
    { why: 'the bid stayed above', prices: bar(1.1, 1.101, 1.09505, 1.1), at: null },
  ])('sells at $at when $why', ({ prices, at }) => {
    expect(priceOf(protect, prices)).toBe(at);
  });

  it('pays slippage on top', () => {
    expect(Number(priceOf(protect, bar(1.1, 1.101, 1.094, 1.1), defaultCosts))).toBeLessThan(1.095);
  });
});

describe('a stop-limit', () => {
  const order = () => anOrder({ type: 'stop_limit', stopPrice: 1.105, limitPrice: 1.106 });

  it('fills at its stop when the limit lies beyond', () => {
    expect(priceOf(order(), bar(1.1, 1.107, 1.099, 1.1))).toBe('1.105');
  });

  it('is not filled by a gap beyond its limit, but rests and gets its limit when the ask comes back', () => {
    const held = hold({ order: order() });
    expect(match(held, barTape(bar(1.11, 1.112, 1.109, 1.111), eurusd, exact))).toBeNull();
    expect(held.triggered).toBe(true);
    const touch = match(held, barTape(bar(1.11, 1.111, 1.1055, 1.106), eurusd, exact));
    expect(touch?.price).toBe(1.106);
  });

  it('does not fill below its stop before the stop was reached', () => {
    expect(priceOf(order(), bar(1.1, 1.104, 1.099, 1.1))).toBeNull();
  });
});

describe('a trailing stop', () => {
  const order = anOrder({ type: 'trailing_stop', side: 'sell', trailBy: 0.005 });
  const meet = (held: ReturnType<typeof hold>, prices: ReturnType<typeof bar>) =>
    match(held, barTape(prices, eurusd, exact));

  it('follows the highest bid of earlier bars and sells when the market falls by the distance', () => {
    const held = hold({ order });
    expect(meet(held, bar(1.1, 1.108, 1.0995, 1.107))).toBeNull();
    expect(meet(held, bar(1.107, 1.1075, 1.102, 1.103))?.price).toBeCloseTo(1.108 - half - 0.005, 12);
  });

  it('does not use a high and a low of the same bar whose order nobody knows', () => {
    const held = hold({ order });
    expect(meet(held, bar(1.1, 1.106, 1.0999, 1.1055))).toBeNull();
    expect(held.extreme).toBeCloseTo(1.106 - half, 12);
  });

  it('sells inside the bar when even the close lies beyond the new stop', () => {
    expect(meet(hold({ order }), bar(1.1, 1.11, 1.0999, 1.102))?.price).toBeCloseTo(1.11 - half - 0.005, 12);
  });

  it('sells at the open of a gap', () => {
    const held = hold({ order });
    meet(held, bar(1.1, 1.101, 1.0995, 1.1));
    expect(meet(held, bar(1.08, 1.081, 1.079, 1.08))).toMatchObject({ atOpen: true, price: 1.08 - half });
  });
});

describe('an order that came to life inside the bar', () => {
  const inside = (order: Order, prices: ReturnType<typeof bar>) =>
    match(hold({ order }), barTape(prices, eurusd, exact), true);

  it('is stopped out when the low may have come after it', () => {
    const stop = anOrder({ type: 'stop', side: 'sell', stopPrice: 1.095 });
    expect(inside(stop, bar(1.1, 1.101, 1.094, 1.1))?.price).toBe(1.095);
  });

  it('is not stopped out by an open that was before it, unless the close says so', () => {
    const stop = anOrder({ type: 'stop', side: 'sell', stopPrice: 1.095 });
    expect(inside(stop, bar(1.09, 1.1, 1.089, 1.099))).toBeNull();
    expect(inside(stop, bar(1.09, 1.1, 1.089, 1.091))?.price).toBe(1.095);
  });

  it('never reaches its target in that bar', () => {
    const target = anOrder({ type: 'limit', side: 'sell', limitPrice: 1.105 });
    expect(inside(target, bar(1.1, 1.11, 1.099, 1.1))).toBeNull();
  });
});

describe('any order against a quote', () => {
  it('crosses the real spread', () => {
    const quote = { bid: 1.1, ask: 1.1003 };
    const buy = anOrder();
    expect(formatAmount(fillPrice(buy, matchQuote({ order: buy }, quote, exact)!, eurusd).price)).toBe('1.1003');
    expect(matchQuote({ order: anOrder({ type: 'limit', limitPrice: 1.1002 }) }, quote, exact)).toBeNull();
    expect(matchQuote({ order: anOrder({ type: 'stop', stopPrice: 1.1003 }) }, quote, exact)?.price).toBeCloseTo(
      1.1003,
      12,
    );
  });
});

describe('every fill', () => {
  const price = fc.integer({ min: 100_000, max: 120_000 }).map((ticks) => ticks / 100_000);
  const bars = fc
    .tuple(price, price, price, price)
    .map(([a, b, c, d]) => bar(a, Math.max(a, b, c, d), Math.min(a, b, c, d), d));
  const side = fc.constantFrom('buy' as const, 'sell' as const);

  it('of a limit order is never worse than its limit', () => {
    fc.assert(
      fc.property(bars, side, price, (prices, which, limitPrice) => {
        const order = anOrder({ type: 'limit', side: which, limitPrice });
        const at = priceOf(order, prices, defaultCosts);
        if (at === null) return;
        if (which === 'buy') expect(Number(at)).toBeLessThanOrEqual(limitPrice);
        else expect(Number(at)).toBeGreaterThanOrEqual(limitPrice);
      }),
    );
  });

  it('of a stop is never better than its stop, and of a market order never better than the mid open', () => {
    fc.assert(
      fc.property(bars, side, price, (prices, which, stopPrice) => {
        const sign = which === 'buy' ? 1 : -1;
        const stopped = priceOf(anOrder({ type: 'stop', side: which, stopPrice }), prices, defaultCosts);
        if (stopped !== null) expect(sign * (Number(stopped) - stopPrice)).toBeGreaterThanOrEqual(-1e-12);
        const bought = Number(priceOf(anOrder({ side: which }), prices, defaultCosts));
        expect(sign * (bought - prices.open)).toBeGreaterThanOrEqual(half - 1e-9);
      }),
    );
  });

  it('is never overlooked by the quick look at a resting order', () => {
    fc.assert(
      fc.property(bars, side, price, fc.constantFrom('limit', 'stop'), (prices, which, level, type) => {
        const order = anOrder({ type: type as 'limit', side: which, limitPrice: level, stopPrice: level });
        const tape = barTape(prices, eurusd, defaultCosts);
        expect(isQuiet(hold({ order }), tape)).toBe(match(hold({ order }), tape) === null);
      }),
      { numRuns: 300 },
    );
  });

  it('lies inside the bar, widened by half the spread, the slippage and one tick', () => {
    fc.assert(
      fc.property(bars, side, price, fc.constantFrom('market', 'limit', 'stop'), (prices, which, level, type) => {
        const order = anOrder({ type: type as 'market', side: which, limitPrice: level, stopPrice: level });
        const at = priceOf(order, prices, defaultCosts);
        if (at === null) return;
        const margin = half + barTape(prices, eurusd, defaultCosts).slip + 0.00001 + 1e-9;
        expect(Number(at)).toBeGreaterThanOrEqual(prices.low - margin);
        expect(Number(at)).toBeLessThanOrEqual(prices.high + margin);
      }),
    );
  });
});

describe('commission', () => {
  const fee = (symbol: string, size: string, at: number, rate = '1') => {
    const { quantity } = anOrder({ quantity: size });
    const { limitPrice } = anOrder({ limitPrice: at });
    const { quantity: toAccount } = anOrder({ quantity: rate });
    const each = commissionOf(
      defaultCosts,
      requireInstrument(symbol),
      limitPrice!,
      quantity,
      toAccount as bigint as never,
    );
    return formatAmount(each);
  };

  it.each([
    { symbol: 'EURUSD', size: '100000', at: 1.1, is: '3.85' },
    { symbol: 'BTCUSDT', size: '0.5', at: 60_000, is: '30' },
    { symbol: 'AAPL', size: '1000', at: 200, is: '5' },
    { symbol: 'AAPL', size: '10', at: 200, is: '1' },
  ])('of $size $symbol at $at is $is', ({ symbol, size, at, is }) => {
    expect(fee(symbol, size, at)).toBe(is);
  });

  it('is paid in the account currency', () => {
    expect(fee('USDJPY', '100000', 150, '0.0066')).toBe('3.465');
  });
});
