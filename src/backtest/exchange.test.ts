import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, encodeJson } from '../domain/canonical.ts';
import { formatAmount, type Rate, rate } from '../domain/decimal.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { type Order, sideSign } from '../domain/order.ts';
import { DAY, HOUR } from '../domain/time.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import type { ExchangeState } from '../ports/exchange.ts';
import { anOrder, orderTime } from '../testing/orders.ts';
import { type Costs, defaultCosts } from './costs.ts';
import { createExchange } from './exchange.ts';

const exact: Costs = { ...defaultCosts, slippageOfSpread: 0, slippageOfRange: 0 };

function market(costs = exact, state?: ExchangeState) {
  const exchange = createExchange({ instrument: requireInstrument, rate: () => rate('1') as Rate, costs, state });
  let hour = 0;
  return {
    exchange,
    submit: (order: Order) => exchange.submit(order, orderTime + hour * HOUR),
    /** The next hourly bar, told in short. */
    bar(open: number, high: number, low: number, close: number, volume = 0, symbol = 'EURUSD') {
      const openTime = orderTime + hour * HOUR;
      hour += 1;
      return told(exchange.onBar(symbol, { openTime, closeTime: openTime + HOUR, open, high, low, close, volume }));
    },
    wait: (hours: number) => {
      hour += hours;
    },
  };
}

const told = (events: readonly BrokerEvent[]) =>
  events.map((event) =>
    event.kind === 'fill'
      ? `${event.fill.side} ${formatAmount(event.fill.quantity)} at ${formatAmount(event.fill.price)}`
      : `${event.clientOrderId.replace(/^cl-test-\d+/, 'entry')} ${event.status}${event.reason ? ` ${event.reason}` : ''}`,
  );

const bracket = (changes: Parameters<typeof anOrder>[0] = {}) =>
  anOrder({ orderClass: 'bracket', stopLoss: 1.095, takeProfit: 1.105, ...changes });

describe('a bracket', () => {
  it('is stopped out, not paid out, when one bar touches both legs', () => {
    const { submit, bar } = market();
    submit(bracket());
    expect(bar(1.1, 1.11, 1.09, 1.1)).toEqual([
      'buy 10000 at 1.10004',
      'entry filled',
      'entry-stop accepted',
      'entry-target accepted',
      'sell 10000 at 1.095',
      'entry-stop filled',
      'entry-target cancelled oco',
    ]);
  });

  it('is paid out when the bar opens beyond the target before it falls to the stop', () => {
    const { submit, bar } = market();
    submit(bracket());
    bar(1.1, 1.101, 1.099, 1.1);
    expect(bar(1.106, 1.107, 1.09, 1.09)).toEqual([
      'sell 10000 at 1.10596',
      'entry-target filled',
      'entry-stop cancelled oco',
    ]);
  });

  it('takes its loss at the open of a gap', () => {
    const { submit, bar } = market();
    submit(bracket());
    bar(1.1, 1.101, 1.099, 1.1);
    expect(bar(1.08, 1.081, 1.079, 1.08)[0]).toBe('sell 10000 at 1.07996');
  });

  it('whose limit entry fills inside the bar may be stopped but not paid in that bar', () => {
    const { submit, bar } = market();
    submit(bracket({ type: 'limit', limitPrice: 1.098 }));
    expect(bar(1.1, 1.11, 1.097, 1.1)).toEqual([
      'buy 10000 at 1.098',
      'entry filled',
      'entry-stop accepted',
      'entry-target accepted',
    ]);
    const other = market();
    other.submit(bracket({ type: 'limit', limitPrice: 1.098 }));
    expect(other.bar(1.1, 1.11, 1.09, 1.1)).toContain('sell 10000 at 1.095');
  });

  it('ends with the position when that is closed by another order', () => {
    const { exchange, submit, bar } = market();
    submit(bracket());
    bar(1.1, 1.101, 1.099, 1.1);
    submit(anOrder({ side: 'sell', reduceOnly: true }));
    expect(bar(1.101, 1.102, 1.1, 1.101)).toEqual([
      'sell 10000 at 1.10096',
      'entry filled',
      'entry-stop cancelled nothing_to_reduce',
      'entry-target cancelled nothing_to_reduce',
    ]);
    expect(exchange.openOrders()).toEqual([]);
  });

  it('cannot have the place of its stop taken by an order of that name', () => {
    const { exchange, submit, bar } = market();
    const entry = bracket();
    const dip = { type: 'limit' as const, limitPrice: 1.05 };
    const thief = { ...anOrder(dip), clientOrderId: `${entry.clientOrderId}-stop` };
    expect(() => submit(thief)).toThrow('names that end in -stop');
    // One that an earlier version let in stays as it is; the watch guards the stop that has no leg.
    const before = exchange.state();
    const order = { ...thief, status: 'accepted' as const };
    const other = market(exact, { ...before, resting: [{ order }] });
    other.submit(entry);
    other.bar(1.1, 1.101, 1.099, 1.1);
    expect(other.exchange.order(thief.clientOrderId)).toEqual(order);
    submit(entry);
    bar(1.1, 1.101, 1.099, 1.1);
    expect(exchange.order(`${entry.clientOrderId}-stop`)).toMatchObject({ role: 'stop', side: 'sell' });
  });

  it('of a short position is the mirror image', () => {
    const { submit, bar } = market();
    submit(bracket({ side: 'sell', stopLoss: 1.105, takeProfit: 1.095 }));
    bar(1.1, 1.101, 1.099, 1.1);
    expect(bar(1.1, 1.106, 1.09, 1.1)).toEqual([
      'buy 10000 at 1.105',
      'entry-stop filled',
      'entry-target cancelled oco',
    ]);
  });
});

