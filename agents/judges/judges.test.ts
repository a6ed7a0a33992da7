import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HORIZON } from '../../src/analysis/snapshot.ts';
import type { Evidence } from '../../src/domain/record.ts';
import { type AnalystName, analysts, type Direction, type Signal } from '../../src/domain/signal.ts';
import { evidenceOf, situation } from '../../src/evidence/situation.ts';
import { factsOf, mirrored, plantedSeries } from '../../src/testing/market-fixture.ts';
import { isGrounded } from '../grounding.ts';
import { HORIZON_BARS, judges } from './index.ts';

const asOf = Date.UTC(2025, 5, 30);
type Values = Record<string, number | string | boolean | null>;

const prefixes: Record<AnalystName, string> = {
  strategist: 'strategy',
  'chart-analyst': 'chart',
  'risk-analyst': 'risk',
  'trend-analyst': 'trend',
  'news-analyst': 'news',
  economist: 'economy',
};
function shown(analyst: AnalystName, values: Values): Evidence {
  const facts = Object.entries(values).map(([name, value]) => {
    const id = `${prefixes[analyst]}.${name}`;
    return [id, { id, value, eventTime: asOf, source: 'test' }];
  });
  return { analyst, symbol: 'EURUSD', interval: '1h', asOf, facts: Object.fromEntries(facts) };
}
const judge = (analyst: AnalystName, values: Values) => judges[analyst](shown(analyst, values));

const trending: Values = {
  alignment: 0.8,
  slope: 2,
  ema_order: 1,
  momentum: 1.5,
  direction_balance: 0.5,
  breakout: 1,
  adx: 35,
  volatility: 0.001,
};
const tested = (position: number, t: number): Values =>
  Object.fromEntries(
    ['sma_cross', 'donchian', 'momentum', 'macd', 'rsi_reversion'].flatMap((rule) => [
      [`${rule}.position`, position],
      [`${rule}.t`, t],
      [`${rule}.trades`, 12],
      [`${rule}.hit_rate`, 0.5],
      [`${rule}.expectancy`, 0.001],
    ]),
  );

/** For each analyst: facts whose sign is a direction, so that a mirrored market shows them with the other sign. */
const signed: Record<AnalystName, { values: Values; mirror: (values: Values) => Values }> = {
  'trend-analyst': {
    values: trending,
    mirror: flip(['alignment', 'slope', 'ema_order', 'momentum', 'direction_balance', 'breakout']),
  },
  strategist: {
    values: { ...tested(1, 1.5), 'regime.trend': 0.8, 'regime.range': 0.1, 'regime.name': 'trend-up', alignment: 0.5 },
    mirror: flip([
      'sma_cross.position',
      'donchian.position',
      'momentum.position',
      'macd.position',
      'rsi_reversion.position',
      'alignment',
    ]),
  },
  'chart-analyst': {
    values: {
      'pattern.name': 'double-bottom',
      'pattern.direction': 1,
      'pattern.confidence': 0.8,
      'pattern.hit_rate': 0.7,
      'pattern.base_rate': 0.5,
      'pattern.samples': 40,
      rsi: 28,
      band_position: -0.1,
      adx: 15,
      support_distance: 0.2,
      resistance_distance: 3,
      'similar.matches': 20,
      'similar.rose': 0.7,
    },
    mirror: (values) => ({
      ...flip(['pattern.direction'])(values),
      rsi: 100 - (values.rsi as number),
      band_position: 1 - (values.band_position as number),
      support_distance: values.resistance_distance!,
      resistance_distance: values.support_distance!,
      'similar.rose': 1 - (values['similar.rose'] as number),
    }),
  },
  'news-analyst': { values: { stories: 6, sources: 3, score: 0.4, change: 0.1 }, mirror: flip(['score', 'change']) },
  economist: { values: { releases: 4, surprise_balance: 0.6, carry: 1 }, mirror: flip(['surprise_balance', 'carry']) },
  'risk-analyst': { values: { book_lean: 0.8, volatility_ratio: 1, drawdown: 0 }, mirror: flip(['book_lean']) },
};
function flip(names: string[]) {
  return (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, names.includes(name) ? -(value as number) : value]),
    );
}
const opposite: Record<Direction, Direction> = { long: 'short', flat: 'flat', short: 'long' };
const directionOf = (signal: Signal) => (signal.kind === 'view' ? signal.direction : null);

