import { originOf } from '../../domain/bar.ts';
import type { CorporateAction } from '../../domain/corporate-action.ts';
import { AppError } from '../../domain/errors.ts';
import type { AssetClass, Instrument } from '../../domain/instrument.ts';
import { createRegistry } from '../../domain/instrument-registry.ts';
import { instruments } from '../../domain/instruments.ts';
import type { SessionCalendar } from '../../ports/calendar.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MarketData, MarketDataProvider } from '../../ports/market-data.ts';
import type {
  BarStore,
  CorporateActionStore,
  FetchedRangeStore,
  InstrumentStore,
  QuoteStore,
} from '../../ports/store.ts';
import { createActions } from './chain/actions.ts';
import { createBooks } from './chain/books.ts';
import { createFetcher } from './chain/fetch.ts';
import { createFinder } from './chain/find.ts';
import { createFlights } from './chain/flights.ts';
import { createHistory } from './chain/history.ts';
import type { Meter } from './chain/meter.ts';
import { createQuotes } from './chain/quotes.ts';
import { createVendorDesk } from './chain/vendors.ts';
import { defaultChains } from './index.ts';
import type { SimulatedMarket } from './simulated/provider.ts';

/** Who is asked first: one list for everything, or one for history and one for live prices. */
export type Chains = Partial<Record<AssetClass, string[] | { history?: string[]; live?: string[] }>>;

export interface MarketDataOptions {
  /** Vendors in any order and, with `simulated: true`, the market behind them. */
  providers: readonly MarketDataProvider[];
  bars: BarStore;
  quotes: QuoteStore;
  fetched: FetchedRangeStore;
  /** Splits and dividends; without it prices are left as they were traded. */
  corporateActions?: CorporateActionStore;
  /** Where instruments from vendors' listings are kept; without it they are forgotten with the process. */
  added?: InstrumentStore;
  /** What is kept there, to begin with. */
  known?: readonly Instrument[];
  clock: Clock;
  sessions: SessionCalendar;
  config?: { chains?: Chains };
  /** Budgets by vendor. */
  meters?: ReadonlyMap<string, Meter>;
  /** No vendor is called. */
  offline?: boolean;
}

/**
 * The chain: stored bars while they are fresh, then vendors in order for what is missing, then the newest real bars
 * there are (marked stale), then the simulated market. Each answer comes from one source and names it; real bars
 * always win.
 */
export function createMarketData(options: MarketDataOptions): MarketData {
  const { bars, quotes, clock, sessions, config, meters, offline = false } = options;
  const vendors = options.providers.filter((each) => !each.simulated);
  const chainFor = chainOrder(options.providers, config?.chains);
  const simulated = options.providers.find((each): each is SimulatedMarket => each.simulated && 'quoteAt' in each);
  const desk = createVendorDesk({ clock, vendors: options.providers, meters, offline });
  const share = createFlights();
  const registry = createRegistry(instruments);
  for (const each of options.known ?? []) registry.add(each);

  const chainOf = chainFor('history');
  // Files are left as they were found.
  const raw = new Set(vendors.filter((each) => !each.barsAreAdjusted).map((each) => each.name));

  const actions = createActions({ clock, store: options.corporateActions, desk, chainOf });
  const fetcher = createFetcher({ bars, fetched: options.fetched, clock, sessions, desk, actions });
  const read = createHistory({
    bars,
    clock,
    sessions,
    simulated,
    desk,
    actions,
    fetcher,
    chainOf,
    isRaw: (source) => raw.has(originOf(source)),
  });

  return {
    async history(request) {
      const instrument = registry.require(request.symbol);
      const { interval, limit, asOf = '', from = '', session = '', adjustment = '', signal } = request;
      const key = ['history', instrument.symbol, interval, limit, asOf, from, session, adjustment].join('|');
      return share(key, signal, (bounded) => read(instrument, request, bounded));
    },
    quote: createQuotes({
      bars,
      quotes,
      clock,
      sessions,
      simulated,
      desk,
      chainOf: chainFor('live'),
      share,
      named: registry.require,
    }),
    book: createBooks({ desk, chainOf: chainFor('live'), named: registry.require }),
    resolve: registry.require,
    find: createFinder({ registry, store: options.added, clock, desk, vendors, share }),
    async corporateActions({ symbol, asOf = clock.now(), from, to, kinds, signal }) {
      const instrument = registry.require(symbol);
      const asks = (...wanted: CorporateAction['kind'][]) => !kinds || wanted.some((kind) => kinds.includes(kind));
      const notices = [
        ...(asks('split', 'dividend') ? await actions.refresh(instrument, signal) : []),
        ...(asks('earnings') ? await actions.refresh(instrument, signal, 'earnings') : []),
      ];
      const part = {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(kinds ? { kinds } : {}),
      };
      const known = await options.corporateActions?.read({ symbol: instrument.symbol, asOf, ...part });
      return { actions: known ?? [], notices };
    },
    instruments: registry.list,
    vendors: desk.status,
  };
}

/**
 * Vendors of an instrument, in the order in which they are asked, offered or not. Throws `bad_config` that names what is
 * no vendor.
 */
export function chainOrder(providers: readonly MarketDataProvider[], given: Chains = {}) {
  const vendors = providers.filter((each) => !each.simulated);
  const chains = checkedChains(given, vendors);
  return (purpose: 'history' | 'live') =>
    ({ assetClass }: Pick<Instrument, 'assetClass'>): MarketDataProvider[] =>
      (chains[assetClass]?.[purpose] ?? defaultChains[assetClass]).flatMap((name) =>
        vendors.filter((each) => each.name === name && each.assetClasses.includes(assetClass)),
      );
}

/** Each purpose with its own list. Throws `bad_config` that names what is no vendor. */
function checkedChains(chains: Chains, vendors: readonly MarketDataProvider[]) {
  const lists = Object.fromEntries(
    Object.entries(chains).map(([assetClass, given]) => [
      assetClass,
      Array.isArray(given) ? { history: given, live: given } : given,
    ]),
  ) as Partial<Record<AssetClass, { history?: string[]; live?: string[] }>>;
  for (const name of Object.values(lists).flatMap(({ history = [], live = [] }) => [...history, ...live])) {
    if (vendors.some((each) => each.name === name)) continue;
    const known = vendors.map((each) => each.name).join(', ');
    throw new AppError('bad_config', `chains names "${name}", which is no vendor; there are ${known}.`);
  }
  return lists;
}
