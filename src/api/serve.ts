import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { AppError } from '../domain/errors.ts';
import type { App } from './app.ts';

const LARGEST_MESSAGE = 16 * 1024;

/**
 * Listens, and resolves with the address. Throws `port_in_use` when another program has the port. Port 0 takes a free
 * one.
 */
export async function serveApp(app: Pick<App, 'fetch'>, { host, port }: { host: string; port: number }) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const server = serve({ fetch: app.fetch, hostname: host, port, websocket: { server: sockets } });
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('listening', () => resolve(server.address() as AddressInfo));
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const failure = new AppError('port_in_use', `Port ${port} is taken by another program.`, { cause });
      reject(
        taken ? failure : new AppError('bad_config', `Cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
      );
    });
  });
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${address.port}`,
    port: address.port,
    server,
    /** Stops taking requests and ends the streams that would keep it open. */
    async close(): Promise<void> {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}
