import { describe, expect, it, vi } from 'vitest';
import { defaultConsensusPolicy } from '../src/consensus/policy.ts';
import { AppError } from '../src/domain/errors.ts';
import type { Evidence } from '../src/domain/record.ts';
import { analysts, priorWeights } from '../src/domain/signal.ts';
import type { Question, Step } from '../src/engine/desk.ts';
import { evidenceOf, marketOf, situation } from '../src/evidence/situation.ts';
import { fakeClock } from '../src/testing/fake-clock.ts';
import { factsOf, plantedSeries } from '../src/testing/market-fixture.ts';
import { scriptedModel } from '../src/testing/scripted-model.ts';
import { createDeliberate, type DeliberateDeps } from './graph.ts';
import { judges } from './judges/index.ts';
import { loadPrompts } from './prompts.ts';

const series = plantedSeries({ drift: 0.0002, seed: 21 });
const now = situation(factsOf(series));
const market = marketOf([now], 'USD');

const toolsOf: Record<string, (typeof analysts)[number]> = {
  get_strategy_evidence: 'strategist',
  get_chart_evidence: 'chart-analyst',
  get_risk_evidence: 'risk-analyst',
  get_trend_evidence: 'trend-analyst',
  get_news_evidence: 'news-analyst',
  get_economic_evidence: 'economist',
};
/** The tools as a server would answer them: through JSON. */
const tools: DeliberateDeps['tools'] = {
  call: async <T>(tool: string) => JSON.parse(JSON.stringify(evidenceOf[toolsOf[tool]!](now))) as T,
};
const silent = { name: 'none', available: false, generate: vi.fn() };

const deps = (more: Partial<DeliberateDeps> = {}): DeliberateDeps => ({
  tools,
  model: silent,
  prompts: loadPrompts(),
  judges,
  weights: async () => priorWeights,
  consensus: defaultConsensusPolicy,
  clock: fakeClock(),
  ...more,
});
const question = (more: Partial<Question> = {}): Question => ({
  simulated: false,
  symbol: 'EURUSD',
  interval: '1h',
  asOf: now.asOf,
  held: 'flat',
  market,
  decisionId: 'dec_1',
  ...more,
});

