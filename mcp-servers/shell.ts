import {
  createMcpHandler,
  McpServer,
  type McpServerFactory,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import { type ServeStdioOptions, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { JsonSchema } from './schema.ts';
import { type Caller, paperScopes, type Report, readScopes, type Tool } from './tool.ts';

/** One MCP server: a name, the words that a model reads first, and its tools in the order they are listed. */
export interface ServerDefinition<Deps> {
  name: string;
  title: string;
  /** How the tools work together, in a few lines: static. */
  instructions: string;
  tools: readonly Tool<Deps>[];
}

/** What the token says, as the SDK carries it. `fetch` trusts it: whoever mounts the server checks the token. */
export interface AuthInfo {
  token: string;
  clientId: string;
  scopes: string[];
  /** Seconds since 1970. */
  expiresAt?: number;
  extra?: Record<string, unknown>;
}

export interface McpMount {
  name: string;
  /** Streamable HTTP for both eras of the protocol, no session. Without `auth` the caller may only read. */
  fetch(request: Request, auth?: AuthInfo): Promise<Response>;
  /** For stdio: one connection per call, as the owner's own chat client (reading and paper orders). */
  factory: McpServerFactory;
  close(): Promise<void>;
}

export interface MountOptions {
  version: string;
  report?: Report;
}

/** In-process callers without a token, and nobody else: they look, they do not touch. */
const embedded: Caller = { subject: 'embedded', scopes: readScopes };
/** The other end of our own stdin: a program that the owner started. */
const local: Caller = { subject: 'stdio', scopes: paperScopes };

/** Serves a definition over the given dependencies. The tools do the work; this knows the protocol and nothing else. */
export function mount<Deps>(definition: ServerDefinition<Deps>, deps: Deps, options: MountOptions): McpMount {
  const { name, title, instructions, tools } = definition;
  const report = options.report ?? (() => {});
  const registered = tools.map((each) => ({
    each,
    config: {
      title: each.title,
      description: each.description,
      inputSchema: advertised(each.inputSchema),
      outputSchema: advertised(each.outputSchema),
      annotations: each.annotations,
    },
  }));

  const factory: McpServerFactory = ({ requestInfo }) => {
    const server = new McpServer(
      { name: `conclave-${name}`, title, version: options.version },
      // The list is static, so no change is ever announced.
      {
        instructions,
        capabilities: { tools: { listChanged: false } },
        cacheHints: { 'tools/list': { ttlMs: 300_000, cacheScope: 'public' } },
      },
    );
    for (const { each, config } of registered) {
      server.registerTool(each.name, config, (args, { mcpReq, http }) => {
        const auth = http?.authInfo;
        const caller = auth ? { subject: auth.clientId, scopes: auth.scopes } : requestInfo || http ? embedded : local;
        const progressToken = mcpReq._meta?.progressToken;
        const progress = async (done: number, total: number, message: string) => {
          if (progressToken === undefined) return;
          const params = { progressToken, progress: done, total, message };
          await mcpReq.notify({ method: 'notifications/progress', params });
        };
        return each.call(deps, args, { signal: mcpReq.signal, caller, progress }, report);
      });
    }
    return server;
  };

  const handler = createMcpHandler(factory, { onerror: (error) => report(error, name) });
  return {
    name,
    fetch: (request, auth) => handler.fetch(request, auth ? { authInfo: auth } : {}),
    factory,
    close: () => handler.close(),
  };
}

/**
 * The schema that clients see. The tool checks its own arguments, because it knows spellings and answers in our error
 * form; so the SDK's check lets everything through.
 */
function advertised(schema: JsonSchema): StandardSchemaWithJSON<unknown, unknown> {
  const json = () => schema;
  return {
    '~standard': {
      version: 1,
      vendor: 'conclave',
      validate: (value) => ({ value }),
      jsonSchema: { input: json, output: json },
    },
  };
}

/** This process's stdin and stdout as the server. Nothing else may write to stdout from then on. */
export function serveOnStdio(
  factory: McpServerFactory,
  options: Pick<ServeStdioOptions, 'onerror' | 'transport'> = {},
) {
  return serveStdio(factory, options);
}
