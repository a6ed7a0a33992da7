import { createHash } from 'node:crypto';
import {
  Client,
  type JsonSchemaValidator,
  type jsonSchemaValidator,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { canonicalJson } from '../src/domain/canonical.ts';
import { AppError, type ErrorCode, errorCodes } from '../src/domain/errors.ts';

/** Where a server is: in this process, behind its own fetch handler, or at a URL. The code that calls it is the same. */
export type ToolServer =
  | { fetch(request: Request): Promise<Response> }
  | {
      url: string;
      token?: string;
      /** Fingerprint of the tool list that the owner approved: a foreign server that changes its words is refused. */
      pin?: string;
    };

export interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds; 30 seconds when absent. */
  timeoutMs?: number;
}

/** The analysts' only way to facts. */
export interface ToolClient {
  /**
   * The `data` of a tool's structured answer, unrounded. Throws AppError: the tool's own code, `not_found` for a tool
   * that no server has, `timeout`, `cancelled`, or `unavailable` when the server fails.
   */
  call<T>(tool: string, args: Record<string, unknown>, options?: CallOptions): Promise<T>;
  tools(): { name: string; server: string; description: string }[];
  /** sha256 of each server's tool list (names, descriptions, schemas, annotations), for `pin`. */
  fingerprints(): Record<string, string>;
  close(): Promise<void>;
}

const TIMEOUT = 30_000;

/**
 * A server of this process has just checked its answer against the schema that it would be checked against again; to
 * compile that schema a second time costs the first analysis a fifth of a second.
 */
const checkedAlready: jsonSchemaValidator = {
  getValidator<T>(): JsonSchemaValidator<T> {
    return (value) => ({ valid: true, data: value as T, errorMessage: undefined });
  },
};

/** Connects to every server and learns its tools. A tool that two servers offer belongs to the one named first. */
export async function connectTools(servers: Record<string, ToolServer>, version = '0.1.0'): Promise<ToolClient> {
  const connected = await Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const client = new Client(
        { name: 'conclave-desk', version },
        {
          versionNegotiation: { mode: 'auto' },
          ...('url' in server ? {} : { jsonSchemaValidator: checkedAlready }),
        },
      );
      try {
        await client.connect(transportTo(name, server));
        const { tools } = await client.listTools();
        const fingerprint = fingerprintOf(tools);
        if ('pin' in server && server.pin !== undefined && server.pin !== fingerprint) {
          throw new AppError('forbidden', `The MCP server ${name} offers other tools than those that were approved.`, {
            hint: `Look at its tools, then approve them by the pin ${fingerprint}.`,
          });
        }
        return { name, client, tools, fingerprint };
      } catch (cause) {
        await client.close().catch(() => undefined);
        if (cause instanceof AppError) throw cause;
        throw new AppError('unavailable', `The MCP server ${name} cannot be reached.`, { cause });
      }
    }),
  );
  const homes = new Map<string, { client: Client; server: string; description: string }>();
  for (const { name, client, tools } of connected) {
    for (const tool of tools) {
      if (!homes.has(tool.name)) homes.set(tool.name, { client, server: name, description: tool.description ?? '' });
    }
  }

  return {
    async call<T>(tool: string, args: Record<string, unknown>, { signal, timeoutMs = TIMEOUT }: CallOptions = {}) {
      const home = homes.get(tool);
      if (!home) throw new AppError('not_found', `No connected MCP server has a tool named ${tool}.`);
      const result = await home.client
        .callTool({ name: tool, arguments: defined(args) }, { signal, timeout: timeoutMs })
        .catch((cause: unknown) => {
          throw explain(tool, cause, signal);
        });
      if (result.isError) throw toolError(tool, result);
      const { structuredContent } = result as { structuredContent?: { data?: unknown } };
      if (structuredContent?.data === undefined) {
        throw new AppError('unavailable', `${tool} answered without structured data.`);
      }
      return structuredContent.data as T;
    },
    tools: () => [...homes].map(([name, { server, description }]) => ({ name, server, description })),
    fingerprints: () => Object.fromEntries(connected.map(({ name, fingerprint }) => [name, fingerprint])),
    close: async () => {
      await Promise.all(connected.map(({ client }) => client.close()));
    },
  };
}

function transportTo(name: string, server: ToolServer): StreamableHTTPClientTransport {
  if ('url' in server) {
    const { url, token } = server;
    return new StreamableHTTPClientTransport(
      new URL(url),
      token ? { authProvider: { token: async () => token } } : undefined,
    );
  }
  // The host name is never looked up: the handler answers in this process, over the same protocol as a remote one.
  return new StreamableHTTPClientTransport(new URL(`http://${name}.embedded/mcp`), {
    fetch: (url, init) => server.fetch(new Request(url, init)),
  });
}

function fingerprintOf(tools: readonly { name: string; [key: string]: unknown }[]): string {
  const shown = tools
    .map(({ name, title, description, inputSchema, outputSchema, annotations }) => ({
      name,
      ...JSON.parse(JSON.stringify({ title, description, inputSchema, outputSchema, annotations })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return createHash('sha256').update(canonicalJson(shown)).digest('hex');
}

const defined = (args: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));

function explain(tool: string, cause: unknown, signal: AbortSignal | undefined): AppError {
  if (signal?.aborted) return new AppError('cancelled', `${tool} was cancelled.`, { cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  const late = /timed? ?out/i.test(message);
  return new AppError(late ? 'timeout' : 'unavailable', `${tool} failed: ${message}`, { cause });
}

/** A tool's own error keeps its code, so that an unknown symbol stays one through every layer. */
function toolError(tool: string, result: { structuredContent?: unknown; content?: unknown }): AppError {
  const text = (result.content as { type: string; text?: string }[] | undefined)?.find((each) => each.text)?.text ?? '';
  const said = (result.structuredContent ?? parsed(text)) as
    | { error?: { code?: string; message?: string; hint?: string; details?: Record<string, unknown> } }
    | undefined;
  const code = said?.error?.code;
  if (said?.error && code && Object.hasOwn(errorCodes, code)) {
    const { message, hint, details } = said.error;
    return new AppError(code as ErrorCode, message ?? `${tool} failed.`, { hint, details });
  }
  return new AppError('unavailable', `${tool} failed: ${text.slice(0, 300) || 'no reason given'}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