describe('volume', () => {
  const coins = (changes: Parameters<typeof anOrder>[0] = {}) =>
    anOrder({ symbol: 'BTCUSDT', quantity: '3', ...changes });

  it('limits a fill to a tenth of the bar, and the rest waits for the next bar', () => {
    const { submit, bar } = market();
    submit(coins({ orderClass: 'bracket', stopLoss: 50_000 }));
    expect(bar(60_000, 60_100, 59_900, 60_000, 20, 'BTCUSDT')).toMatchObject({
      0: expect.stringMatching(/^buy 2 at/),
      1: 'entry partially_filled',
      2: 'entry-stop accepted',
    });
    const next = bar(60_000, 60_100, 59_900, 60_000, 20, 'BTCUSDT');
    expect(next).toMatchObject({ 0: expect.stringMatching(/^buy 1 at/), 1: 'entry filled' });
  });

  it('lets a stop protect no more than what was filled, and ends the entry when it trades', () => {
    const { exchange, submit, bar } = market();
    submit(coins({ orderClass: 'bracket', stopLoss: 59_000 }));
    bar(60_000, 60_100, 59_900, 60_000, 10, 'BTCUSDT');
    // The entry takes the first print, hence the whole tenth; the stop has to wait for volume.
    const fall = bar(60_000, 60_000, 58_000, 58_000, 15, 'BTCUSDT');
    expect(fall[0]).toMatch(/^buy 1\.5 at/);
    const next = bar(58_000, 58_100, 57_900, 58_000, 40, 'BTCUSDT');
    expect(next.join()).toMatch(/sell 2\.5 at .*entry cancelled exit_filled|buy 0\.5 at .*sell 3 at/);
    expect(exchange.state().positions).toEqual({});
  });

  it.each([
    { timeInForce: 'ioc' as const, filled: ['buy 2', 'entry cancelled ioc_unfilled'] },
    { timeInForce: 'fok' as const, filled: ['entry cancelled fok_unfilled'] },
  ])('of a thin bar ends an $timeInForce order', ({ timeInForce, filled }) => {
    const { submit, bar } = market();
    submit(coins({ timeInForce }));
    const events = bar(60_000, 60_100, 59_900, 60_000, 20, 'BTCUSDT');
    for (const each of filled) expect(events.some((event) => event.startsWith(each))).toBe(true);
    expect(bar(60_000, 60_100, 59_900, 60_000, 20, 'BTCUSDT')).toEqual([]);
  });
});

describe('time in force', () => {
  it('day ends with the UTC day, before anything fills', () => {
    const { submit, bar, wait } = market();
    submit(anOrder({ type: 'limit', limitPrice: 1.09, timeInForce: 'day' }));
    expect(bar(1.1, 1.101, 1.099, 1.1)).toEqual([]);
    wait(DAY / HOUR);
    expect(bar(1.08, 1.081, 1.079, 1.08)).toEqual(['entry expired day_over']);
  });
});

describe('an OCO pair', () => {
  it('lies around a position: what one side fills, the other gives up', () => {
    const { exchange, submit, bar } = market();
    submit(anOrder());
    bar(1.1, 1.101, 1.099, 1.1);
    const pair = anOrder({ side: 'sell', orderClass: 'oco', type: 'limit', stopLoss: 1.095, takeProfit: 1.105 });
    expect(told(submit(pair))).toEqual(['entry accepted', 'entry-stop accepted']);
    expect(bar(1.1, 1.106, 1.099, 1.105)).toEqual(['sell 10000 at 1.105', 'entry filled', 'entry-stop cancelled oco']);
    expect(exchange.openOrders()).toEqual([]);
  });

  it('is cancelled as one', () => {
    const { exchange, submit } = market();
    const pair = anOrder({ side: 'sell', orderClass: 'oco', stopLoss: 1.095, takeProfit: 1.105 });
    submit(pair);
    expect(told(exchange.cancel(pair.clientOrderId, orderTime))).toEqual([
      'entry cancelled requested',
      'entry-stop cancelled requested',
    ]);
  });
});