describe('every judge', () => {
  it.each(analysts)('%s abstains without facts, and says why', (analyst) => {
    const signal = judge(analyst, {});
    expect(signal).toMatchObject({ kind: 'abstention', analyst, evidence: [] });
    expect(signal.rationale.length).toBeGreaterThan(10);
  });

  it.each(analysts)('%s turns round when its facts are mirrored', (analyst) => {
    const { values, mirror } = signed[analyst];
    const [plain, turned] = [judge(analyst, values), judge(analyst, mirror(values))];
    if (plain.kind !== 'view' || turned.kind !== 'view') throw new Error(`${analyst} has no view`);
    expect(turned.direction).toBe(opposite[plain.direction]);
    expect(plain.direction).toBe(analyst === 'risk-analyst' ? 'short' : 'long');
    expect(turned.confidence).toBeCloseTo(plain.confidence, 12);
    expect(turned.expectedMove).toBeCloseTo(-plain.expectedMove, 12);
  });

  it('stays modest: bounded, uncalibrated, citing facts that it was shown, in grounded sentences', () => {
    const extreme = fc.oneof(
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.constantFrom(0, 1, -1, null, true, 'words'),
    );
    for (const analyst of analysts) {
      const names = Object.keys(signed[analyst].values);
      fc.assert(
        fc.property(fc.tuple(...names.map(() => extreme)), (values) => {
          const evidence = shown(analyst, Object.fromEntries(names.map((name, i) => [name, values[i] ?? null])));
          const signal = judges[analyst](evidence);
          expect(signal.evidence.every((id) => evidence.facts[id])).toBe(true);
          if (signal.kind !== 'view') return;
          expect(signal.calibrated).toBe(false);
          expect(signal.confidence).toBeGreaterThanOrEqual(0);
          expect(signal.confidence).toBeLessThanOrEqual(0.9);
          expect(signal.probability).toBeGreaterThanOrEqual(0.5);
          expect(signal.probability).toBeLessThanOrEqual(0.62);
          expect(Number.isFinite(signal.expectedMove)).toBe(true);
          expect(signal.horizon).toEqual({ interval: '1h', bars: HORIZON_BARS });
        }),
        { numRuns: 60 },
      );
    }
  });

  it('says only numbers that are facts', () => {
    for (const analyst of analysts) {
      const evidence = shown(analyst, signed[analyst].values);
      const { rationale } = judges[analyst](evidence);
      expect(isGrounded(rationale, evidence), rationale).toBe(true);
    }
  });

  it('looks as far ahead as the outlooks that it is shown', () => {
    expect(HORIZON_BARS).toBe(HORIZON);
  });
});

