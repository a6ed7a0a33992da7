import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, decodeJson, encodeJson, toPlain } from './canonical.ts';
import { money } from './decimal.ts';

const values = fc.jsonValue({ maxDepth: 4 });

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of its keys', () => {
    expect(canonicalJson({ b: 1, a: [true, null, { d: undefined, c: 'x' }] })).toBe(
      '{"a":[true,null,{"c":"x"}],"b":1}',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), (each) => {
        expect(canonicalJson(Object.fromEntries(Object.entries(each).reverse()))).toBe(canonicalJson(each));
      }),
    );
  });

  it('survives a trip through ordinary JSON unchanged', () => {
    fc.assert(
      fc.property(values, (each) => {
        expect(canonicalJson(JSON.parse(JSON.stringify(each)))).toBe(canonicalJson(each));
      }),
    );
  });

  it('writes amounts as decimal text and minus zero as zero', () => {
    expect(canonicalJson({ cash: money('1.50'), none: -0, gone: undefined, list: [undefined] })).toBe(
      '{"cash":"1.5","list":[null],"none":0}',
    );
  });

  it('refuses what JSON would silently change', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x'), { deep: [Number.NaN] }, undefined]) {
      expect(() => canonicalJson(bad)).toThrow(TypeError);
    }
  });
});

describe('journal JSON', () => {
  it('gives amounts back as amounts, and everything else as it was', () => {
    const amounts = fc.bigInt(-(10n ** 25n), 10n ** 25n);
    fc.assert(
      fc.property(amounts, values, (amount, rest) => {
        const value = { amount, list: [amount, { amount }], rest: JSON.parse(JSON.stringify(rest)) };
        expect(decodeJson(encodeJson(value))).toEqual(value);
      }),
    );
  });

  it('the plain form has text where there were amounts', () => {
    expect(toPlain({ cash: money('2.5'), orders: [{ size: money('1') }], gone: undefined })).toEqual({
      cash: '2.5',
      orders: [{ size: '1' }],
    });
  });
});