describe('a reduce-only order', () => {
  it('never turns a position around', () => {
    const { exchange, submit, bar } = market();
    submit(anOrder({ quantity: '10000' }));
    bar(1.1, 1.101, 1.099, 1.1);
    submit(anOrder({ side: 'sell', quantity: '50000', reduceOnly: true }));
    expect(bar(1.1, 1.101, 1.099, 1.1)[0]).toBe('sell 10000 at 1.09996');
    expect(exchange.state().positions).toEqual({});
    expect(exchange.openOrders()).toEqual([]);
  });

  it('is cancelled where there is nothing to reduce', () => {
    const { submit, bar } = market();
    submit(anOrder({ side: 'sell', reduceOnly: true }));
    expect(bar(1.1, 1.101, 1.099, 1.1)).toEqual(['entry cancelled nothing_to_reduce']);
  });
});

describe('what the exchange refuses', () => {
  it.each([
    [{ quantity: '0' }, /not positive/],
    [{ quantity: '1500' }, /multiple of the lot/],
    [{ type: 'limit' as const }, /needs a limit price/],
    [{ type: 'stop' as const }, /needs a stop price/],
    [{ type: 'trailing_stop' as const }, /needs a trailing distance/],
    [{ orderClass: 'bracket' as const }, /needs a stop loss or a take profit/],
    [{ orderClass: 'oco' as const, takeProfit: 1.2 }, /needs a stop loss/],
    [{ timeInForce: 'opg' as const }, /opg is not simulated/],
    [{ type: 'limit' as const, limitPrice: -1 }, /not positive/],
  ])('%o', (changes, why) => {
    expect(() => market().submit(anOrder(changes))).toThrow(why);
  });
});

describe('any sequence of orders and bars', () => {
  const tick = fc.integer({ min: -300, max: 300 }).map((ticks) => ticks / 100_000);
  const action = fc.oneof(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      type: fc.constantFrom('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
      lots: fc.integer({ min: 1, max: 20 }),
      away: tick,
      protect: fc.boolean(),
      reduceOnly: fc.boolean(),
    }),
    fc.record({ steps: fc.tuple(tick, tick, tick) }),
  );
  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  function play(actions: readonly Action[], restartEvery = 0) {
    let { exchange } = market(defaultCosts);
    let mid = 1.1;
    let hour = 0;
    const events: BrokerEvent[] = [];
    actions.forEach((each, i) => {
      if (restartEvery > 0 && i % restartEvery === 0) {
        exchange = market(defaultCosts, decodeJson<ExchangeState>(encodeJson(exchange.state()))).exchange;
      }
      const at = orderTime + hour * HOUR;
      if ('steps' in each) {
        const [a, b, c] = each.steps.map((step) => mid + step) as [number, number, number];
        const prices = { open: mid, high: Math.max(mid, a, b, c), low: Math.min(mid, a, b, c), close: c, volume: 0 };
        events.push(...exchange.onBar('EURUSD', { openTime: at, closeTime: at + HOUR, ...prices }));
        mid = c;
        hour += 1;
        return;
      }
      const sign = Number(sideSign[each.side]);
      const level = Math.round((mid + each.away) * 100_000) / 100_000;
      const order = anOrder({
        clientOrderId: `cl-${i}`,
        side: each.side,
        type: each.type as 'market',
        quantity: String(each.lots * 1000),
        limitPrice: level,
        stopPrice: level,
        trailBy: 0.002,
        reduceOnly: each.reduceOnly,
        ...(each.protect && !each.reduceOnly
          ? { orderClass: 'bracket' as const, stopLoss: mid - sign * 0.003, takeProfit: mid + sign * 0.003 }
          : {}),
      });
      events.push(...exchange.submit(order, at));
    });
    return { exchange, events };
  }

  const plan = fc.array(action, { minLength: 1, maxLength: 60 });

  it('keeps the net position equal to the fills, fills no order beyond its size, and uses no fill id twice', () => {
    fc.assert(
      fc.property(plan, (actions) => {
        const { exchange } = play(actions);
        const fills = exchange.fills();
        const net = fills.reduce((sum, fill) => sum + sideSign[fill.side] * fill.quantity, 0n);
        expect(exchange.state().positions.EURUSD ?? 0n).toBe(net);
        expect(new Set(fills.map((fill) => fill.id)).size).toBe(fills.length);
        const { resting, closed } = exchange.state();
        for (const order of [...closed, ...resting.map((each) => each.order)]) {
          const filled = fills.filter((fill) => fill.clientOrderId === order.clientOrderId);
          expect(filled.reduce((sum, fill) => sum + fill.quantity, 0n)).toBe(order.filledQuantity);
          expect(order.filledQuantity).toBeLessThanOrEqual(order.quantity);
          expect(order.status === 'filled').toBe(order.filledQuantity === order.quantity);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leaves no protective order behind without a position', () => {
    fc.assert(
      fc.property(plan, (actions) => {
        const { exchange } = play(actions);
        if (exchange.fills().length === 0 || exchange.state().positions.EURUSD !== undefined) return;
        expect(exchange.openOrders().filter((order) => order.role !== 'entry')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('tells the same story when it is restarted from its own notes again and again', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 5 }), (actions, every) => {
        expect(play(actions, every).events).toEqual(play(actions).events);
      }),
      { numRuns: 100 },
    );
  });
});
