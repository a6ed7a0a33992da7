import type { Bar } from '../domain/bar.ts';
import type { RejectedBar } from '../domain/quality.ts';
import type { Quote } from '../domain/quote.ts';
import type { Interval } from '../domain/time.ts';
import type { BarStore, FetchedRange, FetchedRangeStore, QuoteStore } from '../ports/store.ts';

/** Bars in memory, for tests of what stands over a store; the database's own store has its contract tests. */
export function memoryBars(): BarStore & {
  set(symbol: string, interval: Interval, source: string, bars: Bar[]): void;
} {
  const series = new Map<
    string,
    { symbol: string; interval: Interval; source: string; simulated: boolean; bars: Map<number, Bar> }
  >();
  const apart: (RejectedBar & { symbol: string })[] = [];
  const put = (symbol: string, interval: Interval, source: string, simulated: boolean, bars: readonly Bar[]) => {
    const key = `${symbol}|${interval}|${source}`;
    const held = series.get(key) ?? { symbol, interval, source, simulated, bars: new Map() };
    for (const bar of bars) held.bars.set(bar.openTime, bar);
    series.set(key, held);
    return { written: bars.length };
  };
  return {
    set: (symbol, interval, source, bars) => void put(symbol, interval, source, false, bars),
    write: async ({ symbol, interval, source, simulated, bars }) => put(symbol, interval, source, simulated, bars),
    async read({ symbol, interval, source, asOf, from = 0, limit }) {
      const held = [...(series.get(`${symbol}|${interval}|${source}`)?.bars.values() ?? [])];
      const known = held.filter((bar) => bar.closeTime <= asOf && bar.openTime >= from);
      return known.sort((a, b) => a.openTime - b.openTime).slice(-limit);
    },
    async coverage(symbol) {
      return [...series.values()]
        .filter((each) => (symbol === undefined || each.symbol === symbol) && each.bars.size > 0)
        .map(({ bars, ...each }) => {
          const held = [...bars.values()];
          const from = Math.min(...held.map((bar) => bar.openTime));
          return { ...each, bars: held.length, from, to: Math.max(...held.map((bar) => bar.closeTime)) };
        });
    },
    quarantine: async (symbol, interval, source, defects) => {
      for (const defect of defects) {
        const id = `${interval}/${source}/${defect.at}/${defect.flag}`;
        if (!apart.some((each) => each.symbol === symbol && each.id === id)) {
          apart.push({ ...defect, id, symbol, interval, source, receiveTime: 0 });
        }
      }
    },
    quarantined: async (symbol, limit, id) =>
      apart.filter((each) => each.symbol === symbol && (id === undefined || each.id === id)).slice(-limit),
    settle: async (symbol, id, settled) => {
      for (const each of apart) if (each.symbol === symbol && each.id === id) each.settled = settled;
    },
    overruled: async (symbol, source) =>
      apart
        .filter((each) => each.symbol === symbol && each.source === source && each.settled?.as === 'accepted')
        .map(({ interval, at }) => ({ interval, openTime: Date.parse(at) })),
  };
}

export function memoryQuotes(): QuoteStore {
  const quotes: Quote[] = [];
  return {
    write: async (quote) => void quotes.push(quote),
    writeMany: async (batch) => void quotes.push(...batch),
    latest: async (symbol, asOf) => quotes.filter((each) => each.symbol === symbol && each.eventTime <= asOf).at(-1),
  };
}

export function memoryFetchedRanges(): FetchedRangeStore {
  const kept: FetchedRange[] = [];
  const same = (a: Omit<FetchedRange, 'from' | 'to'>, b: FetchedRange) =>
    a.symbol === b.symbol && a.interval === b.interval && a.source === b.source;
  return {
    async add(range) {
      const touching = kept.filter((each) => same(range, each) && each.from <= range.to && each.to >= range.from);
      for (const each of touching) kept.splice(kept.indexOf(each), 1);
      const from = Math.min(range.from, ...touching.map((each) => each.from));
      kept.push({ ...range, from, to: Math.max(range.to, ...touching.map((each) => each.to)) });
    },
    list: async (of) =>
      kept
        .filter((each) => same(of, each))
        .map(({ from, to }) => ({ from, to }))
        .sort((a, b) => a.from - b.from),
  };
}
