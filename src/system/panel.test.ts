import { describe, expect, it } from 'vitest';
import { priorWeights, type SettledForecast } from '../domain/signal.ts';
import { DAY, HOUR, MINUTE, type Timestamp } from '../domain/time.ts';
import type { Question } from '../engine/desk.ts';
import type { ForecastStore } from '../ports/store.ts';
import { aMarket } from '../testing/builders.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { panelWeights } from './panel.ts';

const clock = fakeClock();
const now = clock.now();

/** An economist who was right about EURUSD every four hours, scored as each horizon ended. */
const scored = (count: number, newest: Timestamp, more: Partial<SettledForecast> = {}) =>
  Array.from({ length: count }, (_, i): SettledForecast => {
    const settledAt = newest - i * 4 * HOUR;
    return {
      id: `f-${newest}-${i}`,
      decisionId: 'dec',
      analyst: 'economist',
      symbol: 'EURUSD',
      interval: '1h',
      direction: 'long',
      probability: 0.9,
      confidence: 0.8,
      mark: 1.1,
      madeAt: settledAt - 4 * HOUR,
      settlesAt: settledAt,
      regime: 'trend',
      assetClass: 'fx',
      simulated: false,
      settledAt,
      settleMark: 1.2,
      correct: true,
      brier: 0.01,
      logScore: Math.log(0.9),
      ...more,
    };
  });

/** Counts how often it was read. */
function world(settled: readonly SettledForecast[]) {
  let reads = 0;
  const forecasts = {
    settled: async ({ limit, asOf = Number.POSITIVE_INFINITY, simulated }: Parameters<ForecastStore['settled']>[0]) => {
      reads += 1;
      return settled.filter((each) => each.settledAt <= asOf && each.simulated === simulated).slice(0, limit);
    },
  } as unknown as ForecastStore;
  const weights = panelWeights({ clock, forecasts });
  const ask = (asOf: Timestamp, more: Partial<Question> = {}) =>
    weights({ symbol: 'EURUSD', interval: '1h', asOf, market: aMarket(), simulated: false, ...more } as Question);
  return { weights: ask, reads: () => reads };
}

describe('the weights of the analysts', () => {
  it('are the prior ones before anything was scored', async () => {
    expect(await world([]).weights(now)).toEqual(priorWeights);
  });

  it('grow with a record, and are read once a minute', async () => {
    const { weights, reads } = world(scored(60, now - MINUTE));
    expect((await weights(now)).economist).toBeGreaterThan(priorWeights.economist);
    await weights(now);
    expect(reads()).toBe(1);
  });

  it('learn nothing for real prices from the simulated market, nor the other way round', async () => {
    const { weights } = world(scored(60, now - MINUTE, { simulated: true }));
    expect(await weights(now)).toEqual(priorWeights);
    expect((await weights(now, { simulated: true })).economist).toBeGreaterThan(priorWeights.economist);
  });

  it('count most where they were earned: same asset class and interval', async () => {
    const { weights } = world(scored(6, now - MINUTE, { logScore: Math.log(0.55) }));
    const [here, elsewhere] = [await weights(now), await weights(now, { interval: '1d' })];
    expect(here.economist).toBeGreaterThan(elsewhere.economist);
    expect((await weights(now, { symbol: 'AAPL' })).economist).toBeLessThan(here.economist);
  });

  it('know nothing at a moment of the past of what was scored since', async () => {
    const { weights } = world(scored(60, now - MINUTE));
    expect(await weights(now - 90 * DAY)).toEqual(priorWeights);
  });
});
