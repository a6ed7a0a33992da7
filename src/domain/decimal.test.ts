import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  amountOf,
  convert,
  divideRounded,
  formatAmount,
  greatest,
  least,
  type Money,
  money,
  notional,
  ONE,
  parseAmount,
  price,
  quantity,
  rate,
  roundToStep,
  scale,
  subtract,
  sum,
  toNumber,
  zero,
} from './decimal.ts';

const amounts = fc.bigInt(-(10n ** 30n), 10n ** 30n).map((each) => each as Money);

describe('an exact amount', () => {
  it('reads back what it writes, whatever its size', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(parseAmount(formatAmount(amount))).toBe(amount);
      }),
    );
  });

  it('writes the shortest text, never an exponent or a minus zero', () => {
    expect(['1.50', '-0.000', '+7', '0.000000001', '1000000000000'].map((text) => formatAmount(money(text)))).toEqual([
      '1.5',
      '0',
      '7',
      '0.000000001',
      '1000000000000',
    ]);
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(formatAmount(amount)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  it.each(['', ' ', '1e5', '1,000', '.5', '1.', '0.0000000001', '1 000', '--1', 'NaN', '0x10', '١'])(
    'refuses "%s"',
    (text) => {
      expect(() => money(text)).toThrow('not a decimal number');
    },
  );

  it('comes from an observed number to the nearest billionth, and not from what is no number', () => {
    expect(formatAmount(amountOf<Money>(1.1))).toBe('1.1');
    expect(formatAmount(amountOf<Money>(-0.1))).toBe('-0.1');
    expect(formatAmount(amountOf<Money>(123_456_789.12345679))).toMatch(/^123456789\.1234567/);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1e16]) expect(() => amountOf(bad)).toThrow('amount');
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(Math.abs(toNumber(amountOf<Money>(value)) - value)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it('multiplies prices, quantities and rates without drift', () => {
    expect(formatAmount(notional(price('1.10005'), quantity('9000')))).toBe('9900.45');
    expect(formatAmount(convert(notional(price('150'), quantity('1000')), rate('0.006666667')))).toBe('1000.00005');
    expect(formatAmount(scale(money('100000'), 0.015))).toBe('1500');
  });

  it('adds, subtracts and compares as whole numbers do', () => {
    const [a, b] = [money('0.1'), money('0.2')];
    expect(add(a, b)).toBe(money('0.3'));
    expect(subtract(a, b)).toBe(money('-0.1'));
    expect([least(a, b), greatest(a, b), sum([a, b, a]), absolute(money('-2')), zero<Money>()]).toEqual([
      a,
      b,
      money('0.4'),
      money('2'),
      0n,
    ]);
  });
});

describe('rounding', () => {
  it('goes half to even, so that many conversions do not drift one way', () => {
    expect([5n, 15n, 25n, 35n, -5n, -15n].map((each) => divideRounded(each, 10n))).toEqual([0n, 2n, 2n, 4n, 0n, -2n]);
    expect(() => divideRounded(1n, 0n)).toThrow('zero');
  });

  it('is never off by more than half, and exact where it can be', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 12n), (a, b) => {
        const error = divideRounded(a, b) * b - a;
        expect((error < 0n ? -error : error) * 2n).toBeLessThanOrEqual(b);
        expect(divideRounded(a * b, b)).toBe(a);
      }),
    );
  });

  it('to a step lands on the grid, on the side that was asked for', () => {
    const tick = price('0.05');
    expect(
      (['down', 'up', 'nearest'] as const).map((way) => formatAmount(roundToStep(price('1.13'), tick, way))),
    ).toEqual(['1.1', '1.15', '1.15']);
    expect(formatAmount(roundToStep(price('-1.13'), tick, 'down'))).toBe('-1.1');
    expect(formatAmount(roundToStep(price('-1.13'), tick, 'up'))).toBe('-1.15');
    expect(() => roundToStep(tick, zero(), 'down')).toThrow('positive');
    fc.assert(
      fc.property(
        amounts,
        fc.bigInt(1n, ONE),
        fc.constantFrom('down' as const, 'up' as const, 'nearest' as const),
        (amount, step, way) => {
          const rounded = roundToStep(amount, step as Money, way);
          expect(rounded % step).toBe(0n);
          const moved = rounded - amount;
          expect(moved < 0n ? -moved : moved).toBeLessThan(step);
          if (way === 'down') expect(absolute(rounded)).toBeLessThanOrEqual(absolute(amount));
          if (way === 'up') expect(absolute(rounded)).toBeGreaterThanOrEqual(absolute(amount));
        },
      ),
    );
  });
});
