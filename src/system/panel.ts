import { createDeliberate, defaultDeadlines } from '../../agents/graph.ts';
import { judges } from '../../agents/judges/index.ts';
import { loadPrompts } from '../../agents/prompts.ts';
import type { ToolClient } from '../../agents/tool-client.ts';
import type { Config } from '../config.ts';
import { skillWeights } from '../consensus/skill.ts';
import { MINUTE } from '../domain/time.ts';
import type { Deliberate } from '../engine/desk.ts';
import type { Clock } from '../ports/clock.ts';
import type { Model } from '../ports/model.ts';
import type { Stores } from '../ports/store.ts';
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
  let known: { at: number; weights: ReturnType<typeof skillWeights> } | undefined;
  return createDeliberate({
    tools,
    model,
    judges,
    clock,
    prompts: loadPrompts(),
    deadlines: { ...defaultDeadlines, refineMs: config.models.deadlineMs },
    consensus: async () => (await settings.policy()).consensus,
    // Skill moves with settlements, which come by the hour: reading it for every decision would be waste.
    weights: async () => {
      if (!known || clock.now() - known.at > MINUTE) {
        const settled = await stores.forecasts.settled({ limit: REMEMBERED_FORECASTS });
        known = { at: clock.now(), weights: skillWeights(settled) };
      }
      return known.weights;
    },
  });
}