describe('the panel', () => {
  it('asks six analysts and comes to one consensus, in a fixed order', async () => {
    const panel = await createDeliberate(deps())(question());
    expect(panel.entries.map(({ signal }) => signal.analyst)).toEqual([...analysts]);
    expect(panel.consensus.direction).toBe('long');
    expect(panel.consensus.votes.reduce((sum, vote) => sum + vote.contribution, 0)).toBeCloseTo(
      panel.consensus.conviction,
    );
    expect(panel.weights).toEqual(priorWeights);
    expect(silent.generate).not.toHaveBeenCalled();
  });

  it('says the same however often and in whatever order the tools answer', async () => {
    const slow = ['get_strategy_evidence', 'get_news_evidence'];
    const shuffled: DeliberateDeps['tools'] = {
      call: async <T>(tool: string, args: Record<string, unknown>) => {
        if (slow.includes(tool)) for (let i = 0; i < 50; i++) await Promise.resolve();
        return tools.call<T>(tool, args);
      },
    };
    const [a, b] = await Promise.all([
      createDeliberate(deps())(question()),
      createDeliberate(deps({ tools: shuffled }))(question()),
    ]);
    expect(b).toEqual(a);
  });

  it('tells each step as it is done, the consensus last', async () => {
    const steps: Step[] = [];
    await createDeliberate(deps())(question({ onStep: (step) => steps.push(step) }));
    expect(steps.map(({ kind }) => kind)).toEqual(['step', ...Array(6).fill('signal'), 'consensus']);
  });

  it('asks all six at once, not one after the other', async () => {
    let [asking, most] = [0, 0];
    const counted: DeliberateDeps['tools'] = {
      call: async <T>(tool: string, args: Record<string, unknown>) => {
        most = Math.max(most, ++asking);
        await new Promise((resolve) => setImmediate(resolve));
        asking--;
        return tools.call<T>(tool, args);
      },
    };
    await createDeliberate(deps({ tools: counted }))(question());
    expect(most).toBe(6);
  });

  it('goes on without an analyst that is late, and says so', async () => {
    const clock = fakeClock();
    let stopped = false;
    const hanging: DeliberateDeps['tools'] = {
      call: <T>(tool: string, args: Record<string, unknown>, options?: { signal?: AbortSignal }) => {
        if (tool !== 'get_news_evidence') return tools.call<T>(tool, args);
        options?.signal?.addEventListener('abort', () => {
          stopped = true;
        });
        return new Promise<T>(() => undefined);
      },
    };
    const pending = createDeliberate(deps({ tools: hanging, clock }))(question());
    while (clock.sleepers() !== 1) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(5_000);
    const panel = await pending;
    expect(panel.entries.find(({ signal }) => signal.analyst === 'news-analyst')!.signal).toMatchObject({
      kind: 'abstention',
      reason: 'deadline',
    });
    expect(stopped).toBe(true);
    expect(panel.entries).toHaveLength(6);
  });

  it('turns a tool or judge that fails into an abstention with its message', async () => {
    const failing: DeliberateDeps['tools'] = {
      call: async <T>(tool: string, args: Record<string, unknown>) => {
        if (tool === 'get_chart_evidence') throw new AppError('unavailable', 'The chart store is down.');
        return tools.call<T>(tool, args);
      },
    };
    const broken = {
      ...judges,
      economist: () => {
        throw new Error('a bug');
      },
    };
    const panel = await createDeliberate(deps({ tools: failing, judges: broken }))(question());
    const of = (name: string) => panel.entries.find(({ signal }) => signal.analyst === name)!.signal;
    expect(of('chart-analyst')).toMatchObject({ reason: 'failed', rationale: 'The chart store is down.' });
    expect(of('economist')).toMatchObject({ reason: 'failed', rationale: 'a bug' });
  });

  it('has no quorum when every tool is down', async () => {
    const down: DeliberateDeps['tools'] = {
      call: async () => {
        throw new AppError('unavailable', 'down');
      },
    };
    const panel = await createDeliberate(deps({ tools: down }))(question());
    expect(panel.consensus).toMatchObject({ direction: 'flat', reason: 'no_quorum' });
  });

  it('stops when the caller leaves', async () => {
    const leave = new AbortController();
    const slow: DeliberateDeps['tools'] = {
      call: <T>(_tool: string, _args: Record<string, unknown>, options?: { signal?: AbortSignal }) =>
        new Promise<T>((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))),
    };
    const pending = createDeliberate(deps({ tools: slow }))(question({ signal: leave.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    leave.abort();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    await expect(createDeliberate(deps())(question({ signal: leave.signal }))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('makes one decision once at a time', async () => {
    const deliberate = createDeliberate(deps());
    const results = await Promise.allSettled([deliberate(question()), deliberate(question())]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(deliberate(question())).resolves.toBeDefined();
  });

  it('keeps each checkpointed run under its own thread', async () => {
    const { MemorySaver } = await import('@langchain/langgraph');
    const checkpointer = new MemorySaver();
    const panel = await createDeliberate(deps({ checkpointer }))(question({ decisionId: 'dec_human' }));
    expect(panel.entries).toHaveLength(6);
    const saved = await checkpointer.getTuple({ configurable: { thread_id: 'dec_human' } });
    expect(JSON.stringify(saved)).toContain('trend-analyst');
  });

  it('lets a model shade views, and counts the shaded ones', async () => {
    const model = scriptedModel({ answer: { direction: 'long', confidence: 1, rationale: 'Everything agrees.' } });
    const panel = await createDeliberate(deps({ model }))(question());
    const trend = panel.entries.find(({ signal }) => signal.analyst === 'trend-analyst')!;
    expect(trend.signal).toMatchObject({ refinedBy: 'scripted', rationale: 'Everything agrees.' });
    expect(trend.refinement).toMatchObject({ promptVersion: 'trend-analyst@1', costUsd: 0.001 });
    const [judged, shaded] = [trend.judged, trend.signal] as { confidence: number }[];
    expect(shaded!.confidence - judged!.confidence).toBeLessThanOrEqual(0.25 + 1e-12);
    // Abstentions are not asked about.
    expect(model.requests.length).toBe(panel.entries.filter(({ judged: each }) => each.kind === 'view').length);
  });

  it('sees the same evidence through JSON as directly', () => {
    for (const name of analysts) {
      const direct: Evidence = evidenceOf[name](now);
      expect(JSON.parse(JSON.stringify(direct))).toEqual(direct);
      expect(judges[name](JSON.parse(JSON.stringify(direct)))).toEqual(judges[name](direct));
    }
  });
});
