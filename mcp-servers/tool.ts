import { z } from 'zod';
import { formatAmount } from '../src/domain/decimal.ts';
import { AppError, errorDocument } from '../src/domain/errors.ts';
import type { QualityFlag } from '../src/domain/quality.ts';
import { coerceArguments } from './coerce.ts';
import { explainIssues } from './explain.ts';
import { cutToSize, paged } from './paging.ts';
import { type JsonSchema, jsonSchemaOf, resultSchemaOf } from './schema.ts';

/** What a token may do. A tool names exactly one; nothing implies another. */
export const scopes = [
  'market:read',
  'analysis:run',
  'sentiment:read',
  'account:read',
  'trade:paper',
  'trade:live',
  /** The owner's own token: what no agent may do, such as resuming a halted desk. */
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

/** Enough to look at everything and to change nothing: what in-process analysts get. */
export const readScopes: readonly Scope[] = ['market:read', 'analysis:run', 'sentiment:read', 'account:read'];
/** Reading plus paper orders: what the owner's own chat client gets. */
export const paperScopes: readonly Scope[] = [...readScopes, 'trade:paper'];

/** Who calls: from the bearer token, or the process's own side of stdio. */
export interface Caller {
  subject: string;
  scopes: readonly string[];
}

export interface ToolContext {
  signal: AbortSignal;
  caller: Caller;
  /** True when the caller asked for `response_format: "detailed"`. */
  detailed: boolean;
  /** Reaches the client only when it asked for progress. */
  progress(done: number, total: number, text: string): Promise<void>;
}

/** Rides with every answer; the same at every door. Times ISO 8601 UTC. */
export interface Meta {
  asOf: string;
  source: string;
  freshness: { stale: boolean; ageSeconds: number };
  quality: { score: number; flags: readonly QualityFlag[] } | null;
  simulated?: true;
  notices?: readonly string[];
  /** Give it back as `cursor` for the next page; absent on the last. */
  cursor?: string;
  /** Said when the answer was cut to its size limit. */
  truncated?: string;
}

/** `read` changes nothing, `write` adds something, `destructive` moves money, cancels or stops. */
export type Effect = 'read' | 'write' | 'destructive';

export interface ToolDefinition<Deps, I extends z.ZodObject, O extends z.ZodObject> {
  name: string;
  title: string;
  /** What, when, units, one example. Static text: nothing from outside ever enters it. */
  description: string;
  effect: Effect;
  scope: Scope;
  /** The same arguments again change nothing more. Reading tools are by nature. */
  idempotent?: boolean;
  /** Its answer holds words or numbers of outsiders. */
  openWorld?: boolean;
  input: I;
  /** Shape of `data`. */
  output: O;
  /** The array in `data` that the shell pages by `limit` and `cursor` and cuts to size. */
  list?: keyof z.input<O> & string;
  run(deps: Deps, input: z.output<I>, context: ToolContext): Promise<{ data: z.input<O>; meta: Meta }>;
}

/** What one call comes to, in the protocol's own form. */
export interface ToolAnswer {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}

/** A tool as a server holds it: schemas made once, one function that never throws. */
export interface Tool<Deps> {
  name: string;
  title: string;
  description: string;
  scope: Scope;
  effect: Effect;
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
  inputSchema: JsonSchema;
  outputSchema: JsonSchema;
  call(deps: Deps, args: unknown, context: Omit<ToolContext, 'detailed'>, report: Report): Promise<ToolAnswer>;
}

/** Told of failures that the caller must not see whole. */
export type Report = (failure: unknown, tool: string) => void;

export function tool<Deps, I extends z.ZodObject, O extends z.ZodObject>(
  definition: ToolDefinition<Deps, I, O>,
): Tool<Deps> {
  const { name, title, description, effect, scope, input, output, run, list } = definition;
  const inputSchema = jsonSchemaOf(input, 'input');
  const result = z.object({ data: output, meta: z.record(z.string(), z.unknown()) });

  async function answer(deps: Deps, args: unknown, context: Omit<ToolContext, 'detailed'>): Promise<ToolAnswer> {
    if (!context.caller.scopes.includes(scope)) {
      throw new AppError('forbidden', `${name} needs the scope ${scope}, which this token does not have.`);
    }
    const spelled = coerceArguments(inputSchema, args);
    const parsed = input.safeParse(spelled);
    if (!parsed.success) throw explainIssues(name, parsed.error.issues, inputSchema, spelled);
    const asked = parsed.data as { limit?: number; cursor?: string; response_format?: string };
    const detailed = asked.response_format === 'detailed';

    let { data, meta } = await run(deps, parsed.data, { ...context, detailed });
    if (list) {
      // What the caller did not ask for in so many words is cut to the default size; what it did, to the hard one.
      const roomy = detailed || (spelled as { limit?: unknown }).limit !== undefined;
      const page = paged(data[list] as unknown[], asked);
      ({ data, meta } = cutToSize(data, meta, { list, page, roomy }));
    }
    const text = plainJson({ data, meta });
    const structured = JSON.parse(text);
    const shaped = result.safeParse(structured);
    if (!shaped.success) throw new Error(`${name} answered another shape: ${z.prettifyError(shaped.error)}`);
    return { content: [{ type: 'text', text }], structuredContent: structured };
  }

  return {
    name,
    title,
    description,
    scope,
    effect,
    annotations: {
      readOnlyHint: effect === 'read',
      destructiveHint: effect === 'destructive',
      idempotentHint: definition.idempotent ?? effect === 'read',
      openWorldHint: definition.openWorld ?? false,
    },
    inputSchema,
    outputSchema: resultSchemaOf(output),
    async call(deps, args, context, report) {
      try {
        return await answer(deps, args, context);
      } catch (failure) {
        const stopped = context.signal.aborted && !(failure instanceof AppError);
        const known = stopped ? new AppError('cancelled', `${name} was cancelled.`, { cause: failure }) : failure;
        if (!(known instanceof AppError) || known.code === 'internal') report(failure, name);
        // No structuredContent: clients of the older line check it against the output schema even on errors.
        return { content: [{ type: 'text', text: plainJson(errorDocument(known)) }], isError: true };
      }
    },
  };
}

/** Amounts as decimal text, undefined left out. */
const plainJson = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? formatAmount(each) : each));
