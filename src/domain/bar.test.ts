import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from '../testing/builders.ts';
import { asOfSeries, type BarSeries, countKnown, resample, sliceSeries, toSeries } from './bar.ts';
import { DAY, HOUR, MINUTE, type Timestamp } from './time.ts';

const start = Date.UTC(2025, 5, 16);
const hours = (closes: readonly number[], from: Timestamp = start) => toSeries('EURUSD', '1h', barsOf(closes, from));
const rows = (series: BarSeries) =>
  Array.from({ length: series.length }, (_, i) => [
    series.openTime[i],
    series.open[i],
    series.high[i],
    series.low[i],
    series.close[i],
    series.volume[i],
  ]);
const closes = fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { maxLength: 120 });

describe('what was known', () => {
  it('is every bar that had closed, and not one that was forming', () => {
    const series = hours([1, 2, 3]);
    expect([0, 1, 2, 3, 4].map((hour) => countKnown(series, start + hour * HOUR))).toEqual([0, 1, 2, 3, 3]);
    expect(countKnown(series, start + HOUR - 1)).toBe(0);
    expect(Array.from(asOfSeries(series, start + 2 * HOUR).close)).toEqual([1, 2]);
    expect(Array.from(asOfSeries(series, start + DAY, 2).close)).toEqual([2, 3]);
  });

  it('a slice is a view, cut to what there is', () => {
    const series = hours([1, 2, 3]);
    expect(sliceSeries(series, -5, 99).length).toBe(3);
    expect(sliceSeries(series, 2, 1).length).toBe(0);
    expect(sliceSeries(series, 1, 3).close.buffer).toBe(series.close.buffer);
  });
});

describe('resampling', () => {
  it('takes the first open, the last close, the extremes and the whole volume', () => {
    const day = resample(hours([1.25, 1.5, 1.125, 1.75]), '4h');
    expect(rows(day)).toEqual([[start, 1.25, 1.751, 1.124, 1.75, 400]]);
  });

  it('leaves out the bar that is not complete, and keeps one with a hole', () => {
    expect(resample(hours([1, 2, 3]), '4h').length).toBe(0);
    const holed = toSeries('EURUSD', '1h', [...barsOf([1], start), ...barsOf([4], start + 3 * HOUR)]);
    expect(rows(resample(holed, '4h'))).toMatchObject([[start, 1, 4.001, 0.999, 4, 200]]);
    const nextDay = toSeries('EURUSD', '1h', [...barsOf([1], start), ...barsOf([4], start + 5 * HOUR)]);
    expect(resample(nextDay, '4h').length).toBe(1);
  });

  it('never looks ahead: more bars later change nothing that was complete', () => {
    fc.assert(
      fc.property(closes, fc.nat(), (each, cut) => {
        const series = hours(each);
        const known = asOfSeries(series, start + (cut % 120) * HOUR);
        const early = resample(known, '4h');
        const late = resample(series, '4h');
        expect(rows(sliceSeries(late, 0, early.length))).toEqual(rows(early));
        expect(
          Array.from(early.closeTime).every((close) => known.length > 0 && close <= known.closeTime[known.length - 1]!),
        ).toBe(true);
      }),
    );
  });

  it('keeps every unit of volume of complete bars, and in two steps gives what one gives', () => {
    fc.assert(
      fc.property(closes, (each) => {
        const series = hours(each);
        const fours = resample(series, '4h');
        const total = Array.from(fours.volume).reduce((sum, volume) => sum + volume, 0);
        expect(total).toBe(Math.floor(each.length / 4) * 400);
        expect(rows(resample(fours, '1d'))).toEqual(rows(resample(series, '1d')));
      }),
    );
  });

  it('minutes become weeks by way of any interval', () => {
    const minutes = toSeries(
      'EURUSD',
      '1m',
      barsOf(Array(10).fill(1), start).map((bar, i) => ({
        ...bar,
        openTime: start + i * MINUTE,
        closeTime: start + (i + 1) * MINUTE,
      })),
    );
    expect(resample(minutes, '5m').length).toBe(2);
    expect(resample(minutes, '1w').length).toBe(0);
  });
});
