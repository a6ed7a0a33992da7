import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { readOwner } from '../db/data-dir.ts';
import { createLog } from './adapters/log.ts';
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
  announce: (desk: { url: string; link: string }) => void;
}

/** Runs the desk until a signal ends it. Throws `port_in_use`, `locked`, `read_only`, `corrupt`, `schema_outdated`. */
export async function serveDesk({
  config,
  port,
  host,
  headless,
  idleExitMs,
  note,
  announce,
}: ServeOptions): Promise<void> {
  const log = createLog(config.env.LOG_LEVEL);
  if (!headless) await takeOver(config, note);
  // The port first: a second start must not wait for a database only to learn that it may not listen.
  const server = createServer();
  const address = await listen(server, port, host);
  let system: System;
  try {
    system = await openSystem({ config, log, schedules: !headless, url: address, headless, progress: note });
  } catch (failure) {
    server.close();
    throw failure;
  }

  const sockets = new WebSocketServer({ noServer: true });
  let lastRequest = Date.now();
  const adaptor = createAdaptorServer({
    fetch: (request, env) => {
      lastRequest = Date.now();
      return system.fetch(request, env);
    },
    websocket: { server: sockets },
    createServer: ((_options: unknown, listener: (...args: unknown[]) => void) => {
      server.on('request', listener);
      return server;
    }) as never,
  });

  let stopping: Promise<void> | undefined;
  const stop = (why: string) => {
    stopping ??= (async () => {
      note(`conclave: ${why}, stopping`);
      for (const socket of sockets.clients) socket.close(1001, 'the desk stops');
      adaptor.close();
      server.closeIdleConnections();
      await Promise.race([system.stop(), sleep(8_000)]);
      server.closeAllConnections();
      process.exit(0);
    })();
    return stopping;
  };
  system.onShutdown(() => void stop('another desk takes over'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  if (idleExitMs !== undefined) {
    setInterval(() => {
      if (Date.now() - lastRequest > idleExitMs && sockets.clients.size === 0) void stop('idle');
    }, 1_000).unref();
  }
  announce({ url: address, link: `${address}/?token=${system.startToken}` });
}

/** A headless desk that serves MCP clients gives way to a real start. */
async function takeOver({ dataDir }: Config, note: (text: string) => void): Promise<void> {
  const owner = await readOwner(dataDir);
  if (!owner?.headless || !owner.url) return;
  note('conclave: taking over from a headless desk');
  await fetch(new URL('/api/shutdown', owner.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.token}` },
  }).catch(() => undefined);
  for (let waited = 0; waited < 10_000 && (await readOwner(dataDir)); waited += 100) await sleep(100);
}

async function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'EADDRINUSE') {
        reject(
          new AppError('port_in_use', `Port ${port} on ${host} is in use.`, {
            cause: failure,
            hint: `Stop the other program, or start with PORT=${port + 1} npm start.`,
          }),
        );
      } else if (failure.code === 'EACCES') {
        reject(
          new AppError('port_in_use', `Port ${port} may not be used without special rights.`, {
            cause: failure,
            hint: 'Use a port above 1024, for example PORT=3000.',
          }),
        );
      } else if (failure.code === 'EADDRNOTAVAIL' || failure.code === 'ENOTFOUND') {
        reject(
          new AppError('bad_config', `HOST ${host} is not an address of this machine.`, {
            cause: failure,
            hint: 'Use HOST=127.0.0.1.',
          }),
        );
      } else reject(failure);
    });
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const name =
    bound.family === 'IPv6'
      ? `[${bound.address === '::' ? '::1' : bound.address}]`
      : bound.address === '0.0.0.0'
        ? '127.0.0.1'
        : bound.address;
  return `http://${name}:${bound.port}`;
}
