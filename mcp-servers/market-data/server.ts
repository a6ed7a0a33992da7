import type { ToolDeps } from '../deps.ts';
import type { ServerDefinition } from '../shell.ts';
import { marketResources } from './resources.ts';
import { getBars } from './tools/bars.ts';
import { getCorporateActions, getDataQuality } from './tools/facts.ts';
import { listInstruments, resolveSymbol } from './tools/instruments.ts';
import { getMacroSeries } from './tools/macro.ts';
import { getOrderBook } from './tools/order-book.ts';
import { getLatestQuote, getSnapshot } from './tools/quotes.ts';
import { getCalendar, getClock } from './tools/sessions.ts';
import { getEconomicCalendar, getSources } from './tools/status.ts';

export const marketDataServer: ServerDefinition<ToolDeps> = {
  name: 'market-data',
  title: 'Conclave market data',
  instructions:
    'Prices, bars, quotes, sessions and the economic calendar of the Conclave desk. Symbols take any usual spelling and come back canonical; intervals are 1m 5m 15m 30m 1h 4h 1d 1w 1M; times are ISO 8601 UTC. Every answer is { data, meta }: read meta.source, meta.freshness and meta.quality before relying on it, and say so when meta.simulated is true. meta.cursor is the next page. asOf asks what was known at a past moment.',
  tools: [
    resolveSymbol,
    listInstruments,
    getSnapshot,
    getLatestQuote,
    getOrderBook,
    getBars,
    getClock,
    getCalendar,
    getEconomicCalendar,
    getMacroSeries,
    getCorporateActions,
    getDataQuality,
    getSources,
  ],
  resources: marketResources,
};
