import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToolClient } from '../../agents/tool-client.ts';
import { readOwner } from '../../db/data-dir.ts';
import { createLog } from '../adapters/log.ts';
import { AppError } from '../domain/errors.ts';
import { version } from '../version.ts';
import type { CliContext } from './context.ts';
import { errorFromDocument } from './fail.ts';

/** The desk as a command sees it: its API, whether the desk runs elsewhere or in this process. */
export interface DeskClient {
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** An answer that comes in pieces; `body` is sent as it is read. Throws the desk's error when it refuses. */
  open(
    method: 'GET' | 'POST',
    path: string,
    options?: { accept?: string; body?: AsyncIterable<Uint8Array> },
  ): Promise<Response>;
  /** The desk's MCP servers, as the analysts call them. */
  tools(names: readonly string[]): Promise<ToolClient>;
  close(): Promise<void>;
}

const LOCK_PATIENCE_MS = 60_000;

/**
 * One process owns DATA_DIR. If a desk runs there, the command is a thin client of it over loopback; if none does, the
 * command opens the folder itself and speaks to the same API in process. Throws `locked` after a minute.
 */
export async function connect(context: CliContext): Promise<DeskClient> {
  const config = context.config();
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const owner = await readOwner(config.dataDir);
    if (owner?.url) return client((request) => fetch(request), owner.url, owner.token);
    try {
      // Loaded on use: a thin client of a running desk needs none of it.
      const { openSystem } = await import('../system.ts');
      const system = await openSystem({ config, log: createLog('error'), schedules: false });
      return client(
        (request) => Promise.resolve(system.fetch(request)),
        'http://127.0.0.1',
        system.localToken,
        () => system.stop(),
      );
    } catch (failure) {
      const busy = failure instanceof AppError && failure.code === 'locked';
      if (!busy || Date.now() > deadline) throw failure;
      await sleep(250);
    }
  }
}

function client(
  send: (request: Request) => Promise<Response>,
  base: string,
  token: string,
  stop?: () => Promise<void>,
): DeskClient {
  const ask = async (path: string, init: RequestInit & { duplex?: 'half' }) => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const response = await send(new Request(new URL(path, base), { ...init, headers })).catch((cause: unknown) => {
      throw new AppError('unavailable', 'The running desk does not answer.', {
        cause,
        hint: 'Stop it (Ctrl-C where it runs) and try again.',
      });
    });
    if (!response.ok) throw errorFromDocument(await response.json().catch(() => undefined), response.status);
    return response;
  };
  return {
    async call<T>(method: string, path: string, body?: unknown) {
      const content =
        body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const response = await ask(path, { method, ...content });
      return (response.status === 204 ? undefined : await response.json().catch(() => undefined)) as T;
    },
    open: (method, path, { accept = '*/*', body } = {}) =>
      ask(path, {
        method,
        headers: { accept, ...(body ? { 'content-type': 'application/octet-stream' } : {}) },
        ...(body
          ? {
              body: Readable.toWeb(Readable.from(body, { objectMode: false })) as ReadableStream,
              duplex: 'half' as const,
            }
          : {}),
      }),
    tools: async (names) => {
      const { connectTools } = await import('../../agents/tool-client.ts');
      const mount = (name: string) => ({
        fetch: async (request: Request) => {
          const headers = new Headers(request.headers);
          headers.set('authorization', `Bearer ${token}`);
          const body = request.body ? await request.arrayBuffer() : undefined;
          return send(
            new Request(new URL(`/mcp/${name}`, base), {
              method: request.method,
              headers,
              body,
              signal: request.signal,
            }),
          );
        },
      });
      return connectTools(Object.fromEntries(names.map((name) => [name, mount(name)])), version);
    },
    close: async () => stop?.(),
  };
}

/** Runs one command against the desk and lets go of it, whatever happens. */
export async function withDesk<T>(context: CliContext, work: (desk: DeskClient) => Promise<T>): Promise<T> {
  const desk = await connect(context);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}
