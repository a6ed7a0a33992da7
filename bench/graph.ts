import { performance } from 'node:perf_hooks';
import { createDeliberate, type DeliberateDeps, sit } from '../agents/graph.ts';
import { judges } from '../agents/judges/index.ts';
import { panel } from '../agents/panel.ts';
import { loadPrompts } from '../agents/prompts.ts';
import { connectTools } from '../agents/tool-client.ts';
import { createServers, type ToolDeps } from '../mcp-servers/index.ts';
import { sessionCalendar } from '../src/adapters/calendar/sessions.ts';
import { noModel } from '../src/adapters/model/index.ts';
import { blend } from '../src/consensus/blend.ts';
import { defaultConsensusPolicy } from '../src/consensus/policy.ts';
import { requireInstrument } from '../src/domain/instruments.ts';
import { type AnalystName, priorWeights } from '../src/domain/signal.ts';
import type { Question } from '../src/engine/desk.ts';
import { evidenceOf, marketOf, situation } from '../src/evidence/situation.ts';
import type { Clock } from '../src/ports/clock.ts';
import { factsOf, plantedSeries } from '../src/testing/market-fixture.ts';
import type { Finding } from './measure.ts';

/** What the graph costs over calling the same functions plainly, in turn, in one process. */
const ROUNDS = 25;
const RUNS = 20;

const now = situation(factsOf(plantedSeries({ bars: 1_000, seed: 21, drift: 0.0002 })));
const analystOf: Record<string, AnalystName> = {
  get_strategy_evidence: 'strategist',
  get_chart_evidence: 'chart-analyst',
  get_risk_evidence: 'risk-analyst',
  get_trend_evidence: 'trend-analyst',
  get_news_evidence: 'news-analyst',
  get_economic_evidence: 'economist',
};
const clock: Clock = {
  now: () => performance.now(),
  sleep: (_duration, signal) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
};
const deps: DeliberateDeps = {
  tools: { call: async <T>(tool: string) => evidenceOf[analystOf[tool]!](now) as T },
  model: noModel,
  prompts: loadPrompts(),
  judges,
  weights: async () => priorWeights,
  consensus: defaultConsensusPolicy,
  clock,
};
const deliberate = createDeliberate(deps);
const question = (decisionId: string): Question => ({
  symbol: 'EURUSD',
  interval: '1h',
  asOf: now.asOf,
  held: 'flat',
  simulated: true,
  market: marketOf([now], 'USD'),
  decisionId,
});

async function plainly(asked: Question) {
  const entries = await Promise.all(panel.map((analyst) => sit(analyst, asked, deps)));
  const signals = entries.map(({ signal }) => signal);
  const horizon = { interval: asked.interval, bars: 8 };
  return blend(signals, { weights: priorWeights, held: 'flat', policy: defaultConsensusPolicy, horizon });
}

async function timed(run: (asked: Question) => Promise<unknown>, name: string): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < RUNS; i++) await run(question(`${name}-${i}`));
  return (performance.now() - start) / RUNS;
}

const pairs: { graph: number; plain: number }[] = [];
for (let round = -5; round < ROUNDS; round++) {
  const graph = await timed(deliberate, `graph-${round}`);
  const plain = await timed(plainly, `plain-${round}`);
  if (round >= 0) pairs.push({ graph, plain });
}
/** The same panel whose tools are MCP servers in this process, as on the desk. */
const servers = createServers(
  {
    clock,
    sessions: sessionCalendar,
    marketData: { resolve: requireInstrument },
    situation: async () => now,
  } as unknown as ToolDeps,
  { version: 'bench' },
);
const { analysis, sentiment, execution } = servers;
const tools = await connectTools({ analysis, sentiment, execution });
const overMcp = createDeliberate({ ...deps, tools });
const served: number[] = [];
for (let round = -3; round < 10; round++) {
  const each = await timed(overMcp, `mcp-${round}`);
  if (round >= 0) served.push(each);
}
await tools.close();
await Promise.all(Object.values(servers).map((server) => server.close()));

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const print = (finding: Finding) => console.log(JSON.stringify(finding));
const overhead = median(pairs.map(({ graph, plain }) => graph - plain));
print({
  bench: 'graph',
  claim: 'LangGraph run of the panel over the same functions called plainly',
  value: median(pairs.map(({ graph, plain }) => graph / plain)),
  unit: 'x',
});
print({
  bench: 'graph',
  claim: 'what the graph adds to one analysis',
  value: overhead,
  unit: 'ms',
  target: 'at most 20 ms of the second that an analysis may take',
  met: overhead <= 20,
});
print({
  bench: 'graph',
  claim: 'the panel over MCP servers in process',
  value: median(served),
  unit: 'ms',
  target: 'well under the second that an analysis may take',
  met: median(served) <= 200,
});
print({
  bench: 'graph',
  claim: 'the panel without a graph',
  value: median(pairs.map(({ plain }) => plain)),
  unit: 'ms',
});
