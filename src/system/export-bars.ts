import { writeBars } from '../adapters/market-data/file/write-bars.ts';
import type { ExportedBars, ExportRequest } from '../api/deps.ts';
import type { Bar } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import { DAY, type Duration, intervalMs, type Timestamp } from '../domain/time.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { BarCoverage, BarStore } from '../ports/store.ts';

/** Bars that a page spans when none is missing. */
const PAGE = 20_000;

/** Stored bars of one source as a file, read and written page by page. Throws `not_found` when none are stored. */
export function createExporter({ marketData, bars: store }: { marketData: MarketData; bars: BarStore }) {
  return async ({ symbol, interval, format, limit, ...range }: ExportRequest): Promise<ExportedBars> => {
    const instrument = marketData.resolve(symbol);
    const held = (await store.coverage(instrument.symbol)).filter((each) => each.interval === interval);
    const chosen = choose(held, range.source);
    if (!chosen) throw nothingStored(instrument.symbol, interval, held, range.source);
    const from = Math.max(chosen.from, range.from ?? chosen.from);
    const to = Math.min(chosen.to, range.to ?? chosen.to);
    const asOf = Math.min(chosen.to, range.asOf ?? chosen.to);
    const key = { symbol: instrument.symbol, interval, source: chosen.source };
    const before = (bars: Bar[]) => bars.filter((bar) => bar.openTime < to);
    async function* pages(): AsyncGenerator<Bar[]> {
      if (limit !== undefined) yield before(await store.read({ ...key, from, asOf: Math.min(asOf, to), limit }));
      else for await (const page of rising(store, key, from, asOf, longest(interval))) yield before(page);
    }
    return { ...key, simulated: chosen.simulated, chunks: writeBars(format, pages()) };
  };
}

const longest = (interval: BarCoverage['interval']): Duration => (interval === '1M' ? 31 * DAY : intervalMs[interval]);

/** All bars from `from` that closed by `asOf`, oldest first. The store gives the last ones before a moment, so it is moved on. */
async function* rising(
  store: BarStore,
  key: Pick<BarCoverage, 'symbol' | 'interval' | 'source'>,
  from: Timestamp,
  asOf: Timestamp,
  length: Duration,
): AsyncGenerator<Bar[]> {
  let next = from;
  for (let end = from; end < asOf; ) {
    end = Math.min(asOf, end + PAGE * length);
    // Bars off the grid may lie closer together than their length.
    const page = await store.read({ ...key, from: next, asOf: end, limit: 4 * PAGE });
    if (page.length === 0) continue;
    // One that was still open at the end begins after the last that was not.
    next = page.at(-1)!.openTime + 1;
    yield page;
  }
}

/** The source asked for; else a real one before a simulated one, the one that ends last. */
function choose(held: readonly BarCoverage[], source: string | undefined): BarCoverage | undefined {
  if (source !== undefined) return held.find((each) => each.source === source);
  return held.toSorted((a, b) => Number(a.simulated) - Number(b.simulated) || b.to - a.to)[0];
}

function nothingStored(symbol: string, interval: string, held: readonly BarCoverage[], source: string | undefined) {
  const sources = held.map((each) => each.source).join(', ');
  const which = source === undefined ? '' : ` of the source ${source}`;
  return new AppError('not_found', `No ${interval} bars of ${symbol}${which} are stored.`, {
    hint: sources
      ? `There are bars of ${sources}; name one with source.`
      : 'Import a file, or analyze the symbol so that its history is fetched.',
  });
}
