import { memoryBus } from '../adapters/bus/memory.ts';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { createLiveMarket } from '../adapters/live/hub.ts';
import { createApp } from '../api/app.ts';
import type { ApiDeps, DeskUseCases } from '../api/deps.ts';
import { AppError } from '../domain/errors.ts';
import { instruments, resolveInstrument } from '../domain/instruments.ts';
import type { JournalRecord } from '../domain/record.ts';
import { MINUTE } from '../domain/time.ts';
import type { Journal } from '../ports/journal.ts';
import type { MarketData } from '../ports/market-data.ts';
import { fakeClock } from './fake-clock.ts';
import { memorySettings, memoryUsers } from './memory-stores.ts';
import { scriptedStream } from './scripted-stream.ts';

/**
 * The door without the house: sign-in, guards, streams and static files, with nothing behind them. A use case that a
 * test does not give fails loudly. The tests of whole answers use the real desk in `api-world.ts`.
 */
export function doorWorld(given: Partial<ApiDeps> & { useCases?: Partial<DeskUseCases> } = {}) {
  const clock = fakeClock();
  const bus = memoryBus();
  const users = memoryUsers();
  const logged: object[] = [];
  let count = 0;
  const next = () => ++count;
  const stream = scriptedStream(['tick', 'quote', 'book']);
  const live = createLiveMarket({
    clock,
    sessions: sessionCalendar,
    instrumentOf: (symbol) => deps.marketData.resolve(symbol),
    // Quotes are asked for, except those of ETHUSDT: a test says what they are.
    vendorsOf: ({ symbol }) => (symbol === 'ETHUSDT' ? [{ name: 'scripted', stream: stream.open }] : []),
    quote: (symbol) => deps.marketData.quote(symbol),
    backfill: async () => ({ bars: [], simulated: false }),
    recentTicks: 10,
    staleAfter: MINUTE,
    notice: (text) => void logged.push({ text }),
    onFailure: (failure) => void logged.push({ failure }),
  });
  const deps: ApiDeps = {
    version: '9.9.9',
    mode: 'paper',
    startedAt: clock.now(),
    clock,
    ids: { next: (prefix) => `${prefix}_${next()}` },
    bus,
    journal: recordedJournal([]),
    marketData: seedMarket(clock.now),
    macro: {
      providers: () => [],
      read: async ({ series }) => {
        throw new AppError('not_found', `No series ${series} here.`);
      },
    },
    live,
    stores: {} as ApiDeps['stores'],
    desk: deskWith(given.useCases ?? {}),
    auth: {
      users,
      startToken: 'the-printed-token',
      localToken: 'the-local-token',
      freshToken: () => `fresh-token-${next()}`,
    },
    config: {
      settings: memorySettings(),
      defaults: {
        universe: ['EURUSD', 'BTCUSDT'],
        interval: '1h',
        schedule: { enabled: false, cron: '2 * * * *', timeZone: 'UTC' },
        risk: { profile: 'balanced', overrides: {} },
      },
    },
    health: async () => ({ database: 'memory', cache: 'memory' }),
    doctor: async () => ({ ok: true, checks: [] }),
    importBars: async () => {
      throw new AppError('internal', 'Nothing imports here.');
    },
    quality: {} as ApiDeps['quality'],
    exportBars: async () => {
      throw new AppError('internal', 'Nothing imports here.');
    },
    ingestMt5: async () => {
      throw new AppError('internal', 'Nothing imports here.');
    },
    backtest: async () => ({}),
    audit: async () => ({ ok: true, accounts: [] }),
    mcp: {},
    log: { error: (particulars) => void logged.push(particulars), info: () => {} },
    ...given,
  };
  const app = createApp(deps);
  /** A request as the local program, unless the test says otherwise. */
  const ask = (path: string, init: RequestInit & { as?: 'local' | 'nobody' } = {}) => {
    const { as = 'local', ...rest } = init;
    const headers = new Headers(rest.headers);
    if (!headers.has('host')) headers.set('Host', 'localhost:3000');
    if (as === 'local') headers.set('Authorization', 'Bearer the-local-token');
    if (typeof rest.body === 'string' && !headers.has('content-type')) headers.set('Content-Type', 'application/json');
    return app.request(`http://localhost:3000${path}`, { ...rest, headers });
  };
  return { app, ask, bus, clock, users, logged, deps, live, stream };
}

function deskWith(useCases: Partial<DeskUseCases>): DeskUseCases {
  return new Proxy({ accountId: 'paper', ...useCases } as DeskUseCases, {
    get(given, name) {
      if (name in given) return given[name as keyof DeskUseCases];
      throw new Error(`The test gives no ${String(name)}`);
    },
  });
}

export const recordedJournal = (records: readonly JournalRecord[]): Journal => ({
  append: async () => [],
  async *read(_account, from = 0) {
    for (const record of records) if (record.sequence > from) yield record;
  },
  head: async () => ({ sequence: records.length, hash: '' }),
  accounts: async () => ['paper'],
  close: async () => {},
});

function seedMarket(now: () => number): MarketData {
  return {
    find: async (spelling) => resolveInstrument(spelling),
    instruments: () => instruments,
    vendors: () => [],
    resolve(spelling) {
      const found = resolveInstrument(spelling);
      if (found.outcome === 'found') return found.instrument;
      if (found.outcome === 'ambiguous') {
        throw new AppError('ambiguous_symbol', `"${spelling}" is ambiguous.`, {
          details: { candidates: found.candidates },
        });
      }
      const details = { suggestions: found.suggestions };
      throw new AppError('unknown_symbol', `There is no instrument "${spelling}".`, { details });
    },
    corporateActions: async () => ({ actions: [], notices: [] }),
    quote: async (symbol) => ({ symbol, bid: 1.08, ask: 1.0801, eventTime: now(), receiveTime: now(), source: 'test' }),
    book: async () => {
      throw new AppError('not_found', 'No order book here.');
    },
    history: async () => {
      throw new AppError('not_enough_history', 'No bars here.');
    },
  };
}
