import type { InstrumentMarket } from '../domain/market.ts';
import { midPrice } from '../domain/quote.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { Forecast, Horizon, SettledForecast } from '../domain/signal.ts';
import { intervalMs, type Timestamp } from '../domain/time.ts';

/**
 * What this decision claims about the future, frozen: one forecast per view that names a direction, and one of the
 * consensus. A flat view claims nothing; a flat consensus still says how likely a rise is.
 */
export function forecastsOf(record: DecisionRecord, quoted: InstrumentMarket): Forecast[] {
  const { id: decisionId, symbol, interval, panel, asOf, simulated } = record;
  const frame = {
    decisionId,
    symbol,
    interval,
    mark: midPrice(quoted),
    madeAt: asOf,
    regime: quoted.regime,
    assetClass: quoted.instrument.assetClass,
    simulated,
  };
  const settlesAt = ({ interval: each, bars }: Horizon) => asOf + bars * intervalMs[each];
  const views = panel.entries.flatMap(({ signal }): Forecast[] => {
    if (signal.kind !== 'view' || signal.direction === 'flat') return [];
    const { analyst, direction, probability, confidence, horizon } = signal;
    return [
      {
        ...frame,
        id: `${decisionId}:${analyst}`,
        analyst,
        direction,
        probability,
        confidence,
        settlesAt: settlesAt(horizon),
      },
    ];
  });
  const { direction, probability, confidence, horizon } = panel.consensus;
  const blended = { analyst: 'consensus' as const, direction, probability, confidence, settlesAt: settlesAt(horizon) };
  return [...views, { ...frame, id: `${decisionId}:consensus`, ...blended }];
}

/** Keeps a forecast of certainty from scoring minus infinity. */
const LEAST = 0.001;

/** Scores one forecast against the price at its horizon. A price that did not move proves no direction right. */
export function scoreForecast(forecast: Forecast, settleMark: number, settledAt: Timestamp): SettledForecast {
  const move = settleMark - forecast.mark;
  const correct = forecast.direction === 'short' ? move < 0 : move > 0;
  const given = correct ? forecast.probability : 1 - forecast.probability;
  return {
    ...forecast,
    settledAt,
    settleMark,
    correct,
    brier: (forecast.probability - (correct ? 1 : 0)) ** 2,
    logScore: Math.log(Math.min(1 - LEAST, Math.max(LEAST, given))),
  };
}
