import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../domain/account.ts';
import {
  convert,
  formatAmount,
  money,
  notional,
  price,
  type Quantity,
  quantity,
  sum,
  toNumber,
} from '../domain/decimal.ts';
import type { Fill } from '../domain/order.ts';
import { HOUR } from '../domain/time.ts';
import { aFill, aMarket, anAccount, anOpenOrder, aQuoted, noon } from '../testing/builders.ts';
import { applyFill, applyRecord, conservation, type DatedEntry, equity, foldAccount } from './account.ts';
import { heat } from './exposure.ts';

const holding = (...fills: Fill[]) => fills.reduce(applyFill, anAccount());

describe('an account folded from fills', () => {
  it('pays for what it buys and shows the same equity at the price it paid, less the fee', () => {
    const account = holding(aFill({ quantity: '1000', price: '1.1', fee: '2.5' }));
    expect(formatAmount(account.cash)).toBe('98897.5');
    expect(formatAmount(equity(account, { EURUSD: { price: 1.1, rate: 1 } }))).toBe('99997.5');
    expect(account.positions).toMatchObject([{ symbol: 'EURUSD', side: 'long', quantity: quantity('1000') }]);
  });

  it('closes first in, first out, and realises at the rate of the closing fill', () => {
    const account = holding(
      aFill({ symbol: 'USDJPY', quantity: '1000', price: '150', rate: '0.0066' }),
      aFill({ symbol: 'USDJPY', quantity: '1000', price: '160', rate: '0.0065' }),
      aFill({ symbol: 'USDJPY', side: 'sell', quantity: '1500', price: '155', rate: '0.006' }),
    );
    // 1000 × 5 yen − 500 × 5 yen = 2,500 yen at 0.006.
    expect(formatAmount(account.realised)).toBe('15');
    expect(account.positions[0]!.lots).toHaveLength(1);
    expect(account.positions[0]).toMatchObject({ quantity: quantity('500'), averagePrice: price('160') });
    expect(conservation(account)).toBe(0n);
  });

  it('flips from long to short in one fill, with a new average and one closed trade', () => {
    const account = holding(
      aFill({ quantity: '1000', price: '1.1' }),
      aFill({ side: 'sell', quantity: '3000', price: '1.2' }),
    );
    expect(account.positions).toMatchObject([
      { side: 'short', quantity: quantity('2000'), averagePrice: price('1.2'), realised: 0n },
    ]);
    expect(account.recentTrades).toMatchObject([{ side: 'long', quantity: quantity('1000'), profit: money('100') }]);
  });

  it('gains on a short position when the price falls', () => {
    const account = holding(aFill({ side: 'sell', quantity: '1000', price: '1.2' }));
    expect(formatAmount(equity(account, { EURUSD: { price: 1.1, rate: 1 } }))).toBe('100100');
  });

  it('refuses to make up a price for what it holds', () => {
    expect(() => equity(holding(aFill()), {})).toThrow('EURUSD');
  });

  it('a deposit is no profit: peak and day start move along', () => {
    const account = applyRecord(anAccount(), {
      kind: 'cash',
      time: noon,
      payload: { amount: money('500'), reason: 'deposit' },
    });
    expect(account).toMatchObject({
      cash: money('100500'),
      peakEquity: money('100500'),
      dayStartEquity: money('100500'),
    });
  });

  it('remembers the peak, and a new day starts from its first mark', () => {
    const marks = [
      { equity: money('101000'), day: '2025-06-18' },
      { equity: money('99000'), day: '2025-06-19' },
    ];
    const account = marks.reduce(
      (each, payload) => applyRecord(each, { kind: 'mark', time: noon, payload }),
      anAccount(),
    );
    expect(account).toMatchObject({ peakEquity: money('101000'), dayStartEquity: money('99000'), day: '2025-06-19' });
  });

  it('keeps a trading state and its reason', () => {
    const payload = { state: 'halted' as const, reason: 'storm', by: 'owner' };
    expect(applyRecord(anAccount(), { kind: 'trading-state', time: noon, payload })).toMatchObject({
      tradingState: 'halted',
      tradingStateReason: 'storm',
    });
  });

  it('a journal that does not begin with an opening is corrupt, an empty one is no account', () => {
    expect(() => foldAccount('main', [{ kind: 'fill', time: noon, payload: { fill: aFill() } }])).toThrow('opening');
    expect(() => foldAccount('main', [])).toThrow('no account');
  });
});

