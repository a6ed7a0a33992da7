import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barClose, barOpen, DAY, HOUR, intervalMs, intervals, parseInterval, parseTime, toIso } from './time.ts';

const times = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2100, 0, 1) });

describe('a time', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(parseTime(toIso(time))).toBe(time);
      }),
    );
  });

  it('is UTC unless it says otherwise', () => {
    const noon = Date.UTC(2025, 5, 18, 12);
    expect(
      [
        '2025-06-18T12:00',
        '2025-06-18 12:00:00',
        '2025-06-18T14:00:00+02:00',
        '2025-06-18T12:00:00.000Z',
        ' 2025-06-18T08:00-0400 ',
      ].map(parseTime),
    ).toEqual(Array(5).fill(noon));
    expect(parseTime('2025-06-18')).toBe(Date.UTC(2025, 5, 18));
  });

  it.each(['2025-02-30', '2025-13-01', '18.06.2025', 'yesterday', '', '2025-06-18T25:00', '2025-6-1', '20250618'])(
    'refuses "%s" with an example',
    (text) => {
      expect(() => parseTime(text)).toThrow('is not a time');
    },
  );
});

describe('an interval', () => {
  it.each([
    ['60min', '1h'],
    ['1H', '1h'],
    ['H1', '1h'],
    ['hourly', '1h'],
    ['1Hour', '1h'],
    ['60', '1h'],
    ['M15', '15m'],
    ['15T', '15m'],
    ['240', '4h'],
    ['D1', '1d'],
    ['daily', '1d'],
    ['7d', '1w'],
    ['W1', '1w'],
    ['1M', '1M'],
    ['1mo', '1M'],
    ['monthly', '1M'],
    ['MN1', '1M'],
    ['1m', '1m'],
  ])('%s is %s', (spelled, interval) => expect(parseInterval(spelled)).toBe(interval));

  it.each(['2h', '0m', 'x', '', '1y', '3M', '-1h', '1.5h'])('"%s" is none of ours', (spelled) => {
    expect(() => parseInterval(spelled)).toThrow('is not an interval');
  });
});

describe('bars of an interval', () => {
  it('cover every moment exactly once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...intervals), times, (interval, time) => {
        const open = barOpen(interval, time);
        const close = barClose(interval, open);
        expect(open).toBeLessThanOrEqual(time);
        expect(close).toBeGreaterThan(time);
        expect(barOpen(interval, open)).toBe(open);
        expect(barOpen(interval, close)).toBe(close);
        if (interval !== '1M') expect(close - open).toBe(intervalMs[interval]);
      }),
    );
  });

  it('weeks open on Monday, months on the first, whatever their length', () => {
    expect(toIso(barOpen('1w', Date.UTC(2025, 5, 18)))).toBe('2025-06-16T00:00:00.000Z');
    expect(barClose('1M', Date.UTC(2024, 1, 1)) - Date.UTC(2024, 1, 1)).toBe(29 * DAY);
    expect(barClose('1M', Date.UTC(2025, 11, 1))).toBe(Date.UTC(2026, 0, 1));
    expect(barOpen('4h', Date.UTC(2025, 5, 18, 7, 59))).toBe(Date.UTC(2025, 5, 18) + 4 * HOUR);
  });
});
