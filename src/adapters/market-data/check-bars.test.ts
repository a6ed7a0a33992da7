import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { requireInstrument } from '../../domain/instruments.ts';
import { HOUR, type Interval, intervalMs, parseTime, toIso } from '../../domain/time.ts';
import { needsShared, sharedBytes, sharedJson } from '../../testing/shared.ts';
import { sessionCalendar } from '../calendar/sessions.ts';
import { checkBars } from './check-bars.ts';
import { readBarsFile } from './file.ts';
import { simulatedMarket } from './simulated/provider.ts';

const world = simulatedMarket({ clock: { now: () => 0, sleep: async () => {} } });
const start = parseTime('2025-06-09T00:00:00Z');
const sound = (symbol = 'EURUSD', interval: Interval = '1h', count = 60): Bar[] => {
  const to = start + 3 * count * intervalMs[interval];
  return world.barsAt(requireInstrument(symbol), interval, start, to, to).slice(0, count);
};
const check = (bars: Bar[], symbol = 'EURUSD', interval: Interval = '1h') =>
  checkBars(bars, { instrument: requireInstrument(symbol), interval, calendar: sessionCalendar });
const flagsAt = (bars: Bar[]) => check(bars).defects.map((each) => [each.flag, each.at]);

/** Sixty sound bars with bar 30 changed. */
const spoil = (change: Partial<Bar>) => sound().map((bar, i) => (i === 30 ? { ...bar, ...change } : bar));

