import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Owner, readOwner } from '../db/data-dir.ts';
import { createLog } from './adapters/log.ts';
import { serveApp } from './api/serve.ts';
import type { Config } from './config.ts';
import { AppError } from './domain/errors.ts';
import { openSystem, type System } from './system.ts';

export interface ServeOptions {
  config: Config;
  /** 0 takes any free port. */
  port: number;
  host: string;
  /** Started by another program of this machine: no link, no schedules, gives way to a real start. */
  headless: boolean;
  /** Ends after so long without a request. */
  idleExitMs?: number;
  note: (text: string) => void;
  /** Told once when the desk answers. `link` signs the owner in; after the first password it is the plain address. */
  announce: (desk: { url: string; link: string }) => void;
}

const FAREWELL_MS = 8_000;
const LOCK_PATIENCE_MS = 60_000;

/** Runs the desk until a signal ends it. Throws `port_in_use`, `locked`, `read_only`, `corrupt`, `schema_outdated`. */
export async function serveDesk(options: ServeOptions): Promise<void> {
  const { port, host, idleExitMs, note, announce } = options;
  // Until the desk is open there is nothing to close but the folder's claim, which ends with the process.
  let stop = async (why: string): Promise<void> => {
    note(`conclave: stopped before it was ready (${why})`);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // The port first: nobody should wait for a database only to learn that the desk may not listen.
  await probePort(port, host);
  const system = await openPatiently(options);

  let lastRequest = Date.now();
  const counted: typeof system.app.fetch = (...args) => {
    lastRequest = Date.now();
    return system.app.fetch(...args);
  };
  const server = await serveApp({ fetch: counted }, { host, port }).catch(async (failure: unknown) => {
    await system.stop();
    throw failure;
  });
  await system.announce(server.url);

  let stopping = false;
  stop = async (why: string) => {
    if (stopping) return;
    stopping = true;
    note(`conclave: stopping (${why})`);
    await Promise.race([server.close().then(() => system.stop()), sleep(FAREWELL_MS)]);
    process.exit(0);
  };
  system.onShutdown(() => stop('another desk takes over'));
  if (idleExitMs !== undefined) {
    setInterval(() => Date.now() - lastRequest > idleExitMs && stop('idle'), 1_000).unref();
  }
  const link = (await system.app.startTokenWorks()) ? `${server.url}/?token=${system.startToken}` : server.url;
  announce({ url: server.url, link });
}

/**
 * A command that holds the folder for a moment, or a desk that has not said yet where it listens, is waited for. A
 * headless desk, which serves MCP clients, gives way to a real start; any other desk keeps the folder: `locked`.
 */
async function openPatiently({ config, headless, note }: ServeOptions): Promise<System> {
  const log = createLog(config.env.LOG_LEVEL);
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  for (let tries = 0; ; tries++) {
    const owner = await readOwner(config.dataDir);
    if (owner?.headless && !headless) await takeOver(owner, config.dataDir, note);
    try {
      return await openSystem({ config, log, schedules: !headless, headless, progress: note });
    } catch (failure) {
      // Who starts a headless desk looks after it, and tries again.
      if (headless || Date.now() > deadline) throw failure;
      if (!(failure instanceof AppError && failure.code === 'locked')) throw failure;
      const holder = await readOwner(config.dataDir);
      if (holder && !holder.headless) throw failure;
      if (tries === 0) note(`conclave: ${failure.message} Waiting for it.`);
      await sleep(250);
    }
  }
}

async function takeOver({ url, token }: Owner, dataDir: string, note: (text: string) => void): Promise<void> {
  note('conclave: taking over from a headless desk');
  const headers = { authorization: `Bearer ${token}` };
  await fetch(new URL('/api/shutdown', url), { method: 'POST', headers }).catch(() => undefined);
  for (let waited = 0; waited < 10_000 && (await readOwner(dataDir)); waited += 100) await sleep(100);
}

function probePort(port: number, host: string): Promise<void> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (cause: NodeJS.ErrnoException) => reject(listenFailure(cause, port, host)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function listenFailure(cause: NodeJS.ErrnoException, port: number, host: string): AppError {
  if (cause.code === 'EADDRINUSE') {
    const hint = `Stop the other program, or start with PORT=${port + 1} npm start.`;
    return new AppError('port_in_use', `Port ${port} on ${host} is in use.`, { cause, hint });
  }
  if (cause.code === 'EACCES') {
    const hint = 'Use a port above 1024, for example PORT=3000.';
    return new AppError('port_in_use', `Port ${port} needs special rights.`, { cause, hint });
  }
  return new AppError('bad_config', `Cannot listen on ${host}:${port}: ${cause.message}`, {
    cause,
    hint: 'Use HOST=127.0.0.1.',
  });
}