describe('conservation', () => {
  const fills = fc.array(
    fc.record({
      symbol: fc.constantFrom('EURUSD', 'USDJPY', 'AAPL'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      units: fc.bigInt(1n, 10n ** 15n),
      at: fc.bigInt(1n, 10n ** 14n),
      rate: fc.bigInt(1n, 10n ** 10n),
      fee: fc.bigInt(-(10n ** 9n), 10n ** 12n),
    }),
    { maxLength: 40 },
  );

  it('holds to the last billionth over any history of fills, whatever their size', () => {
    fc.assert(
      fc.property(fills, (history) => {
        let account = anAccount();
        const net = new Map<string, bigint>();
        history.forEach(({ symbol, side, units, at, rate, fee }, index) => {
          const fill = {
            ...aFill({ symbol, side, id: `f${index}` }),
            quantity: units as Quantity,
            price: at as Fill['price'],
            rate: rate as Fill['rate'],
            fee: fee as Fill['fee'],
          };
          account = applyFill(account, fill);
          net.set(symbol, (net.get(symbol) ?? 0n) + (side === 'buy' ? units : -units));
          expect(conservation(account)).toBe(0n);
        });
        for (const [symbol, expected] of net) {
          const held = account.positions.find((each) => each.symbol === symbol);
          expect(held ? (held.side === 'long' ? held.quantity : -held.quantity) : 0n).toBe(expected);
          if (held) expect(sum(held.lots.map((lot) => lot.quantity))).toBe(held.quantity);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('agrees with plain book-keeping: cash = deposits − Σ signed price × quantity − fees, where nothing is rounded', () => {
    const whole = fc.array(
      fc.record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        units: fc.integer({ min: 1, max: 5_000 }),
        cents: fc.integer({ min: 1, max: 90_000 }),
        fee: fc.integer({ min: 0, max: 500 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(whole, (history) => {
        let account = anAccount();
        let cash: bigint = account.cash;
        for (const { side, units, cents, fee } of history) {
          const fill = aFill({
            symbol: 'AAPL',
            side,
            quantity: `${units}`,
            price: (cents / 100).toFixed(2),
            fee: (fee / 100).toFixed(2),
          });
          account = applyFill(account, fill);
          const worth = convert(notional(fill.price, fill.quantity), fill.rate);
          cash += (side === 'buy' ? -worth : worth) - fill.fee;
        }
        expect(account.cash).toBe(cash);
        const mark = 123.45;
        const held = account.positions[0];
        const units = held ? (held.side === 'long' ? 1 : -1) * toNumber(held.quantity) : 0;
        expect(toNumber(equity(account, { AAPL: { price: mark, rate: 1 } }))).toBeCloseTo(
          toNumber(account.cash) + units * mark,
          4,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('folding all at once or record by record gives the same account', () => {
    const opening: DatedEntry = {
      kind: 'account-opened',
      time: noon,
      sequence: 1,
      payload: { currency: 'USD', cash: money('5000'), mode: 'paper', broker: 'paper' },
    };
    const records: DatedEntry[] = [opening, { kind: 'fill', time: noon, sequence: 2, payload: { fill: aFill() } }];
    expect(foldAccount('main', records)).toEqual(applyRecord(foldAccount('main', [opening]), records[1]!));
  });
});

describe('orders in the account', () => {
  const order = anOpenOrder({
    clientOrderId: 'cl-a',
    quantity: '1000',
    status: 'pending',
    stopLoss: price('1.09'),
    takeProfit: price('1.12'),
  });
  const intent: DatedEntry = { kind: 'intent', time: noon, payload: { order, approved: {} as never, checks: [] } };
  const event = (status: 'accepted' | 'filled' | 'cancelled' | 'unknown' | 'rejected'): DatedEntry => ({
    kind: 'order-event',
    time: noon,
    payload: { clientOrderId: 'cl-a', status },
  });
  const filled = (size: string): DatedEntry => ({
    kind: 'fill',
    time: noon,
    payload: { fill: aFill({ clientOrderId: 'cl-a', quantity: size }) },
  });
  const fold = (...entries: DatedEntry[]) => entries.reduce(applyRecord, anAccount());

  it('an intent is an open order and counts as a submission for one day', () => {
    const account = fold(intent);
    expect(account.openOrders).toMatchObject([{ clientOrderId: 'cl-a', status: 'pending' }]);
    expect(account.recentSubmissions).toEqual([noon]);
    const later = applyRecord(account, { ...intent, time: noon + 25 * HOUR });
    expect(later.recentSubmissions).toHaveLength(1);
    expect(later.openOrders).toHaveLength(1);
  });

  it('a fill before the acknowledgement is not undone by it', () => {
    expect(fold(intent, filled('400'), event('accepted')).openOrders).toMatchObject([
      { status: 'partially_filled', filledQuantity: quantity('400') },
    ]);
  });

  it('stays open when it is said to be filled before its fills arrive', () => {
    expect(fold(intent, event('filled'), filled('400')).openOrders).toHaveLength(1);
    expect(fold(intent, event('filled'), filled('400'), filled('600')).openOrders).toEqual([]);
  });

  it('an unknown order becomes accepted when the broker confirms it, and never unknown again', () => {
    expect(fold(intent, event('unknown'), event('accepted'), event('unknown')).openOrders).toMatchObject([
      { status: 'accepted' },
    ]);
  });

  it('keeps what was filled before a cancellation, and still takes a late fill', () => {
    const account = fold(intent, filled('400'), event('cancelled'), filled('100'));
    expect(account.openOrders).toEqual([]);
    expect(account.positions).toMatchObject([{ quantity: quantity('500') }]);
  });

  it('gives the position the stop and target of its entry', () => {
    expect(fold(intent, filled('1000')).positions).toMatchObject([
      { stopLoss: price('1.09'), takeProfit: price('1.12') },
    ]);
  });

  it('adopts a leg that the broker made, and follows its growth', () => {
    const leg = (size: string): DatedEntry => ({
      kind: 'order-event',
      time: noon,
      payload: {
        clientOrderId: 'cl-a-stop',
        status: 'accepted',
        order: anOpenOrder({ clientOrderId: 'cl-a-stop', role: 'stop', quantity: size }),
      },
    });
    expect(fold(intent, leg('400'), leg('1000')).openOrders).toMatchObject([
      { clientOrderId: 'cl-a' },
      { role: 'stop', quantity: quantity('1000') },
    ]);
  });
});

describe('two entries into one position', () => {
  const market = aMarket([aQuoted('AAPL', { bid: 200, ask: 200 })]);
  const enter = (account: Account, size: string, stop: string, side: 'buy' | 'sell' = 'buy') => {
    const order = anOpenOrder({ symbol: 'AAPL', side, quantity: size, stopLoss: price(stop) });
    const opened = { ...account, openOrders: [...account.openOrders, order] };
    const { clientOrderId } = order;
    return applyFill(opened, aFill({ symbol: 'AAPL', side, quantity: size, price: '200', clientOrderId }));
  };

  it('one more share with a wide stop loosens the stop of none', () => {
    const both = enter(enter(anAccount(), '40', '195'), '1', '150');
    expect(both.positions).toMatchObject([{ quantity: quantity('41'), stopLoss: price('195') }]);
    expect(formatAmount(heat(both, market))).toBe('250');
    const short = enter(enter(anAccount(), '40', '205', 'sell'), '1', '250', 'sell');
    expect(short.positions).toMatchObject([{ side: 'short', stopLoss: price('205') }]);
  });

  it('one share with a near stop hides no risk of the others', () => {
    const both = enter(enter(anAccount(), '1', '199'), '40', '180');
    expect(both.positions).toMatchObject([{ stopLoss: price('199') }]);
    expect(formatAmount(heat(both, market))).toBe('801');
  });

  it('a stop goes with the last lot that it was given for', () => {
    const both = enter(enter(anAccount(), '1', '199'), '40', '180');
    const left = applyFill(both, aFill({ symbol: 'AAPL', side: 'sell', quantity: '1', price: '199' }));
    expect(left.positions).toMatchObject([{ quantity: quantity('40'), stopLoss: price('180') }]);
  });
});
