import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectTools } from '../agents/tool-client.ts';
import { claimDataDir } from '../db/data-dir.ts';
import { createServers } from '../mcp-servers/index.ts';
import { sessionCalendar } from './adapters/calendar/sessions.ts';
import { systemClock } from './adapters/clock.ts';
import { timeOrderedIds } from './adapters/ids.ts';
import type { Log } from './adapters/log.ts';
import { systemRandom } from './adapters/random.ts';
import { folderScratch } from './adapters/scratch.ts';
import { type App, createApp } from './api/app.ts';
import type { ConfigDocument } from './api/documents.ts';
import type { Config } from './config.ts';
import { toIso } from './domain/time.ts';
import { absorb } from './engine/absorb.ts';
import type { Deliberate, Desk } from './engine/desk.ts';
import { reconcile } from './engine/reconcile.ts';
import { auditJournal } from './system/audit.ts';
import { createBacktester } from './system/backtester.ts';
import { openBroker } from './system/broker.ts';
import { catchUpOrders } from './system/catch-up-orders.ts';
import { examine } from './system/doctor.ts';
import { createExporter } from './system/export-bars.ts';
import { createFactRefresher } from './system/fact-refresher.ts';
import { createImporter } from './system/import-bars.ts';
import { createMt5Ingest } from './system/ingest-mt5.ts';
import { createMarketReader } from './system/market-reader.ts';
import { openPanel } from './system/panel.ts';
import { ACCOUNT } from './system/paper-files.ts';
import { createQuality } from './system/quality.ts';
import { checkSchedule, openSchedules } from './system/schedules.ts';
import { openSettings } from './system/settings.ts';
import { openStorage } from './system/storage.ts';
import { bindUseCases } from './system/use-cases.ts';
import { openWorld } from './system/world.ts';
import { projectRoot, version } from './version.ts';

export { backupDesk, restoreDesk } from './system/backup.ts';

export interface SystemOptions {
  config: Config;
  log: Log;
  /** Whether this process runs schedules and follows quotes: a server does, a command does not. */
  schedules: boolean;
  /** Serves other programs only and gives way to a real start. */
  headless?: boolean;
  /** Told what takes a while. */
  progress?: (text: string) => void;
  /** The way out to vendors and feeds; the global one when absent. */
  fetch?: typeof fetch;
}

export interface System {
  app: App;
  /** Lets this machine's own programs in. */
  localToken: string;
  /** Signs the owner in by the printed link. */
  startToken: string;
  fetch(request: Request): Response | Promise<Response>;
  /** Says to other processes where the desk listens. */
  announce(url: string): Promise<void>;
  /** The desk was asked by a program of this machine to end. */
  onShutdown(listener: () => void): void;
  stop(): Promise<void>;
}

const freshToken = () => randomBytes(24).toString('base64url');

/**
 * Puts the desk together: claims the folder, opens the stores, folds the journal, reconciles with the broker, and only
 * then lets anyone in. Throws `locked`, `read_only`, `corrupt`, `schema_outdated`, `bad_config`, `unavailable`.
 */
