import { expect, it } from 'vitest';
import { price, quantity } from '../src/domain/decimal.ts';
import type { Order } from '../src/domain/order.ts';
import type { CycleRecord, DecisionRecord, JournalEntry } from '../src/domain/record.ts';
import type { Forecast } from '../src/domain/signal.ts';
import { DAY, HOUR } from '../src/domain/time.ts';
import { aFill, aMarket, anAccount, anIntent, aPanel, noon } from '../src/testing/builders.ts';
import { describeOnDatabases } from '../src/testing/database.ts';
import { opened } from '../src/testing/journal-contract.ts';
import { memoryJournal } from './journal-memory.ts';
import { createProjector } from './projections.ts';
import { createStores } from './stores.ts';

const clock = { now: () => noon };
const decision = (id: string, symbol: string, knownAt = noon): JournalEntry => {
  const payload: DecisionRecord = {
    id,
    account: 'main',
    symbol,
    interval: '1h',
    asOf: noon - HOUR,
    knownAt,
    source: 'test',
    simulated: false,
    quality: { score: 1, flags: [], stale: false, checkedBars: 10, rejectedBars: 0 },
    panel: aPanel(),
    market: aMarket(),
    accountBefore: anAccount(),
    policy: { profile: 'balanced' },
    intent: anIntent(),
    verdict: null,
    hash: 'h',
    notices: [],
    elapsedMs: 5,
    origin: 'analysis',
  };
  return { kind: 'decision', payload };
};
const forecast = (id: string, settlesAt: number): Forecast => ({
  id,
  decisionId: 'dec',
  analyst: 'strategist',
  symbol: 'EURUSD',
  interval: '1h',
  direction: 'long',
  probability: 0.6,
  confidence: 0.5,
  mark: 1.1,
  madeAt: noon,
  settlesAt,
  regime: 'trend',
  assetClass: 'fx',
});
const order = (clientOrderId: string): Order => ({
  clientOrderId,
  account: 'main',
  symbol: 'EURUSD',
  side: 'buy',
  type: 'market',
  orderClass: 'simple',
  timeInForce: 'gtc',
  quantity: quantity('1000'),
  filledQuantity: quantity('0'),
  stopLoss: price('1.09'),
  reduceOnly: false,
  status: 'pending',
  role: 'entry',
  origin: 'analysis',
  createdAt: noon,
  updatedAt: noon,
});
const intent = (id: string): JournalEntry => ({
  kind: 'intent',
  payload: { order: order(id), approved: anIntent(), checks: [] },
});
const filledHalf = (fillId: string, clientOrderId: string): JournalEntry => ({
  kind: 'fill',
  payload: { fill: aFill({ id: fillId, clientOrderId, quantity: '500' }) },
});

