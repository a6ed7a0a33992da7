import { HORIZON } from '../analysis/snapshot.ts';
import type { Direction } from '../domain/signal.ts';
import { heldOf } from '../engine/analyze.ts';
import { type Decision, decide } from '../engine/decide.ts';
import { toRecord, toVerdictRecord } from '../engine/decision-record.ts';
import { markEntries } from '../engine/mark.ts';
import type { Strategy, Target } from '../strategies/index.ts';
import { createReader, judgePanel, needJudges } from './panel.ts';
import type { BacktestRequest } from './request.ts';
import { directionOf, ruleConsensus } from './rule-consensus.ts';
import { createRuleMarket } from './rule-market.ts';
import type { Simulation } from './simulation.ts';

export interface BarTurn {
  /** Row of the bar that has just completed. */
  row: number;
  closeTime: number;
  equity: number;
  rate: number;
}

/** A decision with the signed conviction behind it. */
export interface Decided {
  decision: Decision;
  conviction: number;
}

/** Called at every close that is traded on. Null where nothing was decided. */
export type Decider = (turn: BarTurn, id: () => string) => Decided | null;

/** The panel at every bar: situation, evidence, judges, blend, size, assess, exactly as a cycle of the desk. */
export function consensusDecider(request: BacktestRequest, currency: string, simulation: Simulation): Decider {
  const judges = needJudges(request);
  const read = createReader(request, currency);
  const { policy, instrument, source, simulated, observe } = request;
  const { symbol } = instrument;
  return ({ closeTime, rate }, id) => {
    const account = simulation.account();
    const { known, market } = read(closeTime, account, rate);
    const panel = judgePanel(known, heldOf(account, symbol), { ...request, judges });
    simulation.append(markEntries(account, market, closeTime), closeTime);
    const accountBefore = simulation.account();
    const decision = decide({ panel, account: accountBefore, market, policy, origin: 'cycle' });
    if (observe?.decision) {
      const { quality, interval } = known;
      const record = toRecord({
        id: id(),
        account: accountBefore.id,
        symbol,
        interval,
        asOf: closeTime,
        knownAt: closeTime,
        source,
        simulated,
        quality,
        panel,
        market,
        accountBefore,
        policy,
        intent: decision.intent,
        verdict: toVerdictRecord(decision.verdict),
        notices: [],
        elapsedMs: 0,
        origin: 'cycle',
      });
      observe.decision(record);
    }
    return { decision, conviction: panel.consensus.conviction };
  };
}

/**
 * A rule at every bar, a decision only where its target moved: then what is held is given up and, in the next turn, the
 * new side is taken. A position that its stop has closed stays closed until the target moves again.
 */
export function ruleDecider(
  strategy: Strategy,
  request: BacktestRequest,
  currency: string,
  simulation: Simulation,
): Decider {
  const { policy, instrument, series, parameters } = request;
  const { symbol } = instrument;
  const { open, high, low, close, volume, interval } = series;
  const stream = strategy.start(parameters);
  const marketAt = createRuleMarket(request, currency);
  const horizon = { interval, bars: HORIZON };
  const bar = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
  let target: Target = 0;
  let pending = false;
  let next = 0;

  function advance(row: number) {
    bar.open = open[row]!;
    bar.high = high[row]!;
    bar.low = low[row]!;
    bar.close = close[row]!;
    bar.volume = volume[row]!;
    const wanted = stream.next(bar);
    if (wanted === target) return;
    target = wanted;
    pending = true;
  }

  return ({ row, closeTime, equity, rate }) => {
    while (next <= row) advance(next++);
    simulation.mark(equity, closeTime);
    if (!pending && !(strategy.steadfast && !simulation.isHolding())) return null;
    const account = simulation.account();
    const held: Direction = heldOf(account, symbol);
    if (held === directionOf(target)) {
      pending = false;
      return null;
    }
    // An exit that is on its way comes first; the entry waits for it.
    if (account.openOrders.some((order) => order.role === 'entry')) return null;
    const market = marketAt(row, account, rate);
    const consensus = ruleConsensus(target, held, horizon);
    const decision = decide({ panel: { symbol, consensus }, account, market, policy, origin: 'backtest' });
    // What risk refused is not asked again: the moment of the rule has passed.
    pending = held !== 'flat' && target !== 0 && decision.outcome !== 'rejected';
    return { decision, conviction: target };
  };
}
