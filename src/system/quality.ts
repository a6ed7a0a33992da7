import type { ApiDeps } from '../api/deps.ts';
import type { QualityDocument, RejectedDocument, StoredDocument } from '../api/documents.ts';
import type { Bar } from '../domain/bar.ts';
import { AppError } from '../domain/errors.ts';
import type { RejectedBar, Settlement } from '../domain/quality.ts';
import { toIso } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { BarCoverage, BarStore } from '../ports/store.ts';

/** Bars whose score is told. */
const JUDGED = 500;
/** Rejected bars that one repair looks through. */
const MOST = 5_000;

/** What a person sees of the quality of stored bars, and what they can do about a rejected one. */
export function createQuality(options: {
  marketData: MarketData;
  bars: BarStore;
  clock: Pick<Clock, 'now'>;
}): ApiDeps['quality'] {
  const { marketData, bars: store, clock } = options;

  async function settle(symbol: string, rejected: RejectedBar, as: Settlement['as'], by: string) {
    const at = clock.now();
    const { id, interval, source } = rejected;
    const bar = as === 'repaired' ? repairedOf(rejected) : soundOf(rejected);
    const rule = as === 'repaired' ? `${rejected.repair!.rule}, for ${by}` : `accepted by ${by}`;
    const fact = { ...bar, receiveTime: at, backfilled: true };
    await store.write({ symbol, interval, source, simulated: false, bars: [fact] });
    await store.settle(symbol, id, { as, rule, at });
    return rejectedDocument({ ...rejected, settled: { as, rule, at } });
  }

  return {
    async overview() {
      const coverage = await store.coverage();
      const stored = coverage.filter((each) => !each.simulated);
      const symbols = [...new Set(stored.map((each) => each.symbol))];
      const apart = new Map(
        await Promise.all(symbols.map(async (each) => [each, await store.quarantined(each, MOST)] as const)),
      );
      return {
        stored: stored.map((each) => {
          const own = (apart.get(each.symbol) ?? []).filter(
            ({ interval, source }) => interval === each.interval && source === each.source,
          );
          const open = own.filter(({ settled }) => !settled);
          const flags = [...new Set(open.map(({ flag }) => flag))].sort();
          return { symbol: each.symbol, ...storedDocument(each), rejected: open.length, flags };
        }),
      };
    },

    async read({ symbol, interval, limit, filter, signal }): Promise<QualityDocument> {
      const [history, coverage, rejected] = await Promise.all([
        marketData.history({ symbol, interval, limit: JUDGED, signal }),
        store.coverage(symbol),
        store.quarantined(symbol, MOST),
      ]);
      const { source, simulated, asOf, quality, notices } = history;
      const wanted = rejected.filter((each) => filter === undefined || each.interval === filter);
      return {
        ...{ symbol, interval, source, ...(simulated ? { simulated } : {}), asOf: toIso(asOf), quality, notices },
        stored: coverage.map(storedDocument),
        rejected: wanted.slice(0, limit).map(rejectedDocument),
        rejectedCount: wanted.length,
      };
    },

    async accept({ symbol, id, by }) {
      const [rejected] = await store.quarantined(symbol, 1, id);
      if (!rejected) throw unknown(symbol, id);
      return { settled: [await settle(symbol, rejected, 'accepted', by)] };
    },

    async repair({ symbol, id, interval, by }) {
      const found = await store.quarantined(symbol, MOST, id);
      if (id !== undefined && found.length === 0) throw unknown(symbol, id);
      const certain = id === undefined ? found.filter((each) => each.repair && !each.settled) : found;
      const wanted = certain.filter((each) => interval === undefined || each.interval === interval);
      const settled: RejectedDocument[] = [];
      for (const each of wanted) settled.push(await settle(symbol, each, 'repaired', by));
      return { settled };
    },
  };
}

function repairedOf({ id, repair }: RejectedBar): Bar {
  if (repair) return repair.bar;
  throw new AppError('invalid_input', `There is no certain repair for ${id}.`, {
    hint: 'Only wrong scales and misplaced splits can be repaired; accept the bar as it is, or import a correct one.',
  });
}

/** Nobody can accept what is no price. */
function soundOf({ id, flag, bar }: RejectedBar): Bar {
  if (bar && flag !== 'not-positive') return bar;
  throw new AppError('invalid_input', `${id} holds no prices that could be accepted.`, {
    hint: 'Correct the row in its file and import it again.',
  });
}

const unknown = (symbol: string, id: string) =>
  new AppError('not_found', `${symbol} has no rejected bar ${id}.`, {
    hint: `List them with: conclave quality ${symbol}`,
  });

const storedDocument = ({ interval, source, simulated, bars, from, to }: BarCoverage): StoredDocument => ({
  ...{ interval, source, bars, from: toIso(from), to: toIso(to), ...(simulated ? { simulated: true as const } : {}) },
});

function rejectedDocument(rejected: RejectedBar): RejectedDocument {
  const { id, flag, at, row, reason, interval, source, bar, repair, settled } = rejected;
  return {
    ...{ id, flag, at, interval, source, reason, ...(row === undefined ? {} : { row }) },
    ...(bar ? { bar: valuesOf(bar) } : {}),
    ...(repair ? { repair: { rule: repair.rule, bar: valuesOf(repair.bar) } } : {}),
    ...(settled ? { settled: { as: settled.as, rule: settled.rule, at: toIso(settled.at) } } : {}),
  };
}

/** What is no number is null in JSON. */
function valuesOf({ open, high, low, close, volume }: Bar) {
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return { open: known(open), high: known(high), low: known(low), close: known(close), volume: known(volume) };
}
