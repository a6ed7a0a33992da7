import { toPlain } from '../../domain/canonical.ts';
import { assetClasses, type Instrument } from '../../domain/instrument.ts';
import { midPrice, type Quote } from '../../domain/quote.ts';
import { DAY, MINUTE, type Timestamp, toIso } from '../../domain/time.ts';
import type { MacroHistory } from '../../ports/market-data.ts';
import * as wire from '../../wire.ts';
import type { ApiDeps } from '../deps.ts';
import type { BarsDocument, InstrumentDocument, MacroDocument, QuoteDocument } from '../documents.ts';
import { answer, answers, createRoute, needs, resource, z } from '../openapi.ts';

const listInstruments = createRoute({
  method: 'get',
  path: '/instruments',
  summary: 'Instruments that the desk knows',
  ...needs('market:read'),
  request: {
    query: z.strictObject({
      assetClass: z.enum(assetClasses).optional(),
      limit: wire.limit.default(500),
    }),
  },
  responses: answers(answer<{ instruments: InstrumentDocument[] }>('Instruments', 'Every instrument, by symbol.')),
});

const resolveInstrument = createRoute({
  method: 'get',
  path: '/instruments/resolve',
  summary: 'The instrument of a spelling, or suggestions',
  ...needs('market:read'),
  request: { query: z.strictObject({ symbol: wire.symbol }) },
  responses: answers(answer<{ instrument: InstrumentDocument }>('Resolution', 'The one instrument that is meant.')),
});

const readBars = createRoute({
  method: 'get',
  path: '/bars',
  summary: 'Bars that were complete at asOf, oldest first',
  ...needs('market:read'),
  request: { query: wire.barsRequest },
  responses: answers(answer<BarsDocument>('Bars', 'Bars of one source, with its quality.')),
});

const readQuote = createRoute({
  method: 'get',
  path: '/quote',
  summary: 'Best bid and ask',
  ...needs('market:read'),
  request: { query: z.strictObject({ symbol: wire.symbol, asOf: wire.time.optional() }) },
  responses: answers(answer<QuoteDocument>('Quote', 'The newest quote known at asOf.')),
});

const readMacro = createRoute({
  method: 'get',
  path: '/macro/{series}',
  summary: 'A macro series as it was known at asOf, oldest first',
  ...needs('market:read'),
  request: { params: z.strictObject({ series: wire.macroSeries }), query: wire.macroRequest },
  responses: answers(answer<MacroDocument>('Macro', 'One value per period, each with its release.')),
});

export function marketRoutes(deps: Pick<ApiDeps, 'marketData' | 'macro' | 'clock' | 'config' | 'sessions'>) {
  const { marketData, macro, clock, config } = deps;
  return resource()
    .openapi(listInstruments, (c) => {
      const { assetClass, limit } = c.req.valid('query');
      const known = marketData.instruments().filter((each) => !assetClass || each.assetClass === assetClass);
      return c.json({ instruments: known.slice(0, limit).map(instrumentDocument) }, 200);
    })
    .openapi(resolveInstrument, (c) => {
      return c.json({ instrument: instrumentDocument(marketData.resolve(c.req.valid('query').symbol)) }, 200);
    })
    .openapi(readBars, async (c) => {
      const { symbol, interval = config.defaults.interval, ...range } = c.req.valid('query');
      const history = await marketData.history({
        symbol: marketData.resolve(symbol).symbol,
        interval,
        ...range,
        signal: c.req.raw.signal,
      });
      const document: BarsDocument = {
        symbol: history.symbol,
        interval: history.interval,
        asOf: toIso(history.asOf),
        source: history.source,
        ...(history.simulated ? { simulated: true } : {}),
        quality: history.quality,
        bars: history.bars.map(({ openTime, open, high, low, close, volume }) => ({
          openTime: toIso(openTime),
          open,
          high,
          low,
          close,
          volume,
        })),
        notices: history.notices,
      };
      return c.json(document, 200);
    })
    .openapi(readQuote, async (c) => {
      const { symbol, asOf } = c.req.valid('query');
      const instrument = marketData.resolve(symbol);
      const quote = await marketData.quote(instrument.symbol, asOf);
      const now = asOf ?? clock.now();
      return c.json(quoteDocument(quote, now, isOpen(deps, instrument.symbol, now)), 200);
    })
    .openapi(readMacro, async (c) => {
      const now = clock.now();
      const { asOf = now, ...range } = c.req.valid('query');
      const history = await macro.read({ ...c.req.valid('param'), asOf: Math.min(asOf, now), ...range });
      return c.json(macroDocument(history, Math.min(asOf, now)), 200);
    });
}

function macroDocument({ series, observations, notices }: MacroHistory, asOf: Timestamp): MacroDocument {
  const { id, title, unit, frequency, currency, source } = series;
  return {
    ...{ series: id, title, unit, frequency, currency, asOf: toIso(asOf), source },
    ...(source === 'simulated' ? { simulated: true } : {}),
    observations: observations.map(({ period, value, eventTime, estimatedRelease }) => ({
      period: toIso(period).slice(0, 10),
      value,
      released: toIso(eventTime),
      ...(estimatedRelease ? { estimatedRelease } : {}),
    })),
    notices,
  };
}

const shown = new WeakMap<Instrument, InstrumentDocument>();

/** Instruments never change while the desk runs, so each is written out once. */
/** Whether the market of a symbol is open at `now`; undefined where no calendar was given. */
export const isOpen = (
  { sessions, marketData }: Pick<ApiDeps, 'sessions' | 'marketData'>,
  symbol: string,
  now: Timestamp,
) => sessions?.isOpen(marketData.resolve(symbol).calendar, now);

export function instrumentDocument(instrument: Instrument): InstrumentDocument {
  const known = shown.get(instrument);
  if (known) return known;
  const { symbol, name, assetClass, base, quote, venue, tradable, shortable } = instrument;
  const { tick, lot, minQuantity, pip } = toPlain(instrument);
  const document = { symbol, name, assetClass, base, quote, venue, tick, lot, minQuantity, pip, tradable, shortable };
  shown.set(instrument, document);
  return document;
}

/** Live quotes go stale in minutes; a daily close that stands in for a quote, in days. */
const freshFor = (quote: Quote) => (/bar|close|daily/.test(quote.source) ? 4 * DAY : 15 * MINUTE);

/** Longer than any weekend with holidays: an older quote is stale, open market or not. */
const LONGEST_BREAK = 5 * DAY;

function ageOf(quote: Quote, now: Timestamp, open: boolean | undefined): { closed?: true; stale?: true } {
  const age = now - quote.eventTime;
  if (open === false && age <= LONGEST_BREAK) return { closed: true };
  return age > freshFor(quote) ? { stale: true } : {};
}

/**
 * A quote for the outside. `open` says whether its market is open now, where that is known: an old quote of a closed
 * market is the last one there is, not a stale one.
 */
export function quoteDocument(quote: Quote, now: Timestamp, open?: boolean): QuoteDocument {
  const { symbol, bid, ask, source } = quote;
  return {
    symbol,
    bid,
    ask,
    mid: midPrice(quote),
    asOf: toIso(quote.eventTime),
    source,
    ...(quote.simulated ? { simulated: true } : {}),
    ...ageOf(quote, now, open),
  };
}
