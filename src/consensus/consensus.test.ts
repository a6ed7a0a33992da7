import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnalystName, analysts, priorWeights, type SettledForecast, type Signal } from '../domain/signal.ts';
import { anAbstention, aView } from '../testing/builders.ts';
import { type BlendOptions, blend } from './blend.ts';
import { calibrated, calibrationOf } from './calibration.ts';
import { defaultConsensusPolicy } from './policy.ts';
import { skillOf, skillWeights } from './skill.ts';

const options: BlendOptions = {
  weights: priorWeights,
  held: 'flat',
  policy: defaultConsensusPolicy,
  horizon: { interval: '1h', bars: 8 },
};
const all = (direction: 'long' | 'short' | 'flat', confidence = 0.6) =>
  analysts.map((name) => aView(name, direction, confidence));

const anySignal = (name: AnalystName) =>
  fc.oneof(
    fc.constant<Signal>(anAbstention(name)),
    fc
      .record({
        direction: fc.constantFrom('long' as const, 'flat' as const, 'short' as const),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        probability: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map((view): Signal => aView(name, view.direction, view.confidence, view)),
  );
const panels = fc.tuple(...analysts.map(anySignal)).map((signals) => [...signals]);

describe('blend', () => {
  it('conviction is the weighted mean of sign times confidence', () => {
    const signals = [
      aView('strategist', 'long', 0.5),
      aView('chart-analyst', 'short', 0.4),
      ...analysts.slice(2).map((name) => aView(name, 'flat', 0.9)),
    ];
    expect(blend(signals, options).conviction).toBeCloseTo(0.4 * 0.5 - 0.15 * 0.4, 12);
  });

  it('an abstention is not a neutral view: it leaves the rest as sure as they were', () => {
    const others = analysts.slice(0, 5).map((name) => aView(name, 'long', 0.6));
    expect(blend([...others, anAbstention('economist')], options).conviction).toBeCloseTo(0.6, 12);
    expect(blend([...others, aView('economist', 'flat', 0.6)], options).conviction).toBeCloseTo(0.54, 12);
  });

  it('needs a quorum of weight, and exactly half is one', () => {
    const half = ['strategist', 'news-analyst'] as const;
    expect(
      blend(
        half.map((name) => aView(name, 'long', 0.9)),
        options,
      ),
    ).toMatchObject({ direction: 'long', quorum: { met: true } });
    const less = ['chart-analyst', 'risk-analyst', 'economist'] as const;
    expect(
      blend(
        less.map((name) => aView(name, 'long', 0.9)),
        options,
      ),
    ).toMatchObject({ direction: 'flat', reason: 'no_quorum', quorum: { met: false } });
    expect(blend([], options)).toMatchObject({
      direction: 'flat',
      conviction: 0,
      probability: 0.5,
      calibrated: false,
      reason: 'no_quorum',
    });
  });

  it('opens at the edge of the band, holds on below it, and turns only beyond it', () => {
    const at = (confidence: number, held: 'long' | 'flat' | 'short', direction: 'long' | 'short' = 'long') =>
      blend(all(direction, confidence), { ...options, held }).direction;
    expect([at(0.1501, 'flat'), at(0.1499, 'flat')]).toEqual(['long', 'flat']);
    expect([at(0.1, 'long'), at(0.0501, 'long'), at(0.0499, 'long')]).toEqual(['long', 'long', 'flat']);
    expect([at(0.1, 'long', 'short'), at(0.2, 'long', 'short')]).toEqual(['flat', 'short']);
    expect(at(0, 'long')).toBe('flat');
  });

  it('dissent is none when all agree and large when half pull the other way', () => {
    expect(blend(all('long'), options).dissent).toBeCloseTo(0, 12);
    const torn = [aView('strategist', 'long', 1), ...analysts.slice(1).map((name) => aView(name, 'short', 1))];
    expect(blend(torn, options).dissent).toBeGreaterThan(0.9);
  });

  it('a probability is of the direction, and is called calibrated only when all are', () => {
    expect(blend(all('short', 0.5), options)).toMatchObject({
      direction: 'short',
      probability: expect.closeTo(0.6, 12),
      calibrated: false,
    });
    const measured = all('long').map((view) => ({ ...view, calibrated: true }));
    expect(blend(measured, options).calibrated).toBe(true);
  });

  it('contributions sum to the conviction, shares to one, whoever spoke first', () => {
    fc.assert(
      fc.property(
        panels,
        fc.constantFrom('long' as const, 'flat' as const, 'short' as const),
        fc.nat(),
        (signals, held, turn) => {
          const consensus = blend(signals, { ...options, held });
          expect(consensus.votes.reduce((sum, vote) => sum + vote.contribution, 0)).toBe(consensus.conviction);
          expect(Math.abs(consensus.conviction)).toBeLessThanOrEqual(1 + 1e-12);
          const views = signals.filter((signal) => signal.kind === 'view').length;
          expect(consensus.votes.reduce((sum, vote) => sum + vote.weight, 0)).toBeCloseTo(views > 0 ? 1 : 0, 9);
          for (const part of [consensus.probability, consensus.confidence, consensus.dissent]) {
            expect(part).toBeGreaterThanOrEqual(0);
            expect(part).toBeLessThanOrEqual(1);
          }
          const cut = turn % signals.length;
          expect(blend([...signals.slice(cut), ...signals.slice(0, cut)], { ...options, held })).toEqual(consensus);
        },
      ),
    );
  });

  it('turning every view around turns the decision around', () => {
    const turned = { long: 'short', short: 'long', flat: 'flat' } as const;
    fc.assert(
      fc.property(panels, (signals) => {
        const mirrored = signals.map((signal) =>
          signal.kind === 'view' ? { ...signal, direction: turned[signal.direction] } : signal,
        );
        const [a, b] = [blend(signals, options), blend(mirrored, options)];
        expect(b.conviction).toBeCloseTo(-a.conviction, 12);
        expect(b.direction).toBe(turned[a.direction]);
      }),
    );
  });
});

const settled = (
  analyst: AnalystName,
  logScore: number,
  count: number,
  changes: Partial<SettledForecast> = {},
): SettledForecast[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${analyst}${index}`,
    decisionId: 'd',
    analyst,
    symbol: 'EURUSD',
    interval: '1h',
    direction: 'long',
    probability: 0.6,
    confidence: 0.5,
    mark: 1,
    madeAt: index * 8,
    settlesAt: (index + 1) * 8,
    regime: 'trend',
    assetClass: 'fx',
    settledAt: 1,
    settleMark: 1.1,
    correct: true,
    brier: 0.16,
    logScore,
    ...changes,
  }));
const good = Math.log(0.5) + 0.05;
const bad = Math.log(0.5) - 0.05;

describe('skill', () => {
  it('without a record the prior weights hold', () => {
    for (const name of analysts) expect(skillWeights([])[name]).toBeCloseTo(priorWeights[name], 12);
  });

  it('a forecaster at chance neither wins nor loses', () => {
    expect(skillOf('strategist', settled('strategist', Math.log(0.5), 1_000))).toBeCloseTo(1, 12);
  });

  it('moves weight from the bad to the good, slowly at first, and never beyond its bounds', () => {
    expect(skillOf('economist', settled('economist', good, 5))).toBeLessThan(1.3);
    expect(skillOf('economist', settled('economist', good, 500))).toBe(4);
    expect(skillOf('economist', settled('economist', bad, 500))).toBe(0.25);
    const weights = skillWeights([...settled('economist', good, 500), ...settled('strategist', bad, 500)]);
    expect(weights.economist).toBeGreaterThan(weights.strategist);
    expect(Object.values(weights).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('counts overlapping forecasts for the time that they add, and repeated ones once', () => {
    const once = skillOf('economist', settled('economist', good, 1));
    const repeated = settled('economist', good, 50).map((each) => ({ ...each, madeAt: 0, settlesAt: 8 }));
    expect(skillOf('economist', repeated)).toBeCloseTo(once, 12);
    const hourly = settled('economist', good, 57).map((each, index) => ({
      ...each,
      madeAt: index,
      settlesAt: index + 8,
    }));
    expect(skillOf('economist', hourly)).toBeCloseTo(skillOf('economist', settled('economist', good, 8)), 12);
    const elsewhere = settled('economist', good, 8).map((each) => ({ ...each, symbol: 'GBPUSD' }));
    expect(skillOf('economist', [...settled('economist', good, 8), ...elsewhere])).toBeGreaterThan(
      skillOf('economist', elsewhere),
    );
  });

  it('believes forecasts made under the same conditions most', () => {
    const record = [
      ...settled('chart-analyst', good, 100),
      ...settled('chart-analyst', bad, 100, { assetClass: 'crypto', symbol: 'BTCUSDT' }),
    ];
    const inFx = skillOf('chart-analyst', record, { assetClass: 'fx', interval: '1h', regime: 'trend' });
    const inCrypto = skillOf('chart-analyst', record, { assetClass: 'crypto', interval: '1h', regime: 'trend' });
    expect(inFx).toBeGreaterThan(1);
    expect(inCrypto).toBeLessThan(1);
  });
});

describe('calibration', () => {
  const claims = (probability: number, right: number, wrong: number) => [
    ...Array.from({ length: right }, () => ({ probability, correct: true })),
    ...Array.from({ length: wrong }, () => ({ probability, correct: false })),
  ];

  it('passes claims through, and calls them uncalibrated, until enough are settled', () => {
    const view = calibrated(aView('strategist', 'long', 0.5), calibrationOf(claims(0.9, 50, 49)));
    expect(view).toMatchObject({ probability: 0.6, calibrated: false });
  });

  it('takes down the boasts of a forecaster who is right half of the time', () => {
    const calibration = calibrationOf(claims(0.9, 200, 200));
    expect(calibration.calibrated).toBe(true);
    expect(calibration.calibrate(0.9)).toBeCloseTo(0.58, 12);
  });

  it('leaves an honest forecaster nearly alone', () => {
    const calibration = calibrationOf([...claims(0.6, 240, 160), ...claims(0.8, 320, 80)]);
    expect(calibration.calibrate(0.6)).toBeCloseTo(0.6, 12);
    expect(calibration.calibrate(0.7)).toBeCloseTo(0.7, 12);
    expect(calibration.calibrate(0.8)).toBeCloseTo(0.8, 12);
  });

  it('never ranks a bolder claim lower, whatever was settled', () => {
    const record = fc.array(
      fc.record({ probability: fc.integer({ min: 0, max: 100 }).map((each) => each / 100), correct: fc.boolean() }),
      { minLength: 100, maxLength: 300 },
    );
    fc.assert(
      fc.property(
        record,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (each, a, b) => {
          const { calibrate } = calibrationOf(each);
          const [low, high] = [calibrate(Math.min(a, b)), calibrate(Math.max(a, b))];
          expect(high).toBeGreaterThanOrEqual(low - 1e-12);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
