import { describe, expect, it } from 'vitest';
import type { Bar } from '../domain/bar.ts';
import { barClose, DAY, HOUR, type Interval } from '../domain/time.ts';
import type { Stores } from '../ports/store.ts';

/** Monday 2025-06-16 00:00 UTC. */
const START = Date.UTC(2025, 5, 16);
let counter = 0;
/** Tests share one database, so each takes names of its own. */
const fresh = (prefix: string) => `${prefix}-${++counter}`;

/** `count` hourly bars from START, received a second after they closed unless told otherwise. */
export function hourlyBars(count: number, from = START, change: Partial<Bar> = {}): Bar[] {
  return Array.from({ length: count }, (_, i) => {
    const openTime = from + i * HOUR;
    const close = 1.1 + i / 10_000;
    const closeTime = barClose('1h', openTime);
    const prices = { open: close - 0.0001, high: close + 0.0003, low: close - 0.0004, close, volume: 1_000 + i };
    return { openTime, closeTime, ...prices, receiveTime: closeTime + 1_000, ...change };
  });
}

const key = (symbol: string, interval: Interval = '1h', source = 'mt5') => ({ symbol, interval, source });
const ALL = { asOf: START + 1_000 * DAY, limit: 10_000 };

/** What every store of bars must do. */
export function barStoreContract(stores: () => Stores) {
  describe('bars', () => {
    it('come back exactly, oldest first', async () => {
      const symbol = fresh('EURUSD');
      const bars = hourlyBars(50, START, { backfilled: true });
      bars[7]!.volume = 1 / 3;
      await stores().bars.write({ ...key(symbol), simulated: false, bars: bars.toReversed() });
      expect(await stores().bars.read({ ...key(symbol), ...ALL })).toEqual(bars);
    });

    it('are known only from their close on, and the last ones are given', async () => {
      const symbol = fresh('EURUSD');
      await stores().bars.write({ ...key(symbol), simulated: false, bars: hourlyBars(10) });
      const asOf = START + 5 * HOUR;
      const seen = await stores().bars.read({ ...key(symbol), asOf, limit: 3 });
      expect(seen.map((bar) => bar.closeTime)).toEqual([3, 4, 5].map((n) => START + n * HOUR));
      expect(await stores().bars.read({ ...key(symbol), asOf: asOf - 1, limit: 1 })).toHaveLength(1);
      const from = START + 4 * HOUR;
      expect(await stores().bars.read({ ...key(symbol), asOf, from, limit: 9 })).toHaveLength(1);
      expect(await stores().bars.read({ ...key(symbol), asOf, limit: 0 })).toEqual([]);
    });

    it('written twice change nothing', async () => {
      const symbol = fresh('EURUSD');
      const bars = hourlyBars(5);
      expect(await stores().bars.write({ ...key(symbol), simulated: false, bars })).toEqual({ written: 5 });
      const again = bars.map((bar) => ({ ...bar, receiveTime: bar.receiveTime + DAY }));
      expect(await stores().bars.write({ ...key(symbol), simulated: false, bars: again })).toEqual({ written: 0 });
      expect(await stores().bars.read({ ...key(symbol), ...ALL })).toEqual(bars);
    });

    it('that were corrected show the old value to whoever asks what was known before', async () => {
      const symbol = fresh('EURUSD');
      const bars = hourlyBars(3);
      await stores().bars.write({ ...key(symbol), simulated: false, bars });
      const corrected = { ...bars[1]!, high: 1.2, receiveTime: START + 2 * DAY };
      await stores().bars.write({ ...key(symbol), simulated: false, bars: [corrected] });
      const now = await stores().bars.read({ ...key(symbol), ...ALL });
      expect(now.map((bar) => bar.high)).toEqual([bars[0]!.high, 1.2, bars[2]!.high]);
      const then = await stores().bars.read({ ...key(symbol), ...ALL, knownAt: START + DAY });
      expect(then).toEqual(bars);
      expect(await stores().bars.read({ ...key(symbol), ...ALL, knownAt: START })).toEqual([]);
      expect(await stores().bars.coverage(symbol)).toMatchObject([{ bars: 3 }]);
    });

    it('corrected back to the first value are a third version', async () => {
      const symbol = fresh('EURUSD');
      const [bar] = hourlyBars(1);
      for (const [hours, high] of [
        [0, 1.3],
        [1, 1.4],
        [2, 1.3],
      ] as const) {
        const version = { ...bar!, high, receiveTime: bar!.receiveTime + hours * HOUR };
        await stores().bars.write({ ...key(symbol), simulated: false, bars: [version] });
      }
      expect((await stores().bars.read({ ...key(symbol), ...ALL }))[0]!.high).toBe(1.3);
      const between = bar!.receiveTime + 1.5 * HOUR;
      expect((await stores().bars.read({ ...key(symbol), ...ALL, knownAt: between }))[0]!.high).toBe(1.4);
    });

    it('of two sources, or real and simulated, are never mixed', async () => {
      const symbol = fresh('EURUSD');
      await stores().bars.write({ ...key(symbol), simulated: false, bars: hourlyBars(2) });
      const simulated = key(symbol, '1h', 'simulated');
      await stores().bars.write({ ...simulated, simulated: true, bars: hourlyBars(4) });
      expect(await stores().bars.read({ ...key(symbol), ...ALL })).toHaveLength(2);
      expect(await stores().bars.read({ ...key(symbol, '4h'), ...ALL })).toEqual([]);
      const coverage = await stores().bars.coverage(symbol);
      expect(coverage).toEqual([
        { ...key(symbol), simulated: false, bars: 2, from: START, to: START + 2 * HOUR },
        { ...simulated, simulated: true, bars: 4, from: START, to: START + 4 * HOUR },
      ]);
      expect((await stores().bars.coverage()).length).toBeGreaterThanOrEqual(2);
    });

    it('are counted once, whatever order they came in', async () => {
      const symbol = fresh('EURUSD');
      const bars = hourlyBars(30);
      for (const [first, last] of [
        [10, 20],
        [0, 12],
        [15, 30],
      ] as const) {
        await stores().bars.write({ ...key(symbol), simulated: false, bars: bars.slice(first, last) });
      }
      const corrected = bars.slice(3, 5).map((bar) => ({ ...bar, high: 1.5, receiveTime: START + DAY }));
      await stores().bars.write({ ...key(symbol), simulated: false, bars: corrected });
      const range = { from: START, to: START + 30 * HOUR };
      expect(await stores().bars.coverage(symbol)).toEqual([{ ...key(symbol), simulated: false, bars: 30, ...range }]);
    });

    it('of years fit in one write', async () => {
      const symbol = fresh('EURUSD');
      const bars = hourlyBars(25_000);
      expect(await stores().bars.write({ ...key(symbol), simulated: false, bars })).toEqual({ written: 25_000 });
      const read = await stores().bars.read({ ...key(symbol), asOf: START + 10_000 * DAY, limit: 30_000 });
      expect(read).toHaveLength(25_000);
      expect(read.at(-1)).toEqual(bars.at(-1));
    });

    it('that failed a check lie apart, with the reason, once', async () => {
      const symbol = fresh('EURUSD');
      const defect = { flag: 'spike' as const, at: '2025-06-16T03:00:00.000Z', row: 4, reason: 'High is 40 % off.' };
      const nameless = { flag: 'bounds' as const, at: 'row with \0 in it', reason: 'Low above high.' };
      await stores().bars.quarantine(symbol, '1h', 'mt5', [defect, nameless]);
      await stores().bars.quarantine(symbol, '1h', 'mt5', [defect]);
      const kept = await stores().bars.quarantined(symbol, 10);
      expect(kept).toHaveLength(2);
      expect(kept).toContainEqual(expect.objectContaining({ ...defect, interval: '1h', source: 'mt5' }));
      expect(await stores().bars.quarantined(symbol, 1)).toHaveLength(1);
    });

    it('keep the raw values of a rejected bar, and what a person made of it', async () => {
      const symbol = fresh('EURUSD');
      const at = '2025-06-16T03:00:00.000Z';
      const openTime = Date.parse(at);
      const times = { openTime, closeTime: openTime + 3_600_000, receiveTime: openTime + 3_600_005 };
      const bar = { ...times, open: 1.1, high: 1.9, low: Number.NaN, close: 1.1, volume: 7 };
      const repair = { rule: 'high x 0.1', bar: { ...bar, high: 0.19, low: 0.1 } };
      const bare = { flag: 'spike' as const, at, reason: 'High is far off.' };
      await stores().bars.quarantine(symbol, '1h', 'mt5', [bare]);
      await stores().bars.quarantine(symbol, '1h', 'mt5', [{ ...bare, bar, repair }]);
      await stores().bars.quarantine(symbol, '1h', 'mt5', [{ ...bare, bar: { ...bar, open: 5 } }]);
      const id = `1h/mt5/${at}/spike`;
      expect(await stores().bars.quarantined(symbol, 10, id)).toMatchObject([{ ...bare, id, bar, repair }]);
      expect(await stores().bars.quarantined(symbol, 10, `${id}s`)).toEqual([]);
      expect(await stores().bars.overruled(symbol, 'mt5')).toEqual([]);

      const settlement = { as: 'accepted' as const, rule: 'accepted by owner', at: openTime + 9_000_000 };
      await stores().bars.settle(symbol, id, settlement);
      expect(await stores().bars.quarantined(symbol, 10)).toMatchObject([{ id, bar, settled: settlement }]);
      expect(await stores().bars.overruled(symbol, 'mt5')).toEqual([{ interval: '1h', openTime }]);
      expect(await stores().bars.overruled(symbol, 'file')).toEqual([]);
      await stores().bars.settle(symbol, id, { ...settlement, as: 'repaired' });
      expect(await stores().bars.overruled(symbol, 'mt5')).toEqual([]);
    });
  });
}
