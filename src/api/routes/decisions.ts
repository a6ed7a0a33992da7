import { AppError } from '../../domain/errors.ts';
import type { CycleRecord, DecisionRecord } from '../../domain/record.ts';
import { toIso } from '../../domain/time.ts';
import * as wire from '../../wire.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps } from '../deps.ts';
import type {
  CycleDocument,
  DecisionDetail,
  DecisionSummary,
  PlacementDocument,
  ReplayDocument,
  ScoreboardDocument,
} from '../documents.ts';
import { answer, answers, body, createRoute, needs, pathId, resource, z } from '../openapi.ts';
import type { OrderLog } from '../order-log.ts';
import { readConfig } from './config.ts';
import { originOf, placementDocument } from './orders.ts';
import { whyOf } from './why.ts';

const listDecisions = createRoute({
  method: 'get',
  path: '/decisions',
  summary: 'Decisions, newest first',
  ...needs('account:read'),
  request: {
    query: z.strictObject({
      symbol: wire.symbol.optional(),
      limit: wire.limit.default(50),
      before: wire.time.optional().describe('Only decisions as of before this time.'),
    }),
  },
  responses: answers(answer<{ decisions: DecisionSummary[] }>('Decisions', 'One row each.')),
});

const readDecision = createRoute({
  method: 'get',
  path: '/decisions/{id}',
  summary: 'One decision whole, with the orders it led to',
  ...needs('account:read'),
  request: { params: pathId },
  responses: answers(answer<DecisionDetail>('DecisionDetail', 'Why the desk would trade, or not.')),
});

const placeDecision = createRoute({
  method: 'post',
  path: '/decisions/{id}/place',
  summary: 'Judge the decision again now, and place its paper order; the same decision is placed once',
  ...needs('trade:paper'),
  request: { params: pathId },
  responses: answers(answer<PlacementDocument>('Placement', 'What became of the order.')),
});

const replayDecision = createRoute({
  method: 'post',
  path: '/decisions/{id}/replay',
  summary: 'Recompute the decision from its record, without network or store',
  ...needs('account:read'),
  request: { params: pathId },
  responses: answers(answer<ReplayDocument>('Replay', 'Whether the recomputed decision has the same hash.')),
});

const listCycles = createRoute({
  method: 'get',
  path: '/cycles',
  summary: 'Cycles, newest first, each with why it traded or not',
  ...needs('account:read'),
  request: { query: z.strictObject({ limit: wire.limit.default(20) }) },
  responses: answers(answer<{ cycles: CycleDocument[] }>('Cycles', 'Turns of the desk.')),
});

const runCycle = createRoute({
  method: 'post',
  path: '/cycles',
  summary: 'Run one autonomous paper cycle now',
  ...needs('trade:paper'),
  request: { body: body(wire.cycleRequest) },
  responses: answers(answer<CycleDocument>('Cycle', 'What the cycle did, by symbol.')),
});

const readScoreboard = createRoute({
  method: 'get',
  path: '/scoreboard',
  summary: 'How often each analyst was right',
  ...needs('account:read'),
  request: { query: z.strictObject({ limit: wire.limit.default(5_000) }) },
  responses: answers(answer<ScoreboardDocument>('Scoreboard', 'Settled forecasts by analyst.')),
});

