import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price, type Quantity, quantity } from '../domain/decimal.ts';
import type { Fill, Order, OrderStatus } from '../domain/order.ts';
import type { JournalEntry } from '../domain/record.ts';
import { conservation } from '../portfolio/account.ts';
import type { BrokerEvent } from '../ports/broker.ts';
import { aFill, anIntent, anOpenOrder, noon } from '../testing/builders.ts';
import { type TestDesk, testDesk } from '../testing/test-desk.ts';
import { absorbEvents } from './absorb.ts';

/** One order's life at the broker: filled in parts, and then filled, cancelled or expired. */
const life = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  parts: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
  rest: fc.integer({ min: 0, max: 5 }),
  end: fc.constantFrom('cancelled' as const, 'expired' as const),
});

const journalIntent = (desk: TestDesk, order: Order) =>
  desk.book.append('main', (): JournalEntry[] => [
    { kind: 'intent', payload: { order, approved: anIntent() as never, checks: [] } },
  ]);

describe('absorbing what a broker says', () => {
  it('comes to the same account, however often and in whatever order it is said', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        async (lives, chance) => {
          const desk = await testDesk();
          const events: BrokerEvent[] = [];
          const truth: Fill[] = [];
          for (const [index, { side, parts, rest, end }] of lives.entries()) {
            const size = parts.reduce((sum, part) => sum + part, rest);
            if (size === 0) continue;
            const id = `cl-${index}`;
            const order = anOpenOrder({
              clientOrderId: id,
              symbol: 'AAPL',
              side,
              quantity: String(size),
              status: 'pending',
            });
            await journalIntent(desk, order);
            const told = (status: OrderStatus): BrokerEvent => ({
              kind: 'order',
              clientOrderId: id,
              status,
              eventTime: noon,
            });
            const fills = parts.map((part, i) =>
              aFill({
                id: `${id}.${i}`,
                clientOrderId: id,
                symbol: 'AAPL',
                side,
                quantity: String(part),
                price: String(200 + i),
              }),
            );
            truth.push(...fills);
            const reports = fills.map(() => told('partially_filled'));
            events.push(told('accepted'), ...fills.map((fill): BrokerEvent => ({ kind: 'fill', fill })), ...reports);
            events.push(told(rest === 0 ? 'filled' : end));
          }
          const next = () => chance.next().value as number;
          const said = [...events, ...events.filter(() => next() % 2 === 0)]
            .map((event) => ({ event, place: next() }))
            .sort((a, b) => a.place - b.place)
            .map(({ event }) => event);
          while (said.length > 0) await absorbEvents(desk, said.splice(0, 1 + (next() % 4)));

          const account = await desk.account();
          const net = truth.reduce((sum, fill) => sum + (fill.side === 'buy' ? fill.quantity : -fill.quantity), 0n);
          const held = account.positions[0];
          expect(held ? (held.side === 'long' ? held.quantity : -held.quantity) : 0n).toBe(net);
          expect(account.openOrders).toEqual([]);
          expect(conservation(account)).toBe(0n);
          const ledger = await desk.book.ledger();
          for (const [index, { parts, rest, end }] of lives.entries()) {
            const order = ledger.order(`cl-${index}`);
            if (!order) continue;
            expect(order.status).toBe(rest === 0 ? 'filled' : end);
            expect(order.filledQuantity).toBe(quantity(String(parts.reduce((sum, part) => sum + part, 0))));
            expect(ledger.fillsOf(order.clientOrderId)).toHaveLength(parts.length);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('a leg grows with its entry and keeps what it has filled', async () => {
    const desk = await testDesk();
    const leg = (size: string) =>
      anOpenOrder({
        clientOrderId: 'cl-x-stop',
        symbol: 'AAPL',
        side: 'sell',
        quantity: size,
        role: 'stop',
        stopPrice: price('190'),
        filledQuantity: 0n as Quantity,
      });
    const told = (order: Order): BrokerEvent => ({
      kind: 'order',
      clientOrderId: order.clientOrderId,
      status: 'accepted',
      order,
      eventTime: noon,
    });
    await absorbEvents(desk, [told(leg('4'))]);
    await absorbEvents(desk, [
      {
        kind: 'fill',
        fill: aFill({ clientOrderId: 'cl-x-stop', symbol: 'AAPL', side: 'sell', quantity: '1', price: '190' }),
      },
    ]);
    await absorbEvents(desk, [told(leg('10')), told(leg('10'))]);
    expect((await desk.account()).openOrders).toMatchObject([
      { quantity: quantity('10'), filledQuantity: quantity('1'), status: 'partially_filled' },
    ]);
  });
});
