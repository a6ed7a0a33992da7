import { HORIZON } from '../analysis/snapshot.ts';
import { blend } from '../consensus/blend.ts';
import type { Account } from '../domain/account.ts';
import { AppError } from '../domain/errors.ts';
import type { Market } from '../domain/market.ts';
import type { Quality } from '../domain/quality.ts';
import type { Evidence, Panel, PanelEntry } from '../domain/record.ts';
import { analysts, type Direction, priorWeights } from '../domain/signal.ts';
import type { Timestamp } from '../domain/time.ts';
import { evidenceOf, marketOf, type Situation, situation } from '../evidence/situation.ts';
import { createFactWindow } from './fact-window.ts';
import type { BacktestRequest, Judges } from './request.ts';

/** What was known at a close, and the market that follows from it. */
export interface Known {
  known: Situation;
  market: Market;
}

/** Reads what was known at any close, from the same window of facts and by the same function as the desk. */
export function createReader(request: BacktestRequest, currency: string) {
  const { instrument, series, others = {}, source, simulated, sessions, news = [], events = [] } = request;
  const quality = request.quality ?? cleanQuality(series.length);
  const facts = createFactWindow(news, events);
  return (asOf: Timestamp, account: Account, rate: number): Known => {
    const sessionOpen = sessions?.isOpen(instrument.calendar, asOf) ?? true;
    const known = situation({
      instrument,
      interval: series.interval,
      asOf,
      series,
      others,
      source,
      simulated,
      quality,
      news: facts.newsAt(asOf),
      events: facts.eventsAt(asOf),
      account,
      rate,
      sessionOpen,
      ...(sessions && !sessionOpen ? { nextOpen: sessions.nextOpen(instrument.calendar, asOf) } : {}),
    });
    return { known, market: marketOf([known], currency) };
  };
}

/** The six judges on one situation, without a model: what the graph comes to when no model refines. */
export function judgePanel(
  known: Situation,
  held: Direction,
  request: Pick<BacktestRequest, 'weights' | 'policy'> & { judges: Judges },
): Panel {
  const { judges, policy, weights = priorWeights } = request;
  const { instrument, interval, asOf } = known;
  const entries = analysts.map((name): PanelEntry => {
    // Tools answer in JSON; what a judge sees here has gone the same way.
    const evidence = JSON.parse(JSON.stringify(evidenceOf[name](known))) as Evidence;
    const judged = judges[name](evidence);
    return { evidence, judged, signal: judged, elapsedMs: 0 };
  });
  const signals = entries.map((entry) => entry.signal);
  const horizon = { interval, bars: HORIZON };
  const consensus = blend(signals, { weights, held, policy: policy.consensus, horizon });
  return { symbol: instrument.symbol, interval, asOf, entries, weights, consensus };
}

/** The judges of a consensus backtest. Throws `invalid_input` when nobody gave them. */
export function needJudges({ judges }: Pick<BacktestRequest, 'judges'>): Judges {
  if (judges) return judges;
  throw new AppError('invalid_input', 'A consensus backtest needs the judges of the six analysts.');
}

/** Bars that came without a verdict on their quality count as clean. */
export const cleanQuality = (bars: number): Quality => ({
  score: 1,
  flags: [],
  stale: false,
  checkedBars: bars,
  rejectedBars: 0,
});
