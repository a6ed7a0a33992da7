import {
  completable,
  createMcpHandler,
  McpServer,
  type McpServerFactory,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server';
import { type ServeStdioOptions, serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import type { ErrorDocument } from '../src/domain/errors.ts';
import type { JsonSchema } from './schema.ts';
import { createSubscriptions, type Watchable } from './subscriptions.ts';
import { type Caller, paperScopes, type Report, readScopes, type Tool } from './tool.ts';

/** One MCP server: a name, the words that a model reads first, and its tools in the order they are listed. */
export interface ServerDefinition<Deps> {
  name: string;
  title: string;
  /** How the tools work together, in a few lines: static. */
  instructions: string;
  tools: readonly Tool<Deps>[];
  prompts?: readonly PromptDefinition[];
  resources?: readonly ResourceDefinition<Deps>[];
}

/** Words that a person picks from a menu and a model then acts on. */
export interface PromptDefinition {
  name: string;
  title: string;
  description: string;
  arguments: Record<string, { description: string; optional?: boolean; complete?: (typed: string) => string[] }>;
  text(given: Record<string, string | undefined>): string;
}

/** A tool's answer under an address, for clients that attach documents: `conclave://decisions/{decision_id}`. */
export interface ResourceDefinition<Deps> {
  name: string;
  title: string;
  description: string;
  uri: string;
  tool: Tool<Deps>;
  /** The tool's arguments from the variables of the address. */
  arguments(variables: Record<string, string>): Record<string, unknown>;
  /** Where clients may subscribe: tells of changes until the returned function is called. */
  watch?: Watchable<Deps>['watch'];
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
  const { resources } = definition;
  const prompts = definition.prompts?.map((each) => ({ each, argsSchema: promptSchema(each) }));
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

  const watchable = resources?.some((each) => each.watch) ?? false;
  const factory: McpServerFactory = ({ era, requestInfo }) => {
    const server = new McpServer(
      { name: `conclave-${name}`, title, version: options.version },
      // The lists are static, so no change is ever announced.
      {
        instructions,
        capabilities: {
          tools: { listChanged: false },
          ...(prompts ? { prompts: { listChanged: false } } : {}),
          // The older era keeps its subscriptions in a session, and there are none here.
          ...(resources ? { resources: { listChanged: false, subscribe: watchable && era === 'modern' } } : {}),
        },
        cacheHints: { 'tools/list': { ttlMs: 300_000, cacheScope: 'public' } },
      },
    );
    const callerOf = ({ http }: ServerContext): Caller => {
      const auth = http?.authInfo;
      if (auth) return { subject: auth.clientId, scopes: auth.scopes };
      return requestInfo || http ? embedded : local;
    };
    for (const { each, config } of registered) {
      server.registerTool(each.name, config, (args, context) => {
        const { mcpReq } = context;
        const progressToken = mcpReq._meta?.progressToken;
        const progress = async (done: number, total: number, message: string) => {
          if (progressToken === undefined) return;
          const params = { progressToken, progress: done, total, message };
          await mcpReq.notify({ method: 'notifications/progress', params });
        };
        return each.call(deps, args, { signal: mcpReq.signal, caller: callerOf(context), progress }, report);
      });
    }
    for (const { each, argsSchema } of prompts ?? []) {
      server.registerPrompt(each.name, { title: each.title, description: each.description, argsSchema }, (given) => ({
        messages: [{ role: 'user', content: { type: 'text', text: each.text(given as Record<string, string>) } }],
      }));
    }
    for (const each of resources ?? []) {
      const { title, description } = each;
      const config = { title, description, mimeType: 'application/json' };
      const read = async (uri: URL, variables: Record<string, unknown>, context: ServerContext) => {
        const caller = { signal: context.mcpReq.signal, caller: callerOf(context), progress: async () => {} };
        const args = each.arguments(variables as Record<string, string>);
        const answer = await each.tool.call(deps, args, caller, report);
        const text = answer.content[0]!.text;
        if (answer.isError) throw resourceError(uri, JSON.parse(text));
        return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] };
      };
      if (each.uri.includes('{')) {
        server.registerResource(each.name, new ResourceTemplate(each.uri, { list: undefined }), config, read);
      } else {
        server.registerResource(each.name, each.uri, config, (uri, context) => read(uri, {}, context));
      }
    }
    return server;
  };

  const handler = createMcpHandler(factory, { onerror: (error) => report(error, name) });
  const subscriptions = createSubscriptions(resources ?? [], deps, (uri) => handler.notify.resourceUpdated(uri));
  return {
    name,
    fetch: (request, auth) =>
      subscriptions.around(request, () => handler.fetch(request, auth ? { authInfo: auth } : {})),
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

function promptSchema({ arguments: wanted }: PromptDefinition) {
  const shape = Object.entries(wanted).map(([name, { description, optional, complete }]) => {
    const text = z.string().max(200).describe(description);
    const field = complete ? completable(text, complete) : text;
    return [name, optional ? field.optional() : field] as const;
  });
  return z.object(Object.fromEntries(shape));
}

/** The tool's own words about a failure, which are fit to be seen, as the protocol wants them for resources. */
function resourceError(uri: URL, { error }: ErrorDocument): ProtocolError {
  if (error.code === 'not_found') return new ResourceNotFoundError(uri.href, error.message);
  const ours = error.code === 'internal' || error.code === 'unavailable';
  return new ProtocolError(ours ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams, error.message, {
    error,
  });
}

/** This process's stdin and stdout as the server. Nothing else may write to stdout from then on. */
export function serveOnStdio(
  factory: McpServerFactory,
  options: Pick<ServeStdioOptions, 'onerror' | 'transport'> = {},
) {
  return serveStdio(factory, options);
}