export function decisionRoutes(deps: ApiDeps & { orderLog: OrderLog }) {
  const { desk, stores, marketData, clock, orderLog } = deps;

  async function record(id: string): Promise<DecisionRecord> {
    const found = await stores.decisions.get(id);
    if (!found) throw new AppError('not_found', `There is no decision ${id}.`);
    return found;
  }

  return resource()
    .openapi(listDecisions, async (c) => {
      const { symbol, ...query } = c.req.valid('query');
      const canonical = symbol && marketData.resolve(symbol).symbol;
      const decisions = await stores.decisions.list({ ...query, symbol: canonical });
      return c.json({ decisions: decisions.map(summaryOf) }, 200);
    })
    .openapi(readDecision, async (c) => {
      const decision = await record(c.req.valid('param').id);
      const orders = await orderLog.orders({ decisionId: decision.id, limit: 50 });
      const clientOrderIds = orders.map((order) => order.clientOrderId);
      const fills = await orderLog.fills({ clientOrderIds, limit: 100 });
      const { madeAt, origin, why, cycleId } = summaryOf(decision);
      const detail = { document: desk.document(decision), madeAt, origin, why, orders, fills };
      return c.json({ ...detail, ...(cycleId ? { cycleId } : {}) }, 200);
    })
    .openapi(placeDecision, async (c) => {
      const { id } = await record(c.req.valid('param').id);
      return c.json(placementDocument(await desk.placeDecision(id, originOf(requirePrincipal(c)))), 200);
    })
    .openapi(replayDecision, async (c) => {
      const decision = await record(c.req.valid('param').id);
      const replayed = await desk.replay(decision);
      return c.json({ decisionId: decision.id, recordedHash: decision.hash, ...replayed }, 200);
    })
    .openapi(listCycles, async (c) => {
      const cycles = await stores.decisions.cycles(c.req.valid('query').limit);
      return c.json({ cycles: cycles.map(cycleDocument) }, 200);
    })
    .openapi(runCycle, async (c) => {
      const { symbols, interval, slot = clock.now() } = c.req.valid('json');
      const config = await readConfig(deps);
      const wanted = (symbols ?? config.universe).map((each) => marketData.resolve(each).symbol);
      const cycle = await desk.runCycle({ symbols: wanted, interval: interval ?? config.interval, slot });
      return c.json(cycleDocument(cycle), 200);
    })
    .openapi(readScoreboard, async (c) => {
      const { limit } = c.req.valid('query');
      const [settled, open] = await Promise.all([stores.forecasts.settled({ limit }), stores.forecasts.open(limit)]);
      return c.json(scoreboard(settled, open.length), 200);
    });
}

function summaryOf(decision: DecisionRecord): DecisionSummary {
  const { id, symbol, interval, asOf, knownAt, panel, verdict, origin, source, simulated, cycleId } = decision;
  return {
    decisionId: id,
    symbol,
    interval,
    asOf: toIso(asOf),
    madeAt: toIso(knownAt),
    direction: panel.consensus.direction,
    conviction: panel.consensus.conviction,
    probability: panel.consensus.probability,
    outcome: verdict?.outcome ?? 'no_trade',
    why: whyOf(decision),
    origin,
    source,
    ...(simulated ? { simulated: true } : {}),
    ...(cycleId ? { cycleId } : {}),
  };
}

const cycleDocument = (cycle: CycleRecord): CycleDocument => ({
  ...cycle,
  slot: toIso(cycle.slot),
  startedAt: toIso(cycle.startedAt),
  finishedAt: toIso(cycle.finishedAt),
});

/** Below this many settled forecasts a rate says more about luck than about skill. */
const ENOUGH = 10;

function scoreboard(
  settled: readonly { analyst: string; correct: boolean; brier: number }[],
  open: number,
): ScoreboardDocument {
  const byAnalyst = Map.groupBy(settled, (each) => each.analyst);
  const analysts = [...byAnalyst].map(([analyst, forecasts]) => {
    const enough = forecasts.length >= ENOUGH;
    const mean = (of: (each: (typeof forecasts)[number]) => number) =>
      enough ? forecasts.reduce((sum, each) => sum + of(each), 0) / forecasts.length : null;
    return {
      analyst,
      forecasts: forecasts.length,
      accuracy: mean((each) => (each.correct ? 1 : 0)),
      brier: mean((each) => each.brier),
    };
  });
  return { settled: settled.length, open, analysts: analysts.sort((a, b) => a.analyst.localeCompare(b.analyst)) };
}