describe('mirrored prices', () => {
  it('never give the same direction as the prices themselves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.constantFrom(-0.0003, -0.0001, 0, 0.0001, 0.0003),
        (seed, drift) => {
          const series = plantedSeries({ seed, drift, bars: 300 });
          const [plain, turned] = [situation(factsOf(series)), situation(factsOf(mirrored(series)))];
          for (const analyst of ['strategist', 'chart-analyst', 'trend-analyst'] as const) {
            const [a, b] = [judges[analyst](evidenceOf[analyst](plain)), judges[analyst](evidenceOf[analyst](turned))];
            const [before, after] = [directionOf(a), directionOf(b)];
            // Near a threshold one side may fall silent: candlesticks and levels are not quite symmetric.
            if (before !== null && before !== 'flat' && after !== null && after !== 'flat') {
              const weak = Math.min(...[a, b].map((each) => (each.kind === 'view' ? each.confidence : 0)));
              if (weak > 0.15) expect(after).toBe(opposite[before]);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the trend analyst', () => {
  it('abstains when the timeframes disagree, and is surer the stronger the trend', () => {
    expect(
      judge('trend-analyst', { ...trending, alignment: -0.5, momentum: -1, breakout: -1, ema_order: -0.3 }),
    ).toMatchObject({
      reason: 'timeframes_disagree',
    });
    const [weak, strong] = [15, 45].map((adx) => judge('trend-analyst', { ...trending, adx }));
    if (weak?.kind !== 'view' || strong?.kind !== 'view') throw new Error('no view');
    expect(strong.confidence).toBeGreaterThan(weak.confidence * 2);
  });
});

describe('the strategist', () => {
  it('trusts rules with a record over rules without', () => {
    const mixed = { ...tested(1, -2), 'momentum.position': -1, 'momentum.t': 2.5, 'regime.trend': 0.8 };
    expect(judge('strategist', { ...tested(1, 0), 'regime.trend': 0.8 })).toMatchObject({ direction: 'long' });
    expect(judge('strategist', mixed)).toMatchObject({ direction: 'short' });
  });

  it('follows trend rules in a trend and reversion in a range', () => {
    const split = { ...tested(1, 1), 'rsi_reversion.position': -1, 'macd.position': -1 };
    const inTrend = judge('strategist', { ...split, 'regime.trend': 0.95, 'regime.range': 0.01 });
    const inRange = judge('strategist', { ...split, 'regime.trend': 0.01, 'regime.range': 0.95 });
    expect(inTrend).toMatchObject({ direction: 'long' });
    if (inTrend.kind === 'view' && inRange.kind === 'view' && inRange.direction === 'long') {
      expect(inRange.confidence).toBeLessThan(inTrend.confidence);
    }
  });

  it('stands aside in a crisis', () => {
    expect(judge('strategist', { ...tested(1, 3), 'regime.crisis': 0.8 })).toMatchObject({
      direction: 'flat',
      confidence: 0.8,
    });
  });

  it('stands aside where rules cancel out', () => {
    const split = { ...tested(1, 0), 'momentum.position': -1, 'macd.position': -1, 'rsi_reversion.position': 0 };
    expect(judge('strategist', split)).toMatchObject({ direction: 'flat' });
  });
});

describe('the chart analyst', () => {
  it('gives a formation less weight when its record here is bad', () => {
    const { values } = signed['chart-analyst'];
    const only = Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('pattern')));
    const good = judge('chart-analyst', only);
    expect(good).toMatchObject({ direction: 'long' });
    expect(judge('chart-analyst', { ...only, 'pattern.hit_rate': 0.3 })).toMatchObject({ reason: 'no_setup' });
  });

  it('does not fade a stretched price in a strong trend', () => {
    expect(judge('chart-analyst', { rsi: 85, adx: 15 })).toMatchObject({ direction: 'short' });
    expect(judge('chart-analyst', { rsi: 85, adx: 45 })).toMatchObject({ reason: 'no_setup' });
  });
});

describe('the risk analyst', () => {
  it.each([
    ['volatility far over its median', { volatility_ratio: 3 }],
    ['a wide spread', { spread_to_atr: 0.5 }],
    ['a deep drawdown', { drawdown: 0.1 }],
    ['a release within the hour', { 'event.hours': 0.5, 'event.name': 'USD CPI' }],
    ['a blackout', { blackout: true }],
    ['bad data', { quality: 0.5 }],
  ])('votes to stand aside for %s', (_case, values) => {
    const signal = judge('risk-analyst', values as Values);
    expect(signal).toMatchObject({ kind: 'view', direction: 'flat' });
    expect(signal.rationale).toContain('Better to stand aside');
  });

  it('has no objection on a calm day', () => {
    expect(
      judge('risk-analyst', { volatility_ratio: 1, drawdown: 0.01, quality: 1, spread_to_atr: 0.05 }),
    ).toMatchObject({
      reason: 'no_objection',
    });
  });
});

describe('the news analyst', () => {
  it('needs more than one story to be sure, and never says more than half', () => {
    const [one, many] = [1, 30].map((stories) => judge('news-analyst', { stories, sources: 2, score: 0.6 }));
    if (one?.kind !== 'view' || many?.kind !== 'view') throw new Error('no view');
    expect(one.confidence).toBeLessThan(many.confidence);
    expect(many.confidence).toBeLessThanOrEqual(0.5);
  });

  it('is flat when headlines balance, and silent without any', () => {
    expect(judge('news-analyst', { stories: 5, sources: 2, score: 0.01 })).toMatchObject({ direction: 'flat' });
    expect(judge('news-analyst', { stories: 0, score: null })).toMatchObject({ reason: 'no_news' });
  });
});

describe('the economist', () => {
  it('waits when a big release is due', () => {
    const [calm, before] = [undefined, 3].map((hours) =>
      judge('economist', {
        releases: 4,
        surprise_balance: 0.6,
        ...(hours ? { 'next.hours': hours, 'next.name': 'USD CPI' } : {}),
      }),
    );
    if (calm?.kind !== 'view' || before?.kind !== 'view') throw new Error('no view');
    expect(before.confidence).toBeLessThan(calm.confidence);
    expect(judge('economist', { releases: 0 })).toMatchObject({ reason: 'no_releases' });
    expect(judge('economist', { releases: 2, surprise_balance: 0.01 })).toMatchObject({ direction: 'flat' });
  });
});
