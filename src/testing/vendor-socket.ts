import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { VendorEvent } from '../ports/stream.ts';
import type { VendorAnswer } from './vendor-server.ts';

/** One connection that a client opened to the stand-in. */
export interface Peer {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** Texts that the client sent and nobody has taken with `next`. */
  received: string[];
  /** The next text of the client. */
  next(): Promise<string>;
  /** The same, read as JSON. */
  nextJson(): Promise<unknown>;
  /** A text is sent as it is, anything else as JSON. */
  send(frame: unknown): void;
  close(code?: number): void;
  closed: Promise<number>;
}

export interface VendorSocket {
  /** `http://127.0.0.1:PORT`, for `<VENDOR>_BASE_URL`. */
  url: string;
  /** The next connection that a client opens. */
  next(): Promise<Peer>;
  /** Connections so far. */
  count(): number;
  close(): Promise<void>;
}

/**
 * A vendor's feed on this machine: real WebSockets, no network. `refuse`: answer the handshake with this status;
 * `answer`: what a plain request gets, where the vendor has both on one host.
 */
export async function vendorSocket(
  options: { refuse?: number; answer?: (path: string, query: Record<string, string>) => VendorAnswer } = {},
): Promise<VendorSocket> {
  const { refuse, answer } = options;
  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const { status = 200, body } = answer?.(pathname, Object.fromEntries(searchParams)) ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
  });
  const server = new WebSocketServer({
    server: http,
    ...(refuse
      ? { verifyClient: (_: unknown, reply: (ok: boolean, code: number) => void) => reply(false, refuse) }
      : {}),
  });
  const peers = queue<Peer>();
  let count = 0;
  server.on('connection', (socket, request) => {
    count++;
    peers.push(peerOf(socket, request.url ?? '/', request.headers));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    next: peers.next,
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function peerOf(socket: WebSocket, path: string, headers: Peer['headers']): Peer {
  const texts = queue<string>();
  socket.on('message', (bytes: Buffer) => texts.push(bytes.toString('utf8')));
  return {
    ...{ path, headers, received: texts.waiting, next: texts.next },
    nextJson: async () => JSON.parse(await texts.next()),
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    close: (code) => socket.close(code),
    closed: new Promise((resolve) => socket.once('close', (code) => resolve(code))),
  };
}

/** What a feed told, in order, with a wait for what is still to come. */
export function eventLog() {
  const events: VendorEvent[] = [];
  const arrivals = queue<VendorEvent>();
  return {
    events,
    listener: (event: VendorEvent) => {
      events.push(event);
      arrivals.push(event);
    },
    /** The next event of this kind; those before it are passed over. */
    async next<K extends VendorEvent['kind']>(kind: K): Promise<Extract<VendorEvent, { kind: K }>> {
      for (;;) {
        const event = await arrivals.next();
        if (event.kind === kind) return event as Extract<VendorEvent, { kind: K }>;
      }
    },
  };
}

function queue<T>() {
  const waiting: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    waiting,
    push(item: T) {
      const taker = takers.shift();
      if (taker) taker(item);
      else waiting.push(item);
    },
    next: () =>
      waiting.length > 0 ? Promise.resolve(waiting.shift()!) : new Promise<T>((resolve) => takers.push(resolve)),
  };
}
