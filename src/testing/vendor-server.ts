import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a stand-in answers to one request. A string body is sent as it is, anything else as JSON. */
export interface VendorAnswer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface VendorServer {
  /** `http://127.0.0.1:PORT`, for `<VENDOR>_BASE_URL`. */
  url: string;
  /** Requests so far, oldest first. */
  requests: { path: string; query: Record<string, string>; headers: Record<string, string> }[];
  close(): Promise<void>;
}

/** A vendor on this machine that answers with recorded payloads: real HTTP, no network. */
export async function vendorServer(
  answer: (path: string, query: Record<string, string>, headers: Record<string, string>) => VendorAnswer | undefined,
  port = 0,
): Promise<VendorServer> {
  const requests: VendorServer['requests'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const query = Object.fromEntries(url.searchParams);
    const received = request.headers as Record<string, string>;
    requests.push({ path: url.pathname, query, headers: received });
    const {
      status = 200,
      body = '',
      headers = {},
    } = answer(url.pathname, query, received) ?? { status: 404, body: { error: 'unknown' } };
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      ...headers,
    });
    response.end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
