import { describe, expect, it } from 'vitest';
import { ago, amount, money, percent, price, readable, signed, signedMoney, signedPercent, utc } from './format.ts';

describe('numbers for reading', () => {
  it('show money in its currency, with a real minus and no sign on nothing', () => {
    expect(money('99964.433')).toBe('$99,964.43');
    expect(money('12.5', 'EUR')).toBe('€12.50');
    expect(signedMoney('-4.889')).toBe('−$4.89');
    expect(signedMoney('126.3')).toBe('+$126.30');
    expect(signedMoney('0.001')).toBe('$0.00');
    expect([money(null), signedMoney(undefined), price(null), amount(undefined), percent(null)]).toEqual(
      Array(5).fill('–'),
    );
  });

  it.each([
    ['1.22793', '1.22793'],
    ['150.043', '150.043'],
    ['121784.5', '121,784.50'],
    [0.00001234, '0.00001234'],
  ])('show the price %s as %s', (value, text) => expect(price(value)).toBe(text));

  it('show quantities, shares and convictions', () => {
    expect(amount('137000')).toBe('137,000');
    expect(amount(-46_259.15)).toBe('−46,259.15');
    expect(percent(0.5344, 1)).toBe('53.4%');
    expect(signedPercent(-0.0004)).toBe('−0.04%');
    expect([signed(0.18), signed(-0.31)]).toEqual(['+0.18', '−0.31']);
  });
});

describe('times for reading', () => {
  it('are UTC, to the minute or the second', () => {
    expect(utc('2025-06-18T14:00:05.123Z')).toBe('2025-06-18 14:00');
    expect(utc('2025-06-18T14:00:05.123Z', true)).toBe('2025-06-18 14:00:05');
    expect(utc(null)).toBe('–');
  });

  it.each([
    [20, 'just now'],
    [120, '2 min ago'],
    [7_300, '2 h ago'],
    [200_000, '2 d ago'],
  ])('%i seconds ago is "%s"', (seconds, text) => {
    const now = Date.UTC(2025, 5, 18, 14);
    expect(ago(new Date(now - seconds * 1_000).toISOString(), now)).toBe(text);
  });
});

describe('the server’s sentences', () => {
  it('are shown without machine times and without nine decimals', () => {
    expect(readable('The market is closed. It opens at 2026-11-22T22:00:00.000Z.')).toBe(
      'The market is closed. It opens at 2026-11-22 22:00 UTC.',
    );
    expect(readable('worth 19805.354184 USD, within 99953.923562884')).toBe('worth 19805.35 USD, within 99953.92');
    expect(readable('Distance is 0.0325741999, price 1.22793')).toBe('Distance is 0.032574, price 1.22793');
  });
});
