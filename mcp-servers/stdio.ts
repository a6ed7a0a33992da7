import type { Readable, Writable } from 'node:stream';
import type { McpMount } from './shell.ts';
import { eventsOf } from './sse.ts';

/** Where the process that owns the data folder listens, from `server.json`. */
export interface Owner {
  /** Origin, e.g. http://127.0.0.1:3000. */
  url: string;
  token?: string;
}

export interface BridgeOptions extends Owner {
  /** Name of the server: market-data, analysis, sentiment, execution or conclave. */
  name: string;
  /** Asked once when the owner is gone or refuses the token: it may have restarted elsewhere. */
  relocate?: () => Promise<Owner | undefined>;
  input?: Readable;
  output?: Writable;
  log?: (line: string) => void;
  fetch?: typeof fetch;
}

interface Message {
  jsonrpc: '2.0';
  id?: string | number | null;
  method?: string;
  params?: { [key: string]: unknown; _meta?: Record<string, unknown> };
  result?: { [key: string]: unknown; protocolVersion?: string };
  error?: unknown;
}

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
/** How long requests that came before the end of stdin may still take. */
const FAREWELL_MS = 60_000;

/**
 * This process's stdin and stdout as a client of the owner's `/mcp/NAME`: one JSON-RPC message a line in, one POST each,
 * every answer a line out. It does not understand the messages beyond their envelope, so both eras of the protocol pass:
 * the older one's `initialize` is answered without a session, the newer one's requests carry all they need.
 * Resolves when stdin has ended and everything asked is answered. stdout carries JSON-RPC only; words go to stderr.
 */
export async function bridgeStdio(options: BridgeOptions): Promise<void> {
  const { name, input = process.stdin, output = process.stdout, fetch: send = fetch } = options;
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  const inFlight = new Map<string | number, AbortController>();
  const pending = new Set<Promise<void>>();
  const closing = new AbortController();
  let owner: Owner = options;
  let olderVersion: string | undefined;

  const write = (message: unknown) => {
    output.write(`${JSON.stringify(message)}\n`);
  };
  // A client that hangs up without closing stdin first is no failure of ours.
  output.on('error', () => closing.abort());
  const refuse = (id: Message['id'], code: number, text: string) => {
    if (id !== undefined) write({ jsonrpc: '2.0', id, error: { code, message: text } });
  };

  const post = (message: Message, signal: AbortSignal) =>
    send(new URL(`/mcp/${name}`, owner.url), {
      method: 'POST',
      headers: headersOf(message, owner.token, olderVersion),
      body: JSON.stringify(message),
      signal,
    });

  async function postOrRelocate(message: Message, signal: AbortSignal): Promise<Response> {
    const first = await post(message, signal).catch((failure: unknown) => {
      if (signal.aborted || !options.relocate) throw failure;
    });
    if (first && (first.status !== 401 || !options.relocate)) return first;
    await first?.body?.cancel();
    owner = (await options.relocate?.()) ?? owner;
    return post(message, signal);
  }

  async function forward(message: Message): Promise<void> {
    const { id, method } = message;
    if (method === 'notifications/cancelled') {
      // Over HTTP a request is cancelled by hanging up.
      inFlight.get(message.params?.requestId as string | number)?.abort();
      return;
    }
    const controller = new AbortController();
    if (id !== undefined && id !== null) inFlight.set(id, controller);
    try {
      const response = await postOrRelocate(message, AbortSignal.any([controller.signal, closing.signal]));
      const relay = (answer: Message) => {
        if (method === 'initialize' && answer.result?.protocolVersion) olderVersion = answer.result.protocolVersion;
        // A refusal that could not read the request has no id; the client waits for one.
        write(answer.id === null && id !== undefined ? { ...answer, id } : answer);
      };
      await relayBody(response, relay, (text) => refuse(id, -32603, text), id === undefined);
    } catch (failure) {
      if (controller.signal.aborted || closing.signal.aborted) return;
      log(`mcp ${name}: ${owner.url} ${failure instanceof Error ? failure.message : failure}`);
      refuse(id, -32603, `Conclave does not answer at ${owner.url}. Start it with npm start, then try again.`);
    } finally {
      if (id !== undefined && id !== null) inFlight.delete(id);
    }
  }

  for await (const line of linesOf(input)) {
    let message: Message;
    try {
      message = JSON.parse(line);
    } catch {
      write({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'This line is not JSON.' } });
      continue;
    }
    // Streams without end must not hold the process back once the client has gone.
    const task = forward(message);
    if (message.method === 'subscriptions/listen') continue;
    pending.add(task);
    task.finally(() => pending.delete(task));
  }
  const farewell = AbortSignal.timeout(FAREWELL_MS);
  farewell.addEventListener('abort', () => closing.abort(), { once: true });
  await Promise.all(pending);
  closing.abort();
}

/** An owner-less server on this process's own stdin and stdout. Resolves when the client has gone. */
export async function serveStdioDirect(
  { factory }: Pick<McpMount, 'factory'>,
  log: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<void> {
  // Only here is the SDK needed: a bridge should be there at once.
  const { serveOnStdio } = await import('./shell.ts');
  serveOnStdio(factory, { onerror: (error) => log(`mcp: ${error.message}`) });
  await new Promise<void>((resolve) => {
    process.stdin.once('close', resolve).once('end', resolve);
  });
}

function headersOf({ method, params }: Message, token: string | undefined, olderVersion: string | undefined) {
  const headers = new Headers({
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  });
  if (token) headers.set('Authorization', `Bearer ${token}`);
  const newer = params?._meta?.[VERSION_KEY];
  if (typeof newer === 'string') {
    headers.set('MCP-Protocol-Version', newer);
    if (method) headers.set('Mcp-Method', method);
    const subject = params?.name ?? params?.uri;
    if (typeof subject === 'string') headers.set('Mcp-Name', headerText(subject));
  } else if (olderVersion && method !== 'initialize') {
    headers.set('MCP-Protocol-Version', olderVersion);
  }
  return headers;
}

/** Header values are plain ASCII; anything else travels as the protocol's base64 sentinel. */
const headerText = (text: string) =>
  /^[\x21-\x7e]+$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;

async function relayBody(
  response: Response,
  relay: (answer: Message) => void,
  refuse: (text: string) => void,
  silent: boolean,
): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  if (response.body && type.includes('text/event-stream')) {
    for await (const event of eventsOf(response.body)) if (event.trim() !== '') relay(JSON.parse(event));
    return;
  }
  const text = await response.text();
  if (silent) return;
  const answer = type.includes('json') ? JSON.parse(text) : undefined;
  if (answer?.jsonrpc === '2.0' || Array.isArray(answer)) return relay(answer);
  // Not the MCP server but the API before it: a missing token, a wrong path.
  const said = answer?.error?.message ?? `HTTP ${response.status}`;
  refuse(`Conclave refused the request: ${said}`);
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
