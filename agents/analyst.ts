import type { Evidence } from '../src/domain/record.ts';
import type { AnalystName } from '../src/domain/signal.ts';
import { type Interval, type Timestamp, toIso } from '../src/domain/time.ts';
import type { Judge } from './judges/reading.ts';
import type { ToolClient } from './tool-client.ts';

export interface AnalystQuestion {
  symbol: string;
  interval: Interval;
  asOf: Timestamp;
  signal?: AbortSignal;
}

/**
 * One member of the panel: gathers evidence through MCP tools, then judges it. The judge alone is a complete analyst;
 * a model may shade what it said (refine.ts), with the prompt of the same name.
 */
export interface Analyst {
  name: AnalystName;
  /** What it looks at, in a few words, for whoever watches. */
  looksAt: string;
  gather(tools: Pick<ToolClient, 'call'>, question: AnalystQuestion): Promise<Evidence>;
  judge: Judge;
  /** Thinking budget of its model call; only the strategist has one. */
  thinkingTokens?: number;
}

/** Gathers by one evidence tool, whose answer reaches the judge as it is. */
export const gatherBy =
  (tool: string): Analyst['gather'] =>
  (tools, { symbol, interval, asOf, signal }) =>
    tools.call<Evidence>(tool, { symbol, interval, asOf: toIso(asOf) }, { signal });
