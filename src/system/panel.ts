import { createDeliberate, defaultDeadlines } from '../../agents/graph.ts';
import { judges } from '../../agents/judges/index.ts';
import { loadPrompts } from '../../agents/prompts.ts';
import type { ToolClient } from '../../agents/tool-client.ts';
import type { Config } from '../config.ts';
import { skillWeights } from '../consensus/skill.ts';
import type { SettledForecast } from '../domain/signal.ts';
import { MINUTE, type Timestamp } from '../domain/time.ts';
import type { Deliberate, Question } from '../engine/desk.ts';
import type { Clock } from '../ports/clock.ts';
import type { Model } from '../ports/model.ts';
import type { ForecastStore, Stores } from '../ports/store.ts';
import type { Settings } from './settings.ts';

/** So many settled forecasts count for the weights; older ones are forgotten. */
const REMEMBERED_FORECASTS = 5_000;

/** The six analysts in their graph, with the weights that their settled forecasts earned. */
export function openPanel(options: {
  config: Config;
  clock: Clock;
  stores: Pick<Stores, 'forecasts'>;
  tools: ToolClient;
  settings: Settings;
  model: Model;
}): Deliberate {
  const { config, clock, stores, tools, settings, model } = options;
  return createDeliberate({
    tools,
    model,
    judges,
    clock,
    prompts: loadPrompts(),
    deadlines: { ...defaultDeadlines, refineMs: config.models.deadlineMs },
    consensus: async () => (await settings.policy()).consensus,
    weights: panelWeights({ clock, forecasts: stores.forecasts }),
  });
}

/**
 * The weights that the analysts had earned by the moment of a question, on its kind of prices: a look at the past must
 * not know the scores since, and who reads the simulated market well has shown nothing about the real one.
 */
export function panelWeights({ clock, forecasts }: { clock: Pick<Clock, 'now'>; forecasts: ForecastStore }) {
  const known = new Map<boolean, { at: Timestamp; settled: readonly SettledForecast[] }>();
  // Skill moves with settlements, which come by the hour: reading it for every decision would be waste.
  async function settledBy(asOf: Timestamp, simulated: boolean) {
    const now = clock.now();
    if (now - asOf > MINUTE) return forecasts.settled({ limit: REMEMBERED_FORECASTS, asOf, simulated });
    const before = known.get(simulated);
    if (before && now - before.at <= MINUTE) return before.settled;
    const settled = await forecasts.settled({ limit: REMEMBERED_FORECASTS, simulated });
    known.set(simulated, { at: now, settled });
    return settled;
  }
  return async ({ symbol, interval, asOf, market, simulated }: Question) => {
    const quoted = market.instruments[symbol];
    const settled = await settledBy(asOf, simulated);
    return skillWeights(settled, {
      interval,
      ...(quoted ? { assetClass: quoted.instrument.assetClass, regime: quoted.regime } : {}),
    });
  };
}
