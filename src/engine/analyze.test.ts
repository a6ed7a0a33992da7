import { describe, expect, it } from 'vitest';
import { decodeJson, encodeJson } from '../domain/canonical.ts';
import { AppError } from '../domain/errors.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { analysts } from '../domain/signal.ts';
import { DAY, HOUR } from '../domain/time.ts';
import { aQuoted, judgeOfTests, noon } from '../testing/builders.ts';
import { testDesk } from '../testing/test-desk.ts';
import { analyze } from './analyze.ts';
import { decisionHash } from './decision-record.ts';
import type { Step } from './desk.ts';
import { replay } from './replay.ts';
import { settle } from './settle.ts';

const judges = Object.fromEntries(analysts.map((name) => [name, judgeOfTests])) as Parameters<
  typeof replay
>[1]['judges'];

describe('analyze', () => {
  it('answers with six signals, a consensus, a sized order and every check, and leaves a record', async () => {
    const desk = await testDesk();
    const steps: Step[] = [];
    const document = await analyze(desk, { symbol: 'EURUSD', origin: 'user', onStep: (step) => steps.push(step) });
    expect(document.signals.map((each) => each.analyst)).toEqual([...analysts]);
    expect(document.consensus.direction).toBe('long');
    expect(document.intent).toMatchObject({ side: 'buy', orderClass: 'bracket', stopLoss: expect.any(String) });
    expect(document.risk.outcome).toMatch(/approved|resized/);
    expect(document.risk.checks.length).toBeGreaterThan(20);
    expect(document.signals.reduce((sum, each) => sum + each.contribution, 0)).toBeCloseTo(
      document.consensus.conviction,
      12,
    );
    expect(document.signals[0]!.evidence).toMatchObject([{ id: 'strategist.lean' }]);
    expect(steps.map((step) => step.kind)).toEqual(['step', ...analysts.map(() => 'signal'), 'consensus', 'step']);
    expect(await desk.decisions.get(document.decisionId)).toMatchObject({ symbol: 'EURUSD', hash: document.hash });
  });

  it('freezes a forecast of every view and of the consensus', async () => {
    const desk = await testDesk();
    desk.leans.set('EURUSD', { strategist: 0.7, 'trend-analyst': -0.3 });
    const { decisionId } = await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    const made = (await desk.forecasts.open(100)).filter((each) => each.decisionId === decisionId);
    expect(made.map((each) => each.analyst)).toEqual(['strategist', 'trend-analyst', 'consensus']);
    expect(made[0]).toMatchObject({
      madeAt: noon,
      settlesAt: noon + 24 * HOUR,
      direction: 'long',
      assetClass: 'fx',
      simulated: false,
    });
  });

  it('says why there is nothing to do', async () => {
    const desk = await testDesk();
    desk.leans.set('EURUSD', { economist: 0.9 });
    const document = await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    expect(document).toMatchObject({ intent: null, risk: { outcome: 'no_trade', checks: [] } });
    expect(document.notices.join()).toContain('Too few analysts');
  });

  it('the hash is of the decision, not of its id or its time', async () => {
    const [a, b] = [await testDesk(), await testDesk()];
    b.ids.next('skip');
    const [one, two] = [
      await analyze(a, { symbol: 'EURUSD', origin: 'user' }),
      await analyze(b, { symbol: 'EURUSD', origin: 'user' }),
    ];
    expect(one.decisionId).not.toBe(two.decisionId);
    expect(one.hash).toBe(two.hash);
    expect(decisionHash({ ...one, notices: ['x'], elapsedMs: 99 })).toBe(one.hash);
    expect(decisionHash({ ...one, symbol: 'GBPUSD' })).not.toBe(one.hash);
  });

  it('a stale market is analyzed, marked, and refused by risk', async () => {
    const desk = await testDesk();
    desk.settings.stale = true;
    const document = await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    expect(document.quality.stale).toBe(true);
    expect(document.risk).toMatchObject({ outcome: 'rejected', passesIf: 'a fresh price arrives' });
  });

  it('marks the first equity of a day, but not for a look at the past', async () => {
    const desk = await testDesk();
    await desk.clock.advance(DAY);
    await analyze(desk, { symbol: 'EURUSD', origin: 'user', asOf: noon });
    expect((await desk.account()).day).toBe('2025-06-18');
    await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    expect((await desk.account()).day).toBe('2025-06-19');
  });

  it('an unknown symbol and a caller who left are errors with a code, and leave no decision', async () => {
    const desk = await testDesk();
    await expect(analyze(desk, { symbol: 'NOPE', origin: 'user' })).rejects.toMatchObject({ code: 'unknown_symbol' });
    const signal = AbortSignal.abort();
    await expect(analyze(desk, { symbol: 'EURUSD', origin: 'user', signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await desk.decisions.list({ limit: 10 })).toEqual([]);
  });
});

describe('replay', () => {
  const recorded = async () => {
    const desk = await testDesk();
    desk.leans.set('EURUSD', { strategist: 0.7, 'risk-analyst': 0.2, 'chart-analyst': -0.3 });
    const { decisionId } = await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    const record = (await desk.decisions.get(decisionId))!;
    // As it comes back from any store.
    return decodeJson<DecisionRecord>(encodeJson(record));
  };

  it('recomputes the same hash from the record alone', async () => {
    const record = await recorded();
    expect(replay(record, { judges })).toEqual({ hash: record.hash, equal: true, differences: [] });
  });

  it('finds a judge that thinks differently now', async () => {
    const record = await recorded();
    const other = {
      ...judges,
      strategist: (evidence: Parameters<typeof judgeOfTests>[0]) => ({
        ...judgeOfTests(evidence),
        rationale: 'Changed my mind.',
      }),
    };
    const { equal, differences } = replay(record, { judges: other });
    expect(equal).toBe(false);
    expect(differences).toContain('strategist: the judged signal differs');
  });

  it('does not echo: tampering with evidence, market, account or policy shows', async () => {
    const record = await recorded();
    const tampered: DecisionRecord[] = [
      {
        ...record,
        panel: {
          ...record.panel,
          entries: record.panel.entries.map((entry, i) =>
            i
              ? entry
              : {
                  ...entry,
                  evidence: { ...entry.evidence, facts: { lean: { ...entry.evidence.facts.lean!, value: -0.9 } } },
                },
          ),
        },
      },
      {
        ...record,
        market: { ...record.market, instruments: { EURUSD: { ...record.market.instruments.EURUSD!, atr: 0.01 } } },
      },
      { ...record, accountBefore: { ...record.accountBefore, cash: 1n as never } },
      {
        ...record,
        policy: {
          ...(record.policy as object),
          sizing: { ...(record.policy as { sizing: object }).sizing, riskFraction: 0.0001 },
        },
      },
    ];
    for (const each of tampered) expect(replay(each, { judges }).equal).toBe(false);
  });

  it("applies a model's proposal again within its bounds, and cannot do without them", async () => {
    const record = await recorded();
    const entries = record.panel.entries.map((entry) =>
      entry.signal.analyst === 'strategist' && entry.signal.kind === 'view'
        ? {
            ...entry,
            signal: { ...entry.signal, confidence: 0.8, refinedBy: 'm1' },
            refinement: {
              model: 'm1',
              promptVersion: '1',
              prompt: '',
              proposal: { confidence: 0.8 },
              costUsd: 0,
              elapsedMs: 1,
            },
          }
        : entry,
    );
    const shaded = { ...record, panel: { ...record.panel, entries } };
    const applyProposal: Parameters<typeof replay>[1]['applyProposal'] = (judged, proposal) => ({
      ...judged,
      ...proposal,
    });
    const bounds = { judges, applyProposal };
    expect(replay(shaded, bounds).differences).not.toContain('strategist: the signal differs');
    expect(replay(shaded, { judges }).differences.join()).toContain('without its bounds');
  });

  it('keeps what the world caused as it was: a deadline is an input', async () => {
    const record = await recorded();
    const late = {
      kind: 'abstention' as const,
      analyst: 'economist' as const,
      reason: 'deadline',
      evidence: [],
      rationale: 'Too late.',
    };
    const entries = record.panel.entries.map((entry) =>
      entry.signal.analyst === 'economist'
        ? { ...entry, evidence: { ...entry.evidence, facts: {} }, judged: late, signal: late }
        : entry,
    );
    expect(replay({ ...record, panel: { ...record.panel, entries } }, { judges }).differences.join()).not.toContain(
      'economist',
    );
  });
});

describe('settle', () => {
  it('scores each forecast once, when its horizon is over and its price is known', async () => {
    const desk = await testDesk();
    await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    const up = () => 1.2;
    expect(await settle(desk, { priceAt: up })).toEqual({ settled: 0, waiting: 0 });
    await desk.clock.advance(25 * HOUR);
    expect(await settle(desk, { priceAt: () => undefined })).toEqual({ settled: 0, waiting: 7 });
    const [first, second] = await Promise.all([settle(desk, { priceAt: up }), settle(desk, { priceAt: up })]);
    expect(first.settled + second.settled).toBe(7);
    const scored = await desk.settledForecasts();
    expect(scored).toHaveLength(7);
    expect(scored.every((each) => each.correct && each.brier < 0.25 && each.logScore > Math.log(0.5))).toBe(true);
  });

  it('has nothing to score of a look at the past, or of a market that has stopped', async () => {
    const desk = await testDesk();
    await analyze(desk, { symbol: 'EURUSD', origin: 'user', asOf: noon - 48 * HOUR });
    desk.settings.stale = true;
    await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    expect(await desk.forecasts.open(10)).toEqual([]);
    await desk.clock.advance(25 * HOUR);
    expect(await settle(desk, { priceAt: () => 1.2 })).toEqual({ settled: 0, waiting: 0 });
  });

  it('lets a symbol without a market wait, and scores the others', async () => {
    const desk = await testDesk();
    await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    await analyze(desk, { symbol: 'AAPL', origin: 'user' });
    await desk.clock.advance(25 * HOUR);
    const shut = (symbol: string) => {
      if (symbol === 'EURUSD') throw new AppError('not_enough_history', 'The market was shut.');
      return 220;
    };
    expect(await settle(desk, { priceAt: shut })).toEqual({ settled: 7, waiting: 7 });
    expect(new Set((await desk.settledForecasts()).map((each) => each.symbol))).toEqual(new Set(['AAPL']));
  });

  it('a price that stood still proves no direction right', async () => {
    const desk = await testDesk({ quotes: new Map([['EURUSD', aQuoted('EURUSD', { bid: 1.1, ask: 1.1 })]]) });
    await analyze(desk, { symbol: 'EURUSD', origin: 'user' });
    await desk.clock.advance(25 * HOUR);
    await settle(desk, { priceAt: () => 1.1 });
    expect((await desk.settledForecasts()).some((each) => each.correct)).toBe(false);
  });
});
