import { beforeAll, describe, expect, it } from 'vitest';
import { noModel } from '../src/adapters/model/index.ts';
import type { EvalCase, Outcome } from './case.ts';
import { groups } from './case.ts';
import { brierAtMost } from './graders/calibration.ts';
import { analystAbstains, analystSays, consensusIs, quiet } from './graders/direction.ts';
import { cited, grounded, neverSays } from './graders/grounding.ts';
import { judgedStands, modelBounded, newsWithin } from './graders/safety.ts';
import { cases, type EvalReport, runEvals, runWorld } from './run.ts';

describe('the evals', () => {
  let report: EvalReport;
  beforeAll(async () => {
    report = await runEvals();
  });

  it('pass, all of them', () => {
    console.info(report.text);
    expect(report.cases.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('are at least twenty, under names of their own, in every group', () => {
    expect(cases.length).toBeGreaterThanOrEqual(20);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(new Set(cases.map(({ group }) => group))).toEqual(new Set(groups));
  });

  it('can be run one group at a time', async () => {
    const { cases: chosen } = await runEvals({ only: 'silent' });
    expect(new Set(chosen.map(({ group }) => group))).toEqual(new Set(['silent']));
  });
});

describe('the graders', () => {
  let outcome: Outcome;
  const rising = cases.find(({ id }) => id === 'rising') as EvalCase;
  beforeAll(async () => {
    outcome = { ...(await runWorld(rising, 1, noModel)), move: -0.01 };
  });
  /** The same outcome with one entry changed for the worse. */
  const spoilt = (change: (entry: Outcome['panel']['entries'][number]) => void): Outcome => {
    const copy = structuredClone(outcome);
    for (const entry of copy.panel.entries) change(entry);
    return copy;
  };

  it('fail what is wrong', () => {
    const bad = {
      wrongSide: consensusIs('short', 1)([outcome]),
      loud: quiet(0)([outcome]),
      notAbstaining: analystAbstains('strategist', 'no_news')([outcome]),
      otherSide: analystSays('strategist', 'short')([outcome]),
      unlucky: brierAtMost(0.2)([outcome]),
      newsOutside: newsWithin(0.1, 1)([outcome]),
      unrefined: judgedStands('timeout')([outcome]),
      invented: grounded([
        spoilt(({ signal }) => {
          signal.rationale = 'It will reach 123.456.';
        }),
      ]),
      uncited: cited([
        spoilt(({ signal }) => {
          signal.evidence = ['nobody.knows'];
        }),
      ]),
      said: neverSays('moon')([
        spoilt(({ signal }) => {
          signal.rationale = 'to the moon';
        }),
      ]),
      pushed: modelBounded([
        spoilt((entry) => {
          const { signal } = entry;
          // Judged and final share one object where no model spoke.
          if (signal.kind === 'view') entry.signal = { ...signal, confidence: signal.confidence + 0.3 };
        }),
      ]),
    };
    expect(Object.entries(bad).filter(([, grade]) => grade.passed)).toEqual([]);
  });
});
