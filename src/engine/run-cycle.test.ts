import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../db/journal-memory.ts';
import { verifyChain } from '../journal/chain.ts';
import { conservation } from '../portfolio/account.ts';
import { noon } from '../testing/builders.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { mortal } from '../testing/mortal.ts';
import type { scriptedBroker, Turn } from '../testing/scripted-broker.ts';
import { type TestDesk, testDesk } from '../testing/test-desk.ts';
import { reconcile } from './reconcile.ts';
import { runCycle } from './run-cycle.ts';
import { setTradingState } from './set-trading-state.ts';

const slot = noon;
const symbols = ['EURUSD', 'AAPL'];

describe('a cycle', () => {
  it('trades what risk approved and says why it did or did not', async () => {
    const desk = await testDesk();
    desk.leans.set('AAPL', 0);
    const record = await runCycle(desk, { symbols: [...symbols, 'NOPE'], slot });
    expect(record.outcomes).toMatchObject([
      {
        symbol: 'EURUSD',
        outcome: 'traded',
        why: expect.stringContaining('Buy'),
        clientOrderIds: [expect.stringMatching(/^cl-/), expect.any(String), expect.any(String)],
      },
      { symbol: 'AAPL', outcome: 'no_trade', why: expect.stringContaining('analysts') },
      { symbol: 'NOPE', outcome: 'failed', why: expect.stringContaining('NOPE') },
    ]);
  });

  it('runs once per slot', async () => {
    const desk = await testDesk();
    const first = await runCycle(desk, { symbols, slot });
    const { sequence } = await desk.account();
    expect(await runCycle(desk, { symbols, slot })).toEqual(first);
    expect((await desk.account()).sequence).toBe(sequence);
    expect((await runCycle(desk, { symbols, slot: slot + 1 })).id).not.toBe(first.id);
  });

  it('a refusal by risk or by the broker is told as such', async () => {
    const desk = await testDesk();
    await setTradingState(desk, { state: 'halted', reason: 'storm', by: 'owner' });
    expect((await runCycle(desk, { symbols, slot })).outcomes).toMatchObject([
      { outcome: 'rejected', why: expect.stringContaining('storm') },
      {},
    ]);
    const other = await testDesk();
    other.broker.script('reject');
    expect((await runCycle(other, { symbols: ['EURUSD'], slot })).outcomes).toMatchObject([
      { outcome: 'rejected', why: expect.stringContaining('does not like') },
    ]);
  });
});

describe('a slot whose order may never have left', () => {
  /** Dies after the intent is on disk and before the order is sent. */
  async function diedOnTheWay() {
    const clock = fakeClock(noon);
    const journal = memoryJournal({ clock });
    const { broker, quotes } = await testDesk({ clock, journal });
    const submit = async () => {
      throw new Error('power cut');
    };
    const first = await testDesk({ clock, journal, quotes, broker, wrap: { broker: (each) => ({ ...each, submit }) } });
    // Not even the broker's silence was written down.
    first.book.append = dieAfterIntent(first.book.append);
    await runCycle(first, { symbols, slot }).catch(() => undefined);
    return { clock, broker, second: await testDesk({ clock, journal, broker, quotes }) };
  }
  const dieAfterIntent = (append: TestDesk['book']['append']): TestDesk['book']['append'] => {
    let dead = false;
    return async (...given) => {
      if (dead) throw new Error('power cut');
      const appended = await append(...given);
      dead = appended.records.some((record) => record.kind === 'intent');
      return appended;
    };
  };

  it('is not called traded: it stays open until the broker has told, then is decided anew', async () => {
    const { clock, broker, second } = await diedOnTheWay();
    expect((await second.account()).openOrders).toMatchObject([{ symbol: 'EURUSD', status: 'pending' }]);
    await expect(runCycle(second, { symbols, slot })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('EURUSD, pending'),
    });
    // The other symbol had its turn all the same.
    expect((await second.account()).positions).toMatchObject([{ symbol: 'AAPL' }]);
    await clock.advance(30_000);
    const { outcomes } = await runCycle(second, { symbols, slot });
    expect(outcomes).toMatchObject([{ outcome: 'traded' }, { outcome: 'traded' }]);
    expect((await second.account()).positions.map((position) => position.symbol)).toEqual(['AAPL', 'EURUSD']);
    expect(broker.fills).toHaveLength(2);
  });

  it('goes on at once where the start has asked a broker that cannot have it on its way', async () => {
    const { second, broker } = await diedOnTheWay();
    expect((await reconcile(second, { grace: 0 })).lost).toHaveLength(1);
    const { outcomes } = await runCycle(second, { symbols, slot });
    expect(outcomes).toMatchObject([{ outcome: 'traded' }, { outcome: 'traded' }]);
    expect(broker.fills).toHaveLength(2);
  });

  it('tells a refusal from before the restart as a refusal', async () => {
    const clock = fakeClock(noon);
    const journal = memoryJournal({ clock });
    const first = await testDesk({ clock, journal });
    first.broker.script('reject');
    const id = (await runCycle(first, { symbols: ['EURUSD'], slot })).outcomes[0]!.clientOrderIds[0]!;
    const kept = await testDesk({ clock, journal, broker: first.broker });
    const ledger = await kept.book.ledger();
    kept.book.ledger = async () => ({ ...ledger, cycle: () => undefined });
    expect((await runCycle(kept, { symbols: ['EURUSD'], slot })).outcomes).toMatchObject([
      { outcome: 'rejected', clientOrderIds: [id], why: expect.stringContaining('does not like') },
    ]);
  });
});

