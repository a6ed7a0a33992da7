import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fileJournal } from '../../db/journal-file.ts';
import { memoryJournal } from '../../db/journal-memory.ts';
import { paperBroker } from '../adapters/broker/paper.ts';
import { defaultCosts } from '../backtest/costs.ts';
import { createExchange } from '../backtest/exchange.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { InstrumentMarket } from '../domain/market.ts';
import type { Order } from '../domain/order.ts';
import { verifyChain } from '../journal/chain.ts';
import { conservation } from '../portfolio/account.ts';
import type { Journal } from '../ports/journal.ts';
import { aQuoted, noon } from '../testing/builders.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryDisk } from '../testing/memory-disk.ts';
import { mortal } from '../testing/mortal.ts';
import { testDesk } from '../testing/test-desk.ts';
import { placeOrder } from './place-order.ts';
import { reconcile } from './reconcile.ts';
import { runCycle } from './run-cycle.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** The desk of one machine: a journal in files, the paper broker on its disk; both outlive the process. */
async function machine() {
  const folder = await mkdtemp(join(tmpdir(), 'conclave-restart-'));
  folders.push(folder);
  const clock = fakeClock(noon);
  const disk = memoryDisk();
  const quotes = new Map<string, InstrumentMarket>([
    ['EURUSD', aQuoted('EURUSD')],
    ['AAPL', aQuoted('AAPL')],
  ]);
  const failures: unknown[] = [];
  return {
    clock,
    quotes,
    failures,
    /** A new process over the same disk. */
    start() {
      const journal = fileJournal({ folder, clock });
      const broker = paperBroker({
        clock,
        account: 'main',
        exchange: (options) => createExchange({ ...options, instrument: requireInstrument, costs: defaultCosts }),
        disk,
        quotes: async (symbol) => {
          const { bid, ask, source } = quotes.get(symbol)!;
          return { symbol, bid, ask, eventTime: clock.now(), receiveTime: clock.now(), source };
        },
        rate: async () => 1,
        onListenerFailure: (failure) => failures.push(failure),
      });
      return { journal, broker };
    },
  };
}

const fillIds = async (journal: Journal) => {
  const ids: string[] = [];
  for await (const record of journal.read('main')) if (record.kind === 'fill') ids.push(record.payload.fill.id);
  return ids.sort();
};

describe('a machine that loses power during a cycle', () => {
  it('goes on where it was: no order twice, no fill lost, stops at the broker', async () => {
    let boundaries = 0;
    for (const when of ['before', 'after'] as const) {
      for (let dies = 1; ; dies++) {
        const world = await machine();
        const first = world.start();
        const { clock, quotes } = world;
        await testDesk({ ...first, clock, quotes });
        const fate = mortal(dies, when);
        const doomed = await testDesk({ ...first, clock, quotes, wrap: fate });
        const request = { symbols: ['EURUSD', 'AAPL'], slot: noon };
        await runCycle(doomed, request).catch((failure: Error) => failure);
        await first.broker.settled();
        await first.journal.close();
        if (!fate.died()) break;
        boundaries++;
        const where = `${when} call ${dies}`;
        await clock.advance(60_000);

        const second = world.start();
        const desk = await testDesk({ ...second, clock, quotes });
        await reconcile(desk);
        const record = await runCycle(desk, request);
        await second.broker.settled();
        await reconcile(desk);

        expect(
          record.outcomes.map((each) => each.outcome),
          where,
        ).toEqual(['traded', 'traded']);
        const fills = await second.broker.fillsSince(0);
        expect(fills.map((fill) => fill.symbol).sort(), where).toEqual(['AAPL', 'EURUSD']);
        expect(await fillIds(second.journal), where).toEqual(fills.map((fill) => fill.id).sort());
        const account = await desk.account();
        const named = (orders: readonly Order[]) => orders.map((order) => order.clientOrderId).sort();
        expect(named(account.openOrders), where).toEqual(named(await second.broker.openOrders()));
        expect(account.openOrders.map((order) => order.role).sort(), where).toEqual([
          'stop',
          'stop',
          'target',
          'target',
        ]);
        expect(
          account.positions.every((position) => position.stopLoss !== undefined),
          where,
        ).toBe(true);
        expect(conservation(account)).toBe(0n);
        expect((await verifyChain(second.journal.read('main'))).outcome).toBe('whole');
        await second.journal.close();
      }
    }
    expect(boundaries).toBeGreaterThanOrEqual(10);
  }, 60_000);
});

describe('two replicas over one journal', () => {
  it('never exceed a limit together, whoever writes first', async () => {
    const clock = fakeClock(noon);
    const journal = memoryJournal({ clock });
    const one = await testDesk({ clock, journal });
    const two = await testDesk({ clock, journal, broker: one.broker });
    const placed = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        placeOrder(index % 2 ? one : two, {
          symbol: 'AAPL',
          side: 'buy',
          quantity: '12',
          stopLoss: '195',
          origin: 'user',
          clientOrderId: `order-${index}`,
        }),
      ),
    );
    const accounts = [await one.account(), await two.account()];
    expect(accounts[0]).toEqual(accounts[1]);
    expect(accounts[0]!.positions[0]!.quantity).toBeLessThanOrEqual(50_000_000_000n);
    expect(placed.filter((each) => each.outcome === 'placed').length).toBeGreaterThanOrEqual(1);
    expect(new Set(one.broker.submitted).size).toBe(one.broker.submitted.length);
    expect(one.broker.fills.length * 12).toBe(Number(accounts[0]!.positions[0]!.quantity / 1_000_000_000n));
  });
});
