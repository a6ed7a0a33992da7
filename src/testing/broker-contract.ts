import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatAmount } from '../domain/decimal.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { Broker, BrokerEvent } from '../ports/broker.ts';
import { anOrder } from './orders.ts';

/** One broker under test with the market behind it. EURUSD stands at 1.1000 / 1.1001 when it opens. */
export interface BrokerBench {
  broker: Broker;
  /** Moves the market; resolves when the broker has worked through it. */
  market(bid: number, ask: number): Promise<void>;
  /** Kills the broker without notice and opens it again on what it left behind. */
  restart(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when all events were delivered. */
  settled(): Promise<void>;
}

/** What the desk relies on, whoever the broker is. */
export function describeBroker(name: string, open: () => Promise<BrokerBench>) {
  describe(`${name} as a broker`, () => {
    let bench: BrokerBench;
    let events: BrokerEvent[];
    const listen = () => bench.broker.onEvent((event) => void events.push(event));
    const submit = async (order: Order) => {
      const answer = await bench.broker.submit(order);
      await bench.settled();
      return answer;
    };
    const fills = () => events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
    const statuses = (id: string) =>
      events.flatMap((event) => (event.kind === 'order' && event.clientOrderId === id ? [event.status] : []));

    beforeEach(async () => {
      bench = await open();
      events = [];
      listen();
    });
    afterEach(() => bench.close());

    it('fills a market buy at the ask or worse, and a sale at the bid or worse', async () => {
      await submit(anOrder());
      await submit(anOrder({ side: 'sell' }));
      const [bought, sold] = fills();
      expect(Number(formatAmount(bought!.price))).toBeGreaterThanOrEqual(1.1001);
      expect(Number(formatAmount(sold!.price))).toBeLessThanOrEqual(1.1);
      expect(bought!.fee).toBeGreaterThan(0n);
    });

    it('takes the same client order id twice as one order', async () => {
      const order = anOrder();
      const [first, second] = [await submit(order), await submit(order)];
      expect(second).toEqual(first);
      expect(fills()).toHaveLength(1);
    });

    it('takes 10 submissions of one order at the same time as one order', async () => {
      const order = anOrder();
      const answers = await Promise.all(Array.from({ length: 10 }, () => bench.broker.submit(order)));
      await bench.settled();
      expect(new Set(answers.map((each) => each.brokerOrderId)).size).toBe(1);
      expect(fills()).toHaveLength(1);
    });

    it('keeps a limit order that the market has not reached, and fills it at its price or better', async () => {
      const order = anOrder({ type: 'limit', limitPrice: 1.095 });
      await submit(order);
      expect((await bench.broker.openOrders()).map((each) => each.clientOrderId)).toEqual([order.clientOrderId]);
      await bench.market(1.0948, 1.0949);
      const [fill] = fills();
      expect(fill!.price).toBeLessThanOrEqual(order.limitPrice!);
      expect(await bench.broker.openOrders()).toEqual([]);
    });

    it('cancels once, is silent the second time, and does not fill what was cancelled', async () => {
      const order = anOrder({ type: 'limit', limitPrice: 1.095 });
      await submit(order);
      await bench.broker.cancel(order.clientOrderId);
      await bench.broker.cancel(order.clientOrderId);
      await bench.market(1.09, 1.0901);
      expect(statuses(order.clientOrderId).filter((status) => status === 'cancelled')).toHaveLength(1);
      expect(fills()).toEqual([]);
      expect((await bench.broker.order(order.clientOrderId))?.status).toBe('cancelled');
    });

    it('says not_found to the cancellation of an order it never saw, and nothing of such an order', async () => {
      await expect(bench.broker.cancel('cl-stranger')).rejects.toMatchObject({ code: 'not_found' });
      expect(await bench.broker.order('cl-stranger')).toBeUndefined();
    });

    it('refuses an order of nothing, definitely, and does not hold it', async () => {
      const order = anOrder({ quantity: '0' });
      await expect(bench.broker.submit(order)).rejects.toMatchObject({ code: 'broker_rejected' });
      expect(await bench.broker.order(order.clientOrderId)).toBeUndefined();
    });

    it('tells of acceptance before the fill, and of the fill before the end of the order', async () => {
      const order = anOrder();
      await submit(order);
      const told = events.map((event) => (event.kind === 'fill' ? 'fill' : event.status));
      expect(told).toEqual(['accepted', 'fill', 'filled']);
    });

    it('stops telling a listener that has left', async () => {
      const heard: BrokerEvent[] = [];
      const leave = bench.broker.onEvent((event) => void heard.push(event));
      leave();
      await submit(anOrder());
      expect(heard).toEqual([]);
    });

    it('protects a bracket with a stop and a target of which one cancels the other', async () => {
      const order = anOrder({ orderClass: 'bracket', stopLoss: 1.09, takeProfit: 1.12 });
      await submit(order);
      const legs = (await bench.broker.openOrders()).sort((a, b) => (a.role < b.role ? -1 : 1));
      expect(legs.map(({ role, parentId, side }) => ({ role, parentId, side }))).toEqual([
        { role: 'stop', parentId: order.clientOrderId, side: 'sell' },
        { role: 'target', parentId: order.clientOrderId, side: 'sell' },
      ]);
      await bench.market(1.0895, 1.0896);
      expect(await bench.broker.openOrders()).toEqual([]);
      expect((await bench.broker.order(legs[0]!.clientOrderId))?.status).toBe('filled');
      expect((await bench.broker.order(legs[1]!.clientOrderId))?.status).toBe('cancelled');
    });

    it('tells a restarted desk which fills it has missed, each with its own id', async () => {
      await submit(anOrder());
      const [first] = fills();
      await bench.restart();
      listen();
      await submit(anOrder());
      const all = await bench.broker.fillsSince(0);
      expect(all.map((fill: Fill) => fill.id)[0]).toBe(first!.id);
      expect(new Set(all.map((fill) => fill.id)).size).toBe(2);
      expect(await bench.broker.fillsSince(Number.MAX_SAFE_INTEGER)).toEqual([]);
    });

    it('keeps its orders over a kill, and still knows the ids that were used', async () => {
      const resting = anOrder({ type: 'limit', limitPrice: 1.095 });
      const done = anOrder();
      await submit(resting);
      await submit(done);
      const before = [await bench.broker.order(resting.clientOrderId), await bench.broker.order(done.clientOrderId)];
      await bench.restart();
      events = [];
      listen();
      expect([await bench.broker.order(resting.clientOrderId), await bench.broker.order(done.clientOrderId)]).toEqual(
        before,
      );
      await submit(done);
      expect(fills()).toEqual([]);
      await bench.market(1.0948, 1.0949);
      expect(fills().map((fill) => fill.clientOrderId)).toEqual([resting.clientOrderId]);
    });
  });
}
