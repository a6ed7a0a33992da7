import { memoryJournal } from '../../db/journal-memory.ts';
import type { Account } from '../domain/account.ts';
import { amountOf, money, type Price } from '../domain/decimal.ts';
import { AppError } from '../domain/errors.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { AnalystName, Forecast, SettledForecast } from '../domain/signal.ts';
import { absorb } from '../engine/absorb.ts';
import { createAccountBook } from '../engine/account-book.ts';
import type { Desk, Policy } from '../engine/desk.ts';
import { policyOf } from '../engine/policy.ts';
import type { Broker } from '../ports/broker.ts';
import type { BusMessages, BusTopic } from '../ports/bus.ts';
import type { Journal } from '../ports/journal.ts';
import { aPanel, aQuoted, noon } from './builders.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';

export interface TestDesk extends Desk {
  clock: FakeClock;
  /** The scripted broker, unless the test brought its own. */
  broker: ScriptedBroker;
  /** Prices and sessions of the world; a test may change them at any time. */
  quotes: Map<string, InstrumentMarket>;
  /** What the six will lean to, per symbol. */
  leans: Map<string, number | Partial<Record<AnalystName, number>>>;
  settings: { policy: Policy; stale: boolean };
  messages: { topic: BusTopic; message: BusMessages[BusTopic] }[];
  account(): Promise<Account>;
  settledForecasts(): Promise<SettledForecast[]>;
}

export interface TestDeskOptions {
  clock?: FakeClock;
  journal?: Journal;
  broker?: Broker;
  /** What the desk sees in place of the real journal and broker: where a test puts its faults. */
  wrap?: { journal?: (journal: Journal) => Journal; broker?: (broker: Broker) => Broker };
  quotes?: Map<string, InstrumentMarket>;
}

/** A whole desk in memory: real book, journal, decisions and risk; only market, panel and broker are scripted. */
export async function testDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  const clock = options.clock ?? fakeClock(noon);
  const quotes =
    options.quotes ??
    new Map([
      ['EURUSD', aQuoted('EURUSD')],
      ['AAPL', aQuoted('AAPL')],
    ]);
  const price = ({ symbol, side }: { symbol: string; side: string }) => {
    const quoted = quotes.get(symbol)!;
    return amountOf<Price>(Number((side === 'buy' ? quoted.ask : quoted.bid).toFixed(5)));
  };
  const truth = options.broker ?? scriptedBroker({ clock, price });
  const written = options.journal ?? memoryJournal({ clock });
  const journal = options.wrap?.journal?.(written) ?? written;
  const broker = (options.wrap?.broker?.(truth) ?? truth) as ScriptedBroker;
  const messages: TestDesk['messages'] = [];
  const bus: Desk['bus'] = {
    publish: (topic, message) => void messages.push({ topic, message }),
    subscribe: () => () => {},
    close: async () => {},
  };
  const book = createAccountBook({
    journal,
    account: 'main',
    bus,
    onLag: (failure) => {
      throw failure;
    },
  });
  await book.open('main', { currency: 'USD', cash: money('100000'), mode: 'paper', broker: 'scripted' });
  const leans: TestDesk['leans'] = new Map();
  const settings = { policy: policyOf(), stale: false };
  let ids = (await written.head('main')).sequence;

  const all = async <T>(pick: (kind: string, payload: unknown) => T | undefined): Promise<T[]> => {
    const found: T[] = [];
    for await (const { kind, payload } of written.read('main')) {
      const picked = pick(kind, payload);
      if (picked !== undefined) found.push(picked);
    }
    return found;
  };
  const decisions = () => all((kind, payload) => (kind === 'decision' ? (payload as DecisionRecord) : undefined));
  const settled = () =>
    all((kind, payload) => (kind === 'forecast-settled' ? (payload as SettledForecast) : undefined));
  const made = () => all((kind, payload) => (kind === 'forecast' ? (payload as Forecast) : undefined));

  const desk: TestDesk = {
    clock,
    ids: { next: (prefix) => `${prefix}_${String(++ids).padStart(6, '0')}` },
    journal,
    book,
    broker,
    accountId: 'main',
    quotes,
    leans,
    settings,
    messages,
    version: 'test',
    bus,
    policy: async () => settings.policy,
    async market({ symbol, interval = '1h', asOf, account }) {
      const time = asOf ?? clock.now();
      const exposed = [...account.positions, ...account.openOrders].map((each) => each.symbol);
      const wanted = [...new Set([symbol, ...exposed])];
      const known = wanted.flatMap((each) => quotes.get(each) ?? []);
      if (!quotes.has(symbol)) throw new AppError('unknown_symbol', `"${symbol}" is not known.`);
      const quality = { ...known[0]!.quality, stale: settings.stale };
      const market: Market = {
        asOf: time,
        currency: 'USD',
        instruments: Object.fromEntries(
          known.map((each) => [each.instrument.symbol, { ...each, quoteTime: time, quality }]),
        ),
        correlations: {},
      };
      return {
        symbol,
        interval,
        asOf: time,
        knownAt: clock.now(),
        source: 'test',
        simulated: false,
        quality,
        market,
        notices: [],
      };
    },
    async deliberate({ symbol, asOf, held, onStep }) {
      const panel = aPanel(leans.get(symbol) ?? 0.6, { symbol, asOf, held });
      for (const entry of panel.entries) onStep?.({ kind: 'signal', entry });
      onStep?.({ kind: 'consensus', consensus: panel.consensus });
      return panel;
    },
    decisions: {
      get: async (id) => (await decisions()).find((each) => each.id === id),
      list: decisions,
      cycles: async () => [],
      cycleOf: async () => undefined,
    },
    forecasts: {
      due: async (asOf, limit) => {
        const done = new Set((await settled()).map((each) => each.id));
        return (await made()).filter((each) => each.settlesAt <= asOf && !done.has(each.id)).slice(0, limit);
      },
      settled,
      open: made,
    },
    account: () => book.read('main'),
    settledForecasts: settled,
  };
  absorb(desk);
  return desk;
}