describe('checkBars', () => {
  it('accepts sound bars untouched', () => {
    const bars = sound();
    expect(check(bars)).toEqual({
      accepted: bars,
      defects: [],
      gaps: [],
      splits: [],
      dividends: [],
      quality: { score: 1, flags: [], stale: false, checkedBars: 60, rejectedBars: 0 },
    });
    expect(check([]).quality.score).toBe(0);
  });

  it('finds nothing wrong with weeks of simulated bars of any kind', () => {
    for (const [symbol, interval] of [
      ['BTCUSDT', '5m'],
      ['AAPL', '15m'],
      ['XAUUSD', '4h'],
      ['SPX', '1d'],
      ['TSLA', '1m'],
    ] as const) {
      const { defects, gaps } = check(sound(symbol, interval, 800), symbol, interval);
      expect([symbol, defects, gaps]).toEqual([symbol, [], []]);
    }
  });

  it.each<[string, Partial<Bar>, string]>([
    ['a zero close', { close: 0 }, 'not-positive'],
    ['a negative low', { low: -1.1 }, 'not-positive'],
    ['a price that is no number', { open: Number.NaN }, 'not-positive'],
    ['a negative volume', { volume: -5 }, 'not-positive'],
    ['a high below its close', { high: 1.0 }, 'bounds'],
    ['a low above its open', { low: 2 }, 'bounds'],
    ['prices a hundred times too large', { open: 115, high: 116, low: 114, close: 115.5 }, 'wrong-scale'],
    ['prices in points', { open: 115000, high: 116000, low: 114000, close: 115500 }, 'wrong-scale'],
    ['a close far off', { close: 1.3, high: 1.3 }, 'spike'],
    ['a wick far off', { high: 1.9 }, 'spike'],
  ])('sets %s apart', (_, change, flag) => {
    const { accepted, defects, quality } = check(spoil(change));
    expect(defects).toMatchObject([{ flag, at: toIso(sound()[30]!.openTime) }]);
    expect(accepted).toHaveLength(59);
    expect(quality.flags).toContain(flag);
    expect(quality).toMatchObject({ checkedBars: 60, rejectedBars: 1 });
    expect(quality.score).toBeLessThan(1);
  });

  it('sets duplicates and bars out of order apart, not their neighbours', () => {
    const bars = sound();
    const twice = [...bars.slice(0, 31), bars[30]!, ...bars.slice(31)];
    expect(flagsAt(twice)).toEqual([['duplicate', toIso(bars[30]!.openTime)]]);
    const late = [...bars.slice(0, 10), ...bars.slice(11, 40), bars[10]!, ...bars.slice(40)];
    expect(flagsAt(late)).toEqual([['out-of-order', toIso(bars[10]!.openTime)]]);
    const ahead = spoil({ openTime: bars[30]!.openTime + 3 * HOUR });
    expect(flagsAt(ahead)).toEqual([['out-of-order', toIso(bars[33]!.openTime)]]);
  });

  it('knows a gap from a weekend, a night and a holiday', () => {
    const bars = sound();
    const { gaps, quality, defects } = check([...bars.slice(0, 20), ...bars.slice(25)]);
    expect(gaps).toEqual([{ from: bars[19]!.closeTime, to: bars[25]!.openTime, missing: 5 }]);
    expect([quality.flags, defects]).toEqual([['gap'], []]);
    expect(quality.score).toBeLessThan(0.65);
    const christmas = parseTime('2025-12-22');
    const holidays = world.barsAt(
      requireInstrument('EURUSD'),
      '1h',
      christmas,
      christmas + 14 * 24 * HOUR,
      christmas + 30 * 24 * HOUR,
    );
    expect(check(holidays).gaps).toEqual([]);
    expect(check(sound('AAPL', '1h', 200), 'AAPL').gaps).toEqual([]);
  });

  it('does not take a lasting move for a spike', () => {
    const bars = sound().map((bar, i) => {
      const factor = i < 30 ? 1 : 1.2;
      return {
        ...bar,
        open: bar.open * factor,
        high: bar.high * factor,
        low: bar.low * factor,
        close: bar.close * factor,
      };
    });
    expect(check(bars).defects).toEqual([]);
  });

  it('takes a flash crash that leaves its mark for one, but not a wick that leaves none', () => {
    const bars = sound();
    const crash = (kept: number) =>
      bars.map((bar, i) => {
        const scale = i < 30 ? 1 : 1 - 0.09 * kept;
        const [open, high, low, close] = [
          bar.open * (i === 30 ? 1 : scale),
          bar.high,
          bar.low * scale,
          bar.close * scale,
        ];
        return i === 30
          ? { ...bar, open, high, low: bar.low * 0.91, close }
          : { ...bar, open, high: high * scale, low, close };
      });
    expect(check(crash(0.25)).defects).toEqual([]);
    expect(flagsAt(crash(0))).toEqual([['spike', toIso(bars[30]!.openTime)]]);
  });

  it('gives single trades before the opening more room than those of the session', () => {
    const bars = sound('AAPL', '1h', 60);
    const high = (hours: number, times: number) =>
      bars.map((bar, i) => {
        if (i !== 30) return bar;
        const openTime = parseTime('2025-06-17T00:00:00Z') + hours * HOUR;
        return { ...bar, openTime, closeTime: openTime + HOUR, high: bar.high * times };
      });
    const inOrder = (some: Bar[]) => some.toSorted((a, b) => a.openTime - b.openTime);
    const told = (some: Bar[]) => check(inOrder(some), 'AAPL').defects.filter((each) => each.flag === 'spike').length;
    expect(told(high(8, 1.2))).toBe(0);
    expect(told(high(8, 1.6))).toBe(1);
    expect(told(bars.map((bar, i) => (i === 30 ? { ...bar, high: bar.high * 1.2 } : bar)))).toBe(1);
  });

  it('passes over what a person accepted, but over nothing else', () => {
    const bars = spoil({ high: 1.9 });
    const context = { instrument: requireInstrument('EURUSD'), interval: '1h' as const, calendar: sessionCalendar };
    const accepting = (openTime: number) => checkBars(bars, { ...context, overruled: new Set([openTime]) }).defects;
    expect(accepting(bars[30]!.openTime)).toEqual([]);
    expect(accepting(bars[29]!.openTime)).toHaveLength(1);
    const zero = spoil({ close: 0 });
    const overruled = new Set(zero.map((each) => each.openTime));
    expect(checkBars(zero, { ...context, overruled }).defects).toHaveLength(1);
  });

  it('finds runs at another scale, and tells a change that stays by what is most', () => {
    const scaled = (from: number, to: number) =>
      sound().map((bar, i) => {
        const times = i >= from && i < to ? 100 : 1;
        return {
          ...bar,
          open: bar.open * times,
          high: bar.high * times,
          low: bar.low * times,
          close: bar.close * times,
        };
      });
    const flags = (some: Bar[]) => new Set(check(some).defects.map((each) => each.flag));
    expect(flags(scaled(20, 45))).toEqual(new Set(['wrong-scale']));
    expect(check(scaled(20, 45)).defects).toHaveLength(25);
    expect(check(scaled(40, 60)).defects.map((each) => each.at)).toEqual(
      sound()
        .slice(40)
        .map((bar) => toIso(bar.openTime)),
    );
    expect(check(scaled(20, 60)).accepted[0]!.close).toBeGreaterThan(100);
  });

  it('does not take the usual wicks of a peg for spikes, but still a wild one', () => {
    const peg = sound('BTCUSDT').map((bar) => ({ ...bar, open: 1, high: 1.008, low: 0.992, close: 1 }));
    expect(check(peg, 'BTCUSDT').defects).toEqual([]);
    const wild = peg.map((bar, i) => (i === 30 ? { ...bar, high: 2.5 } : bar));
    expect(check(wild, 'BTCUSDT').defects.map((each) => each.flag)).toEqual(['spike']);
  });

  it('never loses a bar: each is accepted or a defect', () => {
    const price = fc.double({ min: -1, max: 3, noNaN: false });
    const anyBar = fc.record({
      open: price,
      high: price,
      low: price,
      close: price,
      volume: price,
      step: fc.integer({ min: -3, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(anyBar, { maxLength: 60 }), (rows) => {
        const bars = rows.map(({ step, ...prices }, i) => {
          const openTime = start + (i + step) * HOUR;
          return { ...prices, openTime, closeTime: openTime + HOUR, receiveTime: openTime + HOUR };
        });
        const { accepted, defects, quality } = check(bars);
        expect(accepted.length + defects.length).toBe(bars.length);
        expect(quality.score >= 0 && quality.score <= 1).toBe(true);
        for (let i = 1; i < accepted.length; i++)
          expect(accepted[i]!.openTime).toBeGreaterThan(accepted[i - 1]!.openTime);
      }),
    );
  });
});

describe.skipIf(!needsShared('the dirty files', 'data/dirty/derived'))('files with known defects', () => {
  interface Truth {
    kind: string;
    time?: string;
  }
  // What a check can see: these change a bar's own values. The others are a reader's or a calendar's matter.
  const visible = ['zero_close', 'negative_low', 'high_below_low', 'close_above_high', 'spike_100x', 'negative_volume'];

  it.each([
    ['EURUSD', 'EURUSD_5m_dirty_1', 3],
    ['USDJPY', 'USDJPY_5m_dirty_2', 0],
  ])('%s: every injected defect is found and its clean twin passes', (symbol, name, hours) => {
    const read = (file: string) =>
      readBarsFile(sharedBytes('data/dirty/derived', file), {
        symbol,
        interval: '5m',
        receiveTime: 0,
        timeZone: `+0${hours}:00`,
      });
    const dirty = read(`${name}.csv`);
    const checked = check(dirty.bars, symbol, '5m');
    const truths = sharedJson<Truth[]>('data/dirty/derived', `${name}.defects.json`);
    const found = new Set(checked.defects.map((each) => each.at));
    for (const { kind, time } of truths.filter((each) => visible.includes(each.kind))) {
      const at = toIso(parseTime(time!) - hours * HOUR);
      expect(found.has(at), `${kind} at ${at}`).toBe(true);
    }
    expect(dirty.defects).toHaveLength(4);
    expect(checked.gaps.some((gap) => gap.missing === 9)).toBe(true);
    expect(checked.quality.flags).toEqual(expect.arrayContaining(['duplicate', 'out-of-order']));
    const clean = check(read(`${name}.clean.csv`).bars, symbol, '5m');
    expect([clean.defects, clean.gaps, clean.accepted.length]).toEqual([[], [], 600]);
  });

  it('reads German headers in an old encoding, and four spellings of one time axis', () => {
    const german = readBarsFile(sharedBytes('data/dirty/derived/EURUSD_1h_european_format.csv'), {
      symbol: 'EURUSD',
      receiveTime: 0,
    });
    expect(german.bars).toHaveLength(72);
    expect(german.bars[0]).toMatchObject({ open: 1.07975, close: 1.07958, volume: 856 });
    const mixed = readBarsFile(sharedBytes('data/dirty/derived/EURUSD_1h_mixed_time_formats.csv'), {
      symbol: 'EURUSD',
      receiveTime: 0,
    });
    expect(mixed.bars).toHaveLength(72);
    const { defects } = check(mixed.bars);
    expect(defects).toEqual([]);
  });
});

describe('a split that nobody took out', () => {
  const AAPL = requireInstrument('AAPL');
  const days = (closes: number[]) =>
    closes.map((close, i): Bar => {
      const openTime = Date.UTC(2020, 7, 3) + (i + 2 * Math.floor(i / 5)) * 86_400_000;
      const prices = { open: close * 1.001, high: close * 1.01, low: close * 0.99, close, volume: 100 };
      return { openTime, closeTime: openTime + 86_400_000, ...prices, receiveTime: 0 };
    });
  const before = [440, 438, 445, 452, 455, 460, 458, 466, 472, 480];
  const after = [129, 134, 131, 127, 121, 124, 126, 122, 119, 121];
  const check = (bars: Bar[], actions: CorporateAction[] = []) =>
    checkBars(bars, { instrument: AAPL, interval: '1d', calendar: sessionCalendar, actions });
  const bars = days([...before, ...after]);
  const at = bars[10]!.openTime;

  it('is flagged with its ratio, and quality falls, but no bar is set apart', () => {
    const checked = check(days([...before, ...after.map((close) => close * (480 / 129 / 4))]));
    expect(checked.splits).toMatchObject([{ at, ratio: 4 }]);
    expect(checked.quality).toMatchObject({ score: 0.4, flags: ['unadjusted-split'] });
    expect(checked.defects).toEqual([]);
  });

  it('is none when an action explains it, or when the price comes back', () => {
    const split: CorporateAction = {
      ...{ id: 's', symbol: 'AAPL', kind: 'split', ratio: 4, effectiveTime: at, eventTime: at },
      ...{ receiveTime: 0, source: 'test' },
    };
    const jumped = days([...before, ...after.map((close) => close * (480 / 129 / 4))]);
    expect(check(jumped, [split]).splits).toEqual([]);
    expect(check(days([...before, 120, ...before.map((close) => close + 20)])).splits).toEqual([]);
  });

  it.skipIf(!needsShared('raw days of AAPL', 'data', 'ohlcv', 'equity'))(
    'is found in raw days of AAPL, each one',
    () => {
      const file = sharedBytes('data', 'ohlcv', 'equity', 'AAPL_1d_lean_raw_1998-2021.csv.gz');
      const { splits } = check(readBarsFile(file, { symbol: 'AAPL', receiveTime: 0 }).bars);
      expect(splits.map((each) => [new Date(each.at).toISOString().slice(0, 10), each.ratio])).toEqual([
        ['2000-06-21', 2],
        ['2005-02-28', 2],
        ['2014-06-09', 7],
        ['2020-08-31', 4],
      ]);
      const adjusted = sharedBytes('data', 'ohlcv', 'equity', 'AAPL_1d_adj_2010-2025.csv.gz');
      expect(check(readBarsFile(adjusted, { symbol: 'AAPL', receiveTime: 0 }).bars).splits).toEqual([]);
    },
  );
});