async function truthOf(desk: TestDesk, broker: ReturnType<typeof scriptedBroker>) {
  const account = await desk.account();
  const net = new Map<string, bigint>();
  for (const { symbol, side, quantity } of broker.fills)
    net.set(symbol, (net.get(symbol) ?? 0n) + (side === 'buy' ? quantity : -quantity));
  const held = new Map(
    account.positions.map(({ symbol, side, quantity }) => [symbol, side === 'long' ? quantity : -quantity]),
  );
  const fills: string[] = [];
  for await (const record of desk.journal.read('main')) if (record.kind === 'fill') fills.push(record.payload.fill.id);
  return { account, net, held, fills };
}

describe('a crash at any boundary of a cycle', () => {
  const worlds: { name: string; turns: Turn[] }[] = [
    { name: 'orders fill at once', turns: [] },
    { name: 'orders rest', turns: ['rest', 'rest'] },
    { name: 'an answer is lost', turns: ['hold_silently', 'fill'] },
    { name: 'a refusal', turns: ['reject', 'fill'] },
  ];

  it.each(worlds)('repeats nothing and loses nothing where $name', async ({ turns }) => {
    let boundaries = 0;
    for (const when of ['before', 'after'] as const) {
      for (let dies = 1; ; dies++) {
        const clock = fakeClock(noon);
        const journal = memoryJournal({ clock });
        const calm = await testDesk({ clock, journal });
        const { broker } = calm;
        broker.script(...turns);
        const fate = mortal(dies, when);
        const first = await testDesk({ clock, journal, broker, wrap: fate });
        const ran = await runCycle(first, { symbols, slot }).catch((failure: Error) => failure);
        if (!fate.died()) {
          expect(ran).toMatchObject({ outcomes: [{}, {}] });
          break;
        }
        boundaries++;
        await clock.advance(60_000);

        const second = await testDesk({ clock, journal, broker, quotes: first.quotes });
        await reconcile(second);
        const record = await runCycle(second, { symbols, slot });
        await reconcile(second);
        const where = `${when} call ${dies}`;
        expect(
          record.outcomes.map((each) => each.outcome),
          where,
        ).not.toContain('failed');

        // Nothing twice: every id that the broker holds is one order, one per symbol.
        const entries = [...broker.orders.values()].filter((order) => order.role === 'entry');
        expect(new Set(entries.map((order) => order.symbol)).size, where).toBe(entries.length);
        // Nothing lost: each symbol was traded, unless the broker itself refused.
        expect(entries.length, where).toBe(turns.includes('reject') ? entries.length : symbols.length);
        const { account, net, held, fills } = await truthOf(second, broker);
        expect(held, where).toEqual(net);
        expect(fills.sort(), where).toEqual(broker.fills.map((fill) => fill.id).sort());
        const open = (await broker.openOrders()).map((order) => order.clientOrderId).sort();
        expect(account.openOrders.map((order) => order.clientOrderId).sort(), where).toEqual(open);
        expect(conservation(account)).toBe(0n);
        expect((await verifyChain(journal.read('main'))).outcome).toBe('whole');
        const cycles: string[] = [];
        for await (const each of journal.read('main')) if (each.kind === 'cycle') cycles.push(each.payload.id);
        expect(cycles, where).toEqual([record.id]);
      }
    }
    expect(boundaries).toBeGreaterThanOrEqual(10);
  });
});
