import { z } from 'zod';
import { toNumber } from '../../../src/domain/decimal.ts';
import { errorDocument } from '../../../src/domain/errors.ts';
import type { Instrument } from '../../../src/domain/instrument.ts';
import { midPrice, type Quote } from '../../../src/domain/quote.ts';
import { MINUTE, type Timestamp, toIso } from '../../../src/domain/time.ts';
import type { History } from '../../../src/ports/market-data.ts';
import type { ToolDeps } from '../../deps.ts';
import { askedTime, symbolField, timeField } from '../../fields.ts';
import { figures, metaOf, quoteMeta, rounded } from '../../meta.ts';
import { tool } from '../../tool.ts';

type Deps = Pick<ToolDeps, 'marketData' | 'clock' | 'sessions'>;

/** A quote older than this much open session is stale. */
const STALE_AFTER = 5 * MINUTE;

const isStale = ({ sessions }: Deps, { calendar }: Instrument, quote: Quote, at: Timestamp) =>
  sessions.openBetween(calendar, quote.eventTime, at) > STALE_AFTER;

const priced = (quote: Quote, { assetClass, pip, quote: currency }: Instrument) => ({
  bid: figures(quote.bid),
  ask: figures(quote.ask),
  mid: figures(midPrice(quote)),
  spread: rounded(quote.ask - quote.bid),
  ...(assetClass === 'fx' ? { spreadPips: rounded((quote.ask - quote.bid) / toNumber(pip)) } : {}),
  currency,
  eventTime: toIso(quote.eventTime),
});

export const getLatestQuote = tool({
  name: 'get_latest_quote',
  title: 'Get latest quote',
  description:
    'Newest known bid and ask, in the quote currency; meta says its age and source. Example: {"symbol":"AAPL"}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({ symbol: symbolField, asOf: timeField.optional() }),
  output: z.object({ symbol: z.string(), bid: z.number(), ask: z.number(), mid: z.number() }),
  async run(deps: Deps, asked) {
    const instrument = deps.marketData.resolve(asked.symbol);
    const now = deps.clock.now();
    const at = askedTime(asked.asOf, now);
    const quote = await deps.marketData.quote(instrument.symbol, asked.asOf === undefined ? undefined : at);
    const { bid, ask, mid, ...rest } = priced(quote, instrument);
    // A price that is not a number fails the output's own check rather than reaching anyone.
    const data = { symbol: instrument.symbol, bid: bid!, ask: ask!, mid: mid!, ...rest };
    return { data, meta: quoteMeta(quote, now, isStale(deps, instrument, quote, at)) };
  },
});

const DAYS = 22;

export const getSnapshot = tool({
  name: 'get_snapshot',
  title: 'Get price snapshot',
  description:
    'Price, change over 1, 5 and 20 days (fractions, 0.01 = 1 %), range of 20 days and the last daily bar, for up to 10 symbols. A symbol that fails carries its error. Example: {"symbols":["EURUSD","XAUUSD"]}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({ symbols: z.array(symbolField).min(1).max(10), asOf: timeField.optional() }),
  output: z.object({ snapshots: z.array(z.looseObject({ symbol: z.string() })) }),
  async run(deps: Deps, { symbols, asOf }, { signal }) {
    const now = deps.clock.now();
    const at = askedTime(asOf, now);
    const snapshots = await Promise.all(
      symbols.map(async (spelling) => {
        try {
          return await snapshotOf(deps, spelling, asOf === undefined ? undefined : at, at, signal);
        } catch (failure) {
          const { code, message } = errorDocument(failure).error;
          return { symbol: spelling, error: { code, message } };
        }
      }),
    );
    const known = snapshots.flatMap((each) => ('source' in each ? [each] : []));
    const dated = {
      asOf: at,
      source: [...new Set(known.map((each) => each.source))].join(', ') || 'none',
      simulated: known.some((each) => each.simulated),
      stale: known.some((each) => each.stale),
    };
    return { data: { snapshots }, meta: metaOf(dated, now) };
  },
});

async function snapshotOf(
  deps: Deps,
  spelling: string,
  asOf: Timestamp | undefined,
  at: Timestamp,
  signal: AbortSignal,
) {
  const instrument = deps.marketData.resolve(spelling);
  const { symbol, name, assetClass } = instrument;
  const [quote, daily] = await Promise.all([
    deps.marketData.quote(symbol, asOf),
    deps.marketData.history({ symbol, interval: '1d', limit: DAYS, asOf: at, signal }),
  ]);
  const price = midPrice(quote);
  return {
    symbol,
    name,
    assetClass,
    ...priced(quote, instrument),
    stale: isStale(deps, instrument, quote, at),
    change: Object.fromEntries([1, 5, 20].map((days) => [`${days}d`, change(daily, days, price, quote)])),
    range20d: rangeOf(daily),
    lastDay: lastDay(daily),
    source: quote.source === daily.source ? quote.source : `${quote.source}; daily bars: ${daily.source}`,
    ...(quote.simulated || daily.simulated ? { simulated: true } : {}),
  };
}

/**
 * Fraction from the close `days` trading days before that of the price; null where history is too short. Once the day
 * of the price is a complete bar, as on a weekend, it is not compared with itself.
 */
function change({ bars }: History, days: number, price: number, { eventTime }: Quote): number | null {
  const own = bars.at(-1)!.closeTime >= eventTime ? 1 : 0;
  const close = bars.at(-days - own)?.close;
  return close === undefined ? null : rounded(price / close - 1);
}

function rangeOf({ bars }: History) {
  const last = bars.slice(-20);
  return {
    low: figures(Math.min(...last.map((bar) => bar.low))),
    high: figures(Math.max(...last.map((bar) => bar.high))),
  };
}

function lastDay({ bars }: History) {
  const bar = bars.at(-1)!;
  return {
    openTime: toIso(bar.openTime),
    open: figures(bar.open),
    high: figures(bar.high),
    low: figures(bar.low),
    close: figures(bar.close),
  };
}
