import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createCalendarProviders } from '../adapters/calendar/index.ts';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { createHttp } from '../adapters/http.ts';
import { createLiveMarket } from '../adapters/live/hub.ts';
import type { ReplicaOptions } from '../adapters/live/replicas.ts';
import type { Log } from '../adapters/log.ts';
import { createMacroProviders } from '../adapters/macro/index.ts';
import { createMacroData } from '../adapters/macro/macro-data.ts';
import { chainOrder, createMarketData } from '../adapters/market-data/chain.ts';
import { openProviders } from '../adapters/market-data/index.ts';
import { createModels } from '../adapters/model/index.ts';
import { createNewsProviders } from '../adapters/news/index.ts';
import { systemRandom } from '../adapters/random.ts';
import { openSocket } from '../adapters/socket.ts';
import type { Config } from '../config.ts';
import type { Instrument } from '../domain/instrument.ts';
import { instrumentOf } from '../domain/instruments.ts';
import { MINUTE, SECOND } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Stores } from '../ports/store.ts';
import { mentions } from '../sentiment/entities.ts';
import { cleanText } from '../sentiment/normalise.ts';
import { projectRoot, version } from '../version.ts';

/** Instruments that a text speaks of: by name, or by code only where a listing gave the name, which may be any word. */
const entitiesOf = (text: string, known: readonly Instrument[]) =>
  known
    .filter((each) => mentions(text, instrumentOf(each.symbol) ? each : { ...each, name: '' }).length > 0)
    .map(({ symbol }) => symbol);

/** Minutes of a break that are brought in again; the rest is in the store when someone asks for it. */
const MOST_MISSED = 1_000;

/** Everything outside this machine, and the simulated stand-ins for it: prices, news, releases, models. */
export function openWorld(options: {
  config: Config;
  clock: Clock;
  stores: Stores;
  /** Instruments that listings added before. */
  known?: readonly Instrument[];
  log: Log;
  fetch: typeof globalThis.fetch;
  /** Set where other processes are replicas of this desk: one of them holds the vendors' connections for all. */
  replicas?: ReplicaOptions;
}) {
  const { config, clock, stores, log, fetch } = options;
  const { env, secrets } = config;
  const offline = env.OFFLINE;
  const { seed } = config.simulated;
  const http = createHttp({ clock, random: systemRandom, fetch, userAgent: `conclave/${version}` });
  const settings = Object.fromEntries(
    Object.entries({ ...env, ...secrets }).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const { providers, meters } = openProviders({
    clock,
    http,
    openHttp: (out) => createHttp({ clock, random: systemRandom, fetch: out, userAgent: `conclave/${version}` }),
    fetch,
    openSocket,
    random: systemRandom,
    settings,
    seed,
    plans: config.vendors,
  });
  const marketData = createMarketData({
    providers,
    bars: stores.bars,
    quotes: stores.quotes,
    fetched: stores.fetched,
    corporateActions: stores.corporateActions,
    added: stores.instruments,
    known: options.known,
    meters,
    clock,
    sessions: sessionCalendar,
    config: { chains: config.chains },
    offline,
  });
  const macro = createMacroData({
    providers: createMacroProviders({ clock, http, settings, seed }),
    store: stores.macro,
    clock,
    offline,
  });
  const liveChain = chainOrder(providers, config.chains)('live');
  const live = createLiveMarket({
    clock,
    sessions: sessionCalendar,
    instrumentOf: marketData.resolve,
    vendorsOf: (instrument) =>
      offline
        ? []
        : liveChain(instrument).flatMap(({ name, unavailable, stream }) =>
            stream && unavailable === undefined ? [{ name, stream }] : [],
          ),
    quote: (symbol) => marketData.quote(symbol),
    // A history is at least two bars long: of one missed minute those before it are asked for too.
    backfill: (symbol, from) =>
      marketData.history({
        symbol,
        interval: '1m',
        from: from - 10 * MINUTE,
        limit: MOST_MISSED,
        session: 'all',
        adjustment: 'raw',
      }),
    recentTicks: config.live.recentTicks,
    staleAfter: config.live.staleAfterSeconds * SECOND,
    notice: (text) => log.info({}, text),
    onFailure: (err) => log.error({ err }, 'A follower of live prices failed'),
    ...(options.replicas ? { replicas: options.replicas } : {}),
  });
  const { model, offered } = createModels({
    order: config.models.order,
    settings: {
      ollama: { model: env.OLLAMA_MODEL, baseUrl: env.OLLAMA_BASE_URL },
      gemini: { model: env.GEMINI_MODEL, baseUrl: env.GEMINI_BASE_URL, apiKey: secrets.GEMINI_API_KEY },
      openai: { model: env.OPENAI_MODEL, baseUrl: env.OPENAI_BASE_URL, apiKey: secrets.OPENAI_API_KEY },
      anthropic: { model: env.ANTHROPIC_MODEL, baseUrl: env.ANTHROPIC_BASE_URL, apiKey: secrets.ANTHROPIC_API_KEY },
    },
    offline,
    budget: config.models.budget,
    clock,
  });
  return {
    marketData,
    macro,
    live,
    simulated: providers.find((each) => each.simulated)!,
    news: createNewsProviders(
      { feeds: config.news.feeds, offline, seed },
      {
        clock,
        fetch,
        entitiesOf: (text) => entitiesOf(text, marketData.instruments()),
        cleanText,
        notice: (text) => log.debug({}, text),
      },
    ),
    calendars: createCalendarProviders(
      { file: config.calendar.file, seed },
      { clock, readFile: (path) => readFile(resolve(projectRoot, path)) },
    ),
    model,
    models: offered,
  };
}