export async function openSystem(options: SystemOptions): Promise<System> {
  const { config, log, progress = () => {} } = options;
  const clock = systemClock;
  const ids = timeOrderedIds({ clock, random: systemRandom });
  const startedAt = clock.now();
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) {
      await Promise.resolve(close()).catch((err: unknown) => log.warn({ err }, 'Something did not close cleanly'));
    }
  };

  try {
    const claim = await claimDataDir(config.dataDir);
    closers.push(() => claim.release());
    const storage = await openStorage({ config, clock, log, progress, account: ACCOUNT });
    closers.push(storage.close);
    const { stores, journal, book, bus } = storage;
    await book.open(ACCOUNT, storage.opening);
    await storage.projector.catchUp();

    const replicas = { bus, leases: stores.leases, id: ids.next('replica') };
    const known = await stores.instruments.list();
    const world = openWorld({
      known,
      config,
      clock,
      stores,
      log,
      fetch: options.fetch ?? fetch,
      ...(storage.replicated ? { replicas } : {}),
    });
    const { marketData, macro, live } = world;
    closers.push(() => live.close());
    const settings = openSettings({ config, stores, ledger: () => book.ledger(ACCOUNT) });
    const facts = createFactRefresher({ ...world, stores, clock });
    const reader = createMarketReader({
      marketData,
      sessions: sessionCalendar,
      stores,
      clock,
      account: () => book.read(ACCOUNT),
      refresh: facts.refresh,
      defaultInterval: settings.interval,
    });
    const broker = openBroker({
      clock,
      account: ACCOUNT,
      currency: config.account.currency,
      marketData,
      sessions: sessionCalendar,
      policy: settings.policy,
      storage,
      log,
    });
    closers.push(() => broker.close());

    let deliberate: Deliberate | undefined;
    const desk: Desk = {
      clock,
      ids,
      journal,
      book,
      broker,
      accountId: ACCOUNT,
      policy: settings.policy,
      market: reader.market,
      deliberate: (question) => deliberate!(question),
      decisions: stores.decisions,
      forecasts: stores.forecasts,
      bus,
      version,
    };
    closers.push(absorb(desk));
    // Before anything may trade: what happened while nobody listened. A paper broker that only this process uses holds all
    // that was sent: what it does not know is given up at once, so that its slot may be decided anew.
    const reconciled = await reconcile(desk, storage.sharedDisk ? {} : { grace: 0 });
    if (reconciled.absorbed + reconciled.lost.length + reconciled.unresolved.length > 0) {
      log.info(reconciled, 'Reconciled with the broker');
    }

    for (const notice of await catchUpOrders({ broker, marketData, clock })) log.warn({}, notice);

    const useCases = bindUseCases(desk, marketData);
    const mcp = createServers(
      {
        clock,
        marketData,
        macro,
        live,
        sessions: sessionCalendar,
        stores,
        situation: reader.situation,
        desk: useCases,
        orders: stores.orders,
      },
      { version, report: (failure) => log.error({ err: failure }, 'A tool failed') },
    );
    const { analysis, sentiment, execution } = mcp;
    const tools = await connectTools({ analysis, sentiment, execution }, version);
    closers.push(() => tools.close());
    deliberate = openPanel({ config, clock, stores, tools, settings, model: world.model });

    const localToken = freshToken();
    const startToken = config.env.CONCLAVE_TOKEN ?? freshToken();
    const shutdownListeners: (() => void)[] = [];
    const schedules = await openSchedules({ ...options, ...world, clock, desk, broker, settings, storage, useCases });
    closers.push(() => schedules.stop());
    const check = ({ schedule }: ConfigDocument) => checkSchedule(schedule, clock.now());
    const webRoot = join(projectRoot, 'src', 'web', 'dist');
    const app = createApp({
      version,
      mode: 'paper',
      startedAt,
      clock,
      ids,
      bus,
      journal,
      marketData,
      macro,
      live,
      sessions: sessionCalendar,
      stores,
      desk: useCases,
      auth: { users: stores.users, startToken, localToken, freshToken },
      config: { settings: stores.settings, defaults: settings.defaults, check, onChange: schedules.apply },
      health: storage.health,
      doctor: async () =>
        examine({
          database: storage.database,
          dataDir: config.dataDir,
          journalText: storage.journalText,
          cacheText: storage.cacheText,
          cacheDegraded: storage.cacheDegraded,
          scheduleText: schedules.text(),
          scheduleFault: schedules.fault(),
          account: useCases.account,
          factFailures: facts.failures,
          ...world,
        }),
      importBars: createImporter({
        marketData,
        bars: stores.bars,
        sessions: sessionCalendar,
        scratch: folderScratch(join(config.dataDir, 'scratch')),
        clock,
      }),
      quality: createQuality({ marketData, bars: stores.bars, clock }),
      exportBars: createExporter({ marketData, bars: stores.bars }),
      ingestMt5: createMt5Ingest({
        marketData,
        bars: stores.bars,
        quotes: stores.quotes,
        sessions: sessionCalendar,
        clock,
      }),
      backtest: createBacktester({
        marketData,
        stores,
        sessions: sessionCalendar,
        clock,
        policy: settings.policy,
        interval: settings.interval,
        currency: config.account.currency,
      }),
      audit: () => auditJournal(journal),
      shutdown: () => {
        for (const listener of shutdownListeners) listener();
      },
      mcp,
      webRoot: existsSync(join(webRoot, 'index.html')) ? webRoot : undefined,
      log,
    });
    closers.push(schedules.follow(live));
    log.info({ at: toIso(startedAt), database: storage.database.kind }, 'The desk is open');

    return {
      app,
      localToken,
      startToken,
      fetch: (request) => app.fetch(request),
      announce: (url) => claim.publish({ url, token: localToken, version, headless: options.headless === true }),
      onShutdown: (listener) => void shutdownListeners.push(listener),
      stop: closeAll,
    };
  } catch (failure) {
    await closeAll();
    throw failure;
  }
}