describeOnDatabases('projections', (database) => {
  /** A journal and its projector; the tables start empty. */
  const setUp = async () => {
    const journal = memoryJournal({ clock });
    const projector = createProjector(database(), journal);
    await projector.rebuild();
    return { journal, projector, stores: createStores(database(), clock) };
  };

  it('show decisions newest first, whole, and by symbol', async () => {
    const { journal, projector, stores } = await setUp();
    const entries = [
      opened,
      decision('d1', 'EURUSD'),
      decision('d2', 'BTCUSDT', noon + 1),
      decision('d3', 'EURUSD', noon + 2),
    ];
    await projector.apply(await journal.append('main', 0, entries));
    const ids = async (query: { symbol?: string; before?: number }) =>
      (await stores.decisions.list({ limit: 10, ...query })).map((each) => each.id);
    expect(await ids({})).toEqual(['d3', 'd2', 'd1']);
    expect(await ids({ symbol: 'EURUSD' })).toEqual(['d3', 'd1']);
    expect(await ids({ before: noon + 2 })).toEqual(['d2', 'd1']);
    expect(await stores.decisions.get('d2')).toEqual(entries[2]!.payload);
    expect(await stores.decisions.get('none')).toBeUndefined();
  });

  it('find the cycle of a slot', async () => {
    const { journal, projector, stores } = await setUp();
    const cycle: CycleRecord = {
      id: 'cyc-1',
      slot: noon,
      symbols: ['EURUSD'],
      startedAt: noon,
      finishedAt: noon + 5,
      outcomes: [{ symbol: 'EURUSD', outcome: 'no_trade', why: 'Inside the band.', clientOrderIds: [] }],
    };
    await projector.apply(await journal.append('main', 0, [opened, { kind: 'cycle', payload: cycle }]));
    expect(await stores.decisions.cycleOf(noon)).toEqual(cycle);
    expect(await stores.decisions.cycleOf(noon + HOUR)).toBeUndefined();
    expect(await stores.decisions.cycles(5)).toEqual([cycle]);
  });

  it('settle a forecast once', async () => {
    const { journal, projector, stores } = await setUp();
    const made = [{ ...forecast('f1', noon + HOUR), simulated: true }, forecast('f2', noon + DAY)];
    const score = { settledAt: noon + HOUR, settleMark: 1.2, correct: true, brier: 0.16, logScore: -0.5 };
    await projector.apply(
      await journal.append('main', 0, [opened, ...made.map((payload) => ({ kind: 'forecast' as const, payload }))]),
    );
    expect(await stores.forecasts.due(noon + HOUR, 10)).toEqual([made[0]]);
    // Whoever waited too long for a price must not stand before the others for ever.
    expect(await stores.forecasts.due(noon + 60 * DAY, 10, made[0]!.settlesAt + 1)).not.toContainEqual(made[0]);
    expect(await stores.forecasts.open(10)).toEqual(made);
    const settled = { ...made[0]!, ...score };
    await projector.apply(await journal.append('main', 3, [{ kind: 'forecast-settled', payload: settled }]));
    const again = { ...settled, correct: false, settledAt: noon + DAY };
    await projector.apply(await journal.append('main', 4, [{ kind: 'forecast-settled', payload: again }]));
    expect(await stores.forecasts.settled({ limit: 10 })).toEqual([settled]);
    expect(await stores.forecasts.settled({ limit: 10, asOf: noon + HOUR, simulated: true })).toEqual([settled]);
    expect(await stores.forecasts.settled({ limit: 10, simulated: false })).toEqual([]);
    expect(await stores.forecasts.settled({ limit: 10, asOf: noon + HOUR - 1 })).toEqual([]);
    expect(await stores.forecasts.settled({ analyst: 'economist', limit: 10 })).toEqual([]);
    expect(await stores.forecasts.due(noon + HOUR, 10)).toEqual([]);
    expect(await stores.forecasts.open(10)).toEqual([made[1]]);
  });

  it('follow an order through its fills, counting a repeated fill once', async () => {
    const { journal, projector, stores } = await setUp();
    await projector.apply(await journal.append('main', 0, [opened, intent('cl-1'), filledHalf('x1', 'cl-1')]));
    expect(await stores.orders.get('cl-1')).toMatchObject({
      status: 'partially_filled',
      filledQuantity: quantity('500'),
    });
    const accepted: JournalEntry = { kind: 'order-event', payload: { clientOrderId: 'cl-1', status: 'accepted' } };
    const later = [filledHalf('x1', 'cl-1'), accepted, filledHalf('x2', 'cl-1'), intent('cl-2')];
    await projector.apply(await journal.append('main', 3, later));
    expect(await stores.orders.get('cl-1')).toMatchObject({ status: 'filled', filledQuantity: quantity('1000') });
    expect((await stores.orders.fills({ account: 'main', limit: 10 })).map((fill) => fill.id).sort()).toEqual([
      'x1',
      'x2',
    ]);
    const pending = await stores.orders.list({ account: 'main', statuses: ['pending'], limit: 10 });
    expect(pending).toEqual([order('cl-2')]);
    expect(await stores.orders.list({ account: 'other', limit: 10 })).toEqual([]);
  });

  it('come out the same from a mark, in one go, twice applied or rebuilt', async () => {
    const { journal, projector } = await setUp();
    const rows = async () => {
      const tables = ['decisions', 'cycles', 'forecasts', 'orders', 'fills', 'projection_marks'];
      const all = tables.map((table) => database().pool.query(`select * from ${table} order by 1`));
      return (await Promise.all(all)).map((result) => result.rows);
    };
    const first = await journal.append('main', 0, [opened, decision('d1', 'EURUSD'), intent('cl-1')]);
    const second = await journal.append('main', 3, [filledHalf('x1', 'cl-1'), decision('d2', 'EURUSD')]);
    const third = await journal.append('main', 5, [filledHalf('x2', 'cl-1')]);
    await projector.apply(first);
    // The second batch is missing: the journal fills the gap.
    await projector.apply(third);
    const live = await rows();
    await projector.apply(second);
    await projector.apply(first);
    expect(await rows()).toEqual(live);
    expect(await projector.catchUp()).toEqual({ records: 0 });
    expect(await projector.rebuild()).toEqual({ records: 6 });
    expect(await rows()).toEqual(live);
    expect(live[5]).toEqual([{ account: 'main', journal_sequence: 6, hash: third[0]!.hash }]);
  });

  it('are caught up by two replicas at once without a double count', async () => {
    const { journal } = await setUp();
    const entries = Array.from({ length: 300 }, (_, i) => filledHalf(`many-${i}`, 'cl-many'));
    await journal.append('main', 0, [
      opened,
      { kind: 'intent', payload: { ...(intent('cl-many').payload as object) } } as JournalEntry,
      ...entries,
    ]);
    const replicas = [createProjector(database(), journal), createProjector(database(), journal)];
    const applied = await Promise.all(replicas.map((each) => each.catchUp()));
    expect(applied[0]!.records + applied[1]!.records).toBe(302);
    const found = await createStores(database(), clock).orders.get('cl-many');
    expect(found?.filledQuantity).toBe(quantity('150000'));
  });
});
