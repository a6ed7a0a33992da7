import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BarSeries, sliceSeries, toSeries } from '../domain/bar.ts';
import { HOUR } from '../domain/time.ts';
import { findStrategy, isStrategyName, parametersOf, strategies, strategyNames, targets } from './index.ts';

/** Hourly bars that close at the given prices and reach one tenth beyond. */
function bars(closes: readonly number[]): BarSeries {
  return toSeries(
    'EURUSD',
    '1h',
    closes.map((close, i) => {
      const open = closes[i - 1] ?? close;
      const [low, high] = [Math.min(open, close) - 0.1, Math.max(open, close) + 0.1];
      const openTime = i * HOUR;
      return { openTime, closeTime: openTime + HOUR, open, high, low, close, volume: 1, receiveTime: openTime + HOUR };
    }),
  );
}

const rising = Array.from({ length: 120 }, (_, i) => 100 + i);
const falling = rising.map((close) => 400 - close);
const flat = rising.map(() => 100);

describe('every strategy', () => {
  const wander = fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 220 })
    .map((steps) => {
      let at = 100;
      return steps.map((step) => {
        at = Math.max(1, at + step);
        return at;
      });
    });

  it.each(strategyNames)('%s decides from the past alone: a longer history never changes an earlier target', (name) => {
    fc.assert(
      fc.property(wander, fc.nat(), (closes, cut) => {
        const series = bars(closes);
        const known = cut % (closes.length + 1);
        const whole = targets(findStrategy(name)!, series);
        expect([...targets(findStrategy(name)!, sliceSeries(series, 0, known))]).toEqual([...whole.subarray(0, known)]);
      }),
      { numRuns: 40 },
    );
  });

  it.each(strategyNames.filter((name) => name !== 'buy-and-hold'))('%s is flat until it is warm', (name) => {
    const series = bars(rising.map((close, i) => close + 5 * Math.sin(i)));
    const warm = strategies[name].warmup();
    expect([...targets(findStrategy(name)!, series).subarray(0, warm)].every((target) => target === 0)).toBe(true);
  });

  it.each(strategyNames.filter((name) => 'shorts' in strategies[name].parameters))(
    '%s stays out where shorts are not allowed',
    (name) => {
      const strategy = findStrategy(name)!;
      fc.assert(
        fc.property(wander, (closes) => {
          expect(targets(strategy, bars(closes), { shorts: 0 })).not.toContain(-1);
        }),
        { numRuns: 20 },
      );
    },
  );
});

describe('trend followers', () => {
  it.each(['sma-cross', 'momentum', 'donchian'] as const)('%s is long in a rise and short in a fall', (name) => {
    expect(targets(findStrategy(name)!, bars(rising)).at(-1)).toBe(1);
    expect(targets(findStrategy(name)!, bars(falling)).at(-1)).toBe(-1);
  });

  it('macd is long in a rise that gathers speed', () => {
    expect(targets(strategies.macd, bars(rising.map((_, i) => 100 + i * i * 0.1))).at(-1)).toBe(1);
  });

  it('the turtle leaves when the short channel breaks against it', () => {
    const turned = [...rising, 216, 213, 210, 206];
    const held = targets(strategies.donchian, bars(turned));
    expect(held[119]).toBe(1);
    expect(held.at(-1)).toBe(0);
  });

  it('a breakout of the bands is followed until the middle', () => {
    const leap = [...flat, 110, 111, 112, 100, 99];
    const held = targets(strategies['bollinger-breakout'], bars(leap));
    expect([...held.slice(-5)]).toEqual([1, 1, 1, 0, 0]);
  });
});

describe('reversion', () => {
  it('buys the fall that the RSI calls oversold and leaves in the recovery', () => {
    const dip = [...rising.slice(0, 40), ...Array.from({ length: 20 }, (_, i) => 138 - 3 * i)];
    const back = Array.from({ length: 20 }, (_, i) => 82 + 3 * i);
    const held = targets(strategies['rsi-reversion'], bars([...dip, ...back]));
    expect(held[dip.length - 1]).toBe(1);
    expect(held.at(-1)).not.toBe(1);
  });

  it('sells a spike above the bands back to the middle', () => {
    const spike = [...flat.map((close, i) => close + Math.sin(i)), 120, 100, 99];
    expect([...targets(strategies['bollinger-reversion'], bars(spike)).slice(-3)]).toEqual([-1, 0, 0]);
  });
});

describe('parameters', () => {
  it('are checked, with the name of the one that is wrong', () => {
    const start = (given: Record<string, number>) => () => findStrategy('sma-cross')!.start(given);
    expect(start({ fast: 1 })).toThrow(/fast must be a whole number from 2/);
    expect(start({ slow: 20.5 })).toThrow(/slow must be a whole number/);
    expect(start({ fast: 50, slow: 50 })).toThrow(/must be below slow/);
    expect(start({ speed: 3 })).toThrow(/no parameter speed/);
  });

  it('are completed with the defaults', () => {
    expect(parametersOf(strategies['sma-cross'], { fast: 5 })).toEqual({ fast: 5, slow: 50, shorts: 1 });
  });

  it('belong to a known strategy', () => {
    expect(isStrategyName('toString')).toBe(false);
    expect(findStrategy('magic')).toBeUndefined();
    expect(targets(strategies['buy-and-hold'], bars(flat))).toEqual(new Int8Array(120).fill(1));
  });
});
