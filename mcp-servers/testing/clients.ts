import { serve } from '@hono/node-server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { AuthInfo, McpMount } from '../shell.ts';

type Fetch = (request: Request) => Promise<Response>;

/** What tests need of a client, the same for the newer and the older SDK. */
export interface TestClient {
  tools(): Promise<ListedTool[]>;
  call(name: string, args?: Record<string, unknown>): Promise<CallOutcome>;
  instructions(): string | undefined;
  close(): Promise<void>;
}
export interface ListedTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: { properties?: Record<string, unknown>; additionalProperties?: unknown };
  outputSchema?: unknown;
  annotations?: Record<string, unknown>;
}
export interface CallOutcome {
  isError?: boolean;
  structuredContent?: { data: Record<string, unknown>; meta: Record<string, unknown> };
  content: { type: string; text: string }[];
  /** The parsed error document, where it is one. */
  error?: { code: string; message: string; hint: string; retryable: boolean; details?: Record<string, unknown> };
}

export const auth = (...scopes: string[]): AuthInfo => ({ token: 'test', clientId: 'test', scopes });

/** A client of the 2.x line, in process: `auto` speaks the newer protocol, `legacy` the older. */
export async function connect(
  { fetch }: Pick<McpMount, 'fetch'>,
  { mode = 'auto', as }: { mode?: 'auto' | 'legacy'; as?: AuthInfo } = {},
): Promise<TestClient> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://desk.test/mcp'), {
      fetch: (input, init) => fetch(new Request(input, init), as),
    }),
  );
  return wrap(client);
}

/** The 1.x client, as many chat programs have it, over real HTTP. */
export async function connectOlder(url: string, token?: string): Promise<TestClient> {
  const client = new OlderClient({ name: 'older', version: '1' });
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  await client.connect(new OlderTransport(new URL(url), headers ? { requestInit: { headers } } : {}));
  return wrap(client);
}

interface AnyClient {
  listTools(): Promise<{ tools: unknown[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

export function wrap(client: AnyClient): TestClient {
  return {
    tools: async () => (await client.listTools()).tools as ListedTool[],
    async call(name, args = {}) {
      const outcome = (await client.callTool({ name, arguments: args })) as CallOutcome;
      return outcome.isError ? { ...outcome, error: JSON.parse(outcome.content[0]!.text).error } : outcome;
    },
    instructions: () => client.getInstructions(),
    close: () => client.close(),
  };
}

/** A real server on a free loopback port. */
export async function listen(fetch: Fetch): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((done) => {
            (server as { closeAllConnections?: () => void }).closeAllConnections?.();
            server.close(() => done());
          }),
      }),
    );
  });
}
