import { createDeliberate } from '../../agents/graph.ts';
import { judges } from '../../agents/judges/index.ts';
import { loadPrompts } from '../../agents/prompts.ts';
import { connectTools } from '../../agents/tool-client.ts';
import { memoryJournal } from '../../db/journal-memory.ts';
import { createProjector } from '../../db/projections.ts';
import { paperBroker } from '../../src/adapters/broker/paper.ts';
import { memoryBus } from '../../src/adapters/bus/memory.ts';
import { timeOrderedIds } from '../../src/adapters/ids.ts';
import { defaultCosts } from '../../src/backtest/costs.ts';
import { createExchange } from '../../src/backtest/exchange.ts';
import { amountOf, type Money, money, type Rate } from '../../src/domain/decimal.ts';
import { requireInstrument } from '../../src/domain/instruments.ts';
import { priorWeights } from '../../src/domain/signal.ts';
import { absorb } from '../../src/engine/absorb.ts';
import { createAccountBook } from '../../src/engine/account-book.ts';
import { analyze } from '../../src/engine/analyze.ts';
import { cancelOrder } from '../../src/engine/cancel-order.ts';
import { closePosition } from '../../src/engine/close-position.ts';
import { toDocument } from '../../src/engine/decision-record.ts';
import type { Desk } from '../../src/engine/desk.ts';
import { placeDecision } from '../../src/engine/place-decision.ts';
import { placeOrder } from '../../src/engine/place-order.ts';
import { policyOf } from '../../src/engine/policy.ts';
import { setTradingState } from '../../src/engine/set-trading-state.ts';
import { marketOf } from '../../src/evidence/situation.ts';
import { marksOf, unrealised, valueAccount } from '../../src/portfolio/marks.ts';
import type { Model } from '../../src/ports/model.ts';
import { seeded } from '../../src/testing/market-fixture.ts';
import { memoryDisk } from '../../src/testing/memory-disk.ts';
import type { DeskUseCases, ToolDeps } from '../deps.ts';
import { createServers } from '../index.ts';
import { options, readingDesk, type TestDesk } from './desk.ts';

const noModel: Model = {
  name: 'none',
  available: false,
  generate: async () => ({
    outcome: 'unanswered',
    reason: 'no_model',
    message: 'No model is configured.',
    model: 'none',
    costUsd: null,
    elapsedMs: 0,
  }),
};

export interface TradingDesk extends TestDesk {
  deps: ToolDeps;
  desk: Desk;
  servers: ReturnType<typeof createServers>;
  /** Waits until the broker's events are in the account. */
  settled(): Promise<void>;
}

/**
 * A whole paper desk on the simulated market: engine, journal, broker, stores and the panel of six, which gathers
 * through these very servers. Only prices, clock and disk are not real.
 */
export async function tradingDesk({ mode = 'paper' as 'paper' | 'live' } = {}): Promise<TradingDesk> {
  const reading = await readingDesk();
  const { clock, stores, marketData } = reading;
  const journal = memoryJournal({ clock });
  const projector = createProjector(reading.database, journal);
  const fail = (failure: unknown) => {
    throw failure;
  };
  const book = createAccountBook({ journal, account: 'paper', onAppended: projector.apply, onLag: fail });
  await book.open('paper', { currency: 'USD', cash: money('100000'), mode, broker: 'paper' });
  const broker = paperBroker({
    clock,
    account: 'paper',
    exchange: ({ rate, state }) => createExchange({ instrument: requireInstrument, rate, costs: defaultCosts, state }),
    disk: memoryDisk(),
    quotes: (symbol) => marketData.quote(symbol),
    rate: async () => 1,
    onListenerFailure: fail,
  });
  const policy = policyOf();

  const market: Desk['market'] = async ({ symbol, interval = '1h', asOf = clock.now(), account }) => {
    const { symbol: canonical } = marketData.resolve(symbol);
    const symbols = [...new Set([canonical, ...account.positions.map((position) => position.symbol)])];
    const known = await Promise.all(symbols.map((each) => reading.situation({ symbol: each, interval, asOf })));
    const { source, simulated, quality } = known[0]!;
    const read = { symbol: canonical, interval, asOf, knownAt: clock.now(), source, simulated, quality };
    return { ...read, market: marketOf(known, account.currency), notices: ['SIMULATED market.'] };
  };
  const desk: Desk = {
    clock,
    ids: timeOrderedIds({ clock, random: { next: seeded(1) } }),
    journal,
    book,
    broker,
    accountId: 'paper',
    policy: async () => policy,
    market,
    deliberate: (question) => deliberate(question),
    decisions: stores.decisions,
    forecasts: stores.forecasts,
    bus: memoryBus(),
    version: '0.0.0',
  };
  absorb(desk);

  const useCases: DeskUseCases = {
    accountId: desk.accountId,
    account: () => book.read(),
    policy: desk.policy,
    async valuation() {
      const account = await book.read();
      const quotes = await Promise.all(account.positions.map(({ symbol }) => marketData.quote(symbol)));
      const situations = await Promise.all(account.positions.map(({ symbol }) => reading.situation({ symbol })));
      const marks = marksOf(marketOf(situations, account.currency));
      return {
        account,
        equity: valueAccount(account, marks).equity,
        positions: account.positions.map((position, i) => {
          const mark = marks[position.symbol]!;
          const rate = amountOf<Rate>(mark.rate as number);
          const value = (position.quantity * amountOf<Rate>(mark.price as number) * rate) / 10n ** 18n;
          return {
            symbol: position.symbol,
            quote: quotes[i]!,
            mark: mark.price as number,
            value: value as Money,
            unrealised: unrealised(position, mark),
          };
        }),
        notices: [],
      };
    },
    analyze: (question) => analyze(desk, question),
    document: toDocument,
    placeDecision: (decisionId, origin) => placeDecision(desk, decisionId, origin),
    placeOrder: (request) => placeOrder(desk, request),
    cancelOrder: (clientOrderId, origin) => cancelOrder(desk, clientOrderId, origin),
    closePosition: (symbol, origin) => closePosition(desk, { symbol, origin }),
    setTradingState: (request) => setTradingState(desk, request),
  };
  const deps: ToolDeps = { ...reading, desk: useCases, orders: stores.orders };
  const servers = createServers(deps, options);
  const { conclave: _gateway, ...facts } = servers;
  const deliberate = createDeliberate({
    tools: await connectTools(facts),
    model: noModel,
    prompts: loadPrompts(),
    judges,
    weights: async () => priorWeights,
    consensus: policy.consensus,
    clock,
  });
  return { ...reading, deps, desk, servers, settled: () => broker.settled() };
}
