import { expect } from 'vitest';
import { createDeliberate } from '../../agents/graph.ts';
import { judges } from '../../agents/judges/index.ts';
import { loadPrompts } from '../../agents/prompts.ts';
import { memoryJournal } from '../../db/journal-memory.ts';
import { paperBroker } from '../adapters/broker/paper.ts';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { noModel } from '../adapters/model/index.ts';
import { defaultCosts } from '../backtest/costs.ts';
import { createExchange } from '../backtest/exchange.ts';
import { createReader } from '../backtest/panel.ts';
import type { BacktestRequest } from '../backtest/request.ts';
import { runBacktest } from '../backtest/run.ts';
import type { Account } from '../domain/account.ts';
import type { BarSeries } from '../domain/bar.ts';
import { encodeJson } from '../domain/canonical.ts';
import { money } from '../domain/decimal.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { Fill, Order } from '../domain/order.ts';
import { type AnalystName, priorWeights } from '../domain/signal.ts';
import { parseTime, type Timestamp } from '../domain/time.ts';
import { absorb } from '../engine/absorb.ts';
import { createAccountBook } from '../engine/account-book.ts';
import type { Desk } from '../engine/desk.ts';
import { policyOf } from '../engine/policy.ts';
import { runCycle } from '../engine/run-cycle.ts';
import { evidenceOf } from '../evidence/situation.ts';
import { contentHash } from '../journal/hash.ts';
import { fakeClock } from './fake-clock.ts';
import { memoryDisk } from './memory-disk.ts';

/** What a run left behind: the hash of every decision, and every order and fill in full. */
interface Trace {
  decisions: string[];
  orders: string[];
  fills: string[];
  account: string;
}

const instrument = requireInstrument('EURUSD');
const policy = policyOf();
const about = { source: 'recorded', simulated: false, instrument, policy, judges, sessions: sessionCalendar };
const tools: Record<string, AnalystName> = {
  get_strategy_evidence: 'strategist',
  get_chart_evidence: 'chart-analyst',
  get_risk_evidence: 'risk-analyst',
  get_trend_evidence: 'trend-analyst',
  get_news_evidence: 'news-analyst',
  get_economic_evidence: 'economist',
};

/** Sequence numbers differ: the desk's journal also holds forecasts and cycles. */
const settled = ({ sequence: _sequence, ...account }: Account) => encodeJson(account);

const cycleId = (series: BarSeries, slot: Timestamp) =>
  `cyc_${contentHash({ account: 'main', slot, symbols: ['EURUSD'], interval: series.interval }).slice(0, 24)}`;

function throughBacktest(series: BarSeries, from: Timestamp, to: Timestamp): Trace {
  const trace: Trace = { decisions: [], orders: [], fills: [], account: '' };
  runBacktest({
    ...about,
    strategy: 'consensus',
    series,
    from,
    to,
    account: 'main',
    lookAhead: false,
    decisionId: (number) => `dec_${number}`,
    orderKey: (asOf) => cycleId(series, asOf),
    observe: {
      decision: (record) => trace.decisions.push(record.hash),
      order: (order) => trace.orders.push(encodeJson(order)),
      fill: (fill) => trace.fills.push(encodeJson(fill)),
      end: (account) => {
        trace.account = settled(account);
      },
    },
  });
  return trace;
}

/** The desk itself: cycles on a clock that a replayed feed moves, the graph, the book, a journal and the paper broker. */
async function throughPaper(series: BarSeries, from: Timestamp, to: Timestamp): Promise<Trace> {
  const rows = Array.from({ length: series.length }, (_, row) => row).filter(
    (row) => series.openTime[row]! >= from && series.closeTime[row]! <= to,
  );
  const clock = fakeClock(series.openTime[rows[0]!]!);
  const journal = memoryJournal({ clock });
  const fail = (failure: unknown) => {
    throw failure;
  };
  const book = createAccountBook({ journal, account: 'main', onLag: fail });
  await book.open('main', { currency: 'USD', cash: money('100000'), mode: 'paper', broker: 'paper' });
  const failures: unknown[] = [];
  const broker = paperBroker({
    clock,
    account: 'main',
    disk: memoryDisk(),
    exchange: (given) => createExchange({ ...given, instrument: requireInstrument, costs: defaultCosts }),
    rate: async () => 1,
    onListenerFailure: (failure) => failures.push(failure),
  });
  const request: BacktestRequest = { ...about, strategy: 'consensus', series };
  const read = createReader(request, 'USD');
  const known = (asOf: Timestamp, account: Account) => read(asOf, account, 1);
  let ids = 0;
  const desk: Desk = {
    clock,
    ids: { next: (prefix) => `${prefix}_${++ids}` },
    journal,
    book,
    broker,
    accountId: 'main',
    version: 'test',
    policy: async () => policy,
    async market({ symbol, interval = series.interval, asOf = clock.now(), account }) {
      const { known: situation, market } = known(asOf, account);
      const { quality, source, simulated } = situation;
      return { symbol, interval, asOf, knownAt: clock.now(), source, simulated, quality, market, notices: [] };
    },
    deliberate: createDeliberate({
      tools: {
        call: async <T>(tool: string, args: Record<string, unknown>) => {
          const { known: situation } = known(parseTime(String(args.asOf)), await book.read('main'));
          return JSON.parse(JSON.stringify(evidenceOf[tools[tool]!](situation))) as T;
        },
      },
      model: noModel,
      prompts: loadPrompts(),
      judges,
      weights: async () => priorWeights,
      consensus: policy.consensus,
      clock,
    }),
    decisions: { get: fail, list: fail, cycles: fail, cycleOf: fail } as unknown as Desk['decisions'],
    forecasts: { due: fail, settled: fail, open: fail } as unknown as Desk['forecasts'],
    bus: { publish: () => {}, subscribe: () => () => {}, close: async () => {} },
  };
  absorb(desk);

  for (const row of rows) {
    const [openTime, closeTime] = [series.openTime[row]!, series.closeTime[row]!];
    await clock.set(closeTime);
    const prices = {
      open: series.open[row]!,
      high: series.high[row]!,
      low: series.low[row]!,
      close: series.close[row]!,
    };
    await broker.onBar('EURUSD', { openTime, closeTime, ...prices, volume: series.volume[row]! });
    await broker.settled();
    await runCycle(desk, { symbols: ['EURUSD'], interval: series.interval, slot: closeTime });
  }
  await broker.settled();
  expect(failures).toEqual([]);

  const trace: Trace = { decisions: [], orders: [], fills: [], account: settled(await book.read('main')) };
  for await (const { kind, payload } of journal.read('main')) {
    if (kind === 'decision') trace.decisions.push(payload.hash);
    if (kind === 'intent') trace.orders.push(encodeJson(payload.order satisfies Order));
    if (kind === 'fill') trace.fills.push(encodeJson(payload.fill satisfies Fill));
  }
  return trace;
}

/** Sends the same bars through both, and expects the same of both, byte for byte. */
export async function expectParity(series: BarSeries, from: Timestamp, to: Timestamp, least: { orders: number }) {
  const backtest = throughBacktest(series, from, to);
  const paper = await throughPaper(series, from, to);
  expect(backtest.decisions.length).toBeGreaterThan(20);
  expect(backtest.orders.length).toBeGreaterThanOrEqual(least.orders);
  expect(backtest.fills.length).toBeGreaterThanOrEqual(least.orders);
  expect(paper.decisions).toEqual(backtest.decisions);
  expect(paper.orders).toEqual(backtest.orders);
  expect(paper.fills).toEqual(backtest.fills);
  expect(paper.account).toBe(backtest.account);
}
