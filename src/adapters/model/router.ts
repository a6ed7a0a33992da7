import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Duration } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Model, ModelAnswer, ModelRequest } from '../../ports/model.ts';
import { readAnswer } from './answer.ts';
import { createBreaker } from './breaker.ts';
import { createLedger, type ModelBudget } from './budget.ts';
import { costOf, estimateTokens } from './prices.ts';
import type { ModelVendor } from './vendor.ts';

export interface RouterOptions {
  /** In the order in which they are asked. */
  vendors: readonly ModelVendor[];
  clock: Clock;
  budget: ModelBudget;
  /** Attempts at one vendor, for what may pass: 429 and 5xx. */
  attempts?: number;
  breaker?: { failures: number; cool: Duration };
}

const MAX_TOKENS = 700;
const BACKOFF = 200;
const CACHED_ANSWERS = 256;

type Unanswered = Extract<ModelAnswer<never>, { outcome: 'unanswered' }>;

/**
 * The models in their order behind one door: a deadline over everything, retries, a breaker per vendor, hard budgets,
 * and answers checked against the schema. Never throws for a failing model; an aborted caller gets its own reason.
 */
export function modelRouter({ vendors, clock, budget, attempts = 2, breaker }: RouterOptions): Model {
  const ledger = createLedger(budget);
  const lines = vendors.map((vendor) => ({ vendor, breaker: createBreaker(breaker ?? { failures: 3, cool: 60_000 }) }));
  const cache = new Map<string, { text: string; model: string }>();

  async function generate<T>(request: ModelRequest<T>): Promise<ModelAnswer<T>> {
    const startedAt = clock.now();
    const elapsedMs = () => clock.now() - startedAt;
    const jsonSchema = plainSchema(request.schema);
    const key = createHash('sha256')
      .update(JSON.stringify([request.system, request.prompt, jsonSchema, request.thinkingTokens ?? 0]))
      .digest('hex');
    const remembered = cache.get(key);
    if (remembered) {
      const read = readAnswer(remembered.text, request.schema, jsonSchema);
      if (read.ok) return { outcome: 'answered', value: read.value, ...remembered, costUsd: 0, elapsedMs: elapsedMs() };
    }

    const stop = new AbortController();
    const deadline = clock.sleep(request.deadlineMs, stop.signal).then(
      () => 'deadline' as const,
      () => 'stopped' as const,
    );
    const give = new AbortController();
    const giveUp = () => give.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', giveUp, { once: true });
    if (request.signal?.aborted) giveUp();
    void deadline.then((how) => how === 'deadline' && give.abort(new AppError('timeout', 'The model took too long.')));

    let last: Unanswered = {
      outcome: 'unanswered',
      reason: 'unavailable',
      message: 'Every configured model is resting after failures; it is tried again within a minute.',
      model: vendors[0]?.model ?? 'none',
      costUsd: null,
      elapsedMs: 0,
    };
    let spent: number | null = null;
    try {
      for (const line of lines) {
        if (give.signal.aborted) break;
        if (!line.breaker.allows(clock.now())) continue;
        const { vendor } = line;
        const reserved = reserve(vendor, request);
        const miss = (reason: Unanswered['reason'], message: string, text?: string): Unanswered => ({
          outcome: 'unanswered',
          reason,
          message,
          model: vendor.model,
          costUsd: spent,
          elapsedMs: elapsedMs(),
          ...(text === undefined ? {} : { text }),
        });
        if (typeof reserved === 'string') {
          line.breaker.abandoned();
          last = miss('budget', `The model budget of the ${reserved} is spent.`);
          continue;
        }
        try {
          const reply = await tryVendor(vendor, { ...request, jsonSchema }, give.signal);
          line.breaker.succeeded();
          const cost = costOf(vendor.price, reply.inputTokens, reply.outputTokens);
          if (cost !== null) reserved.settle(cost);
          spent = cost === null ? spent : (spent ?? 0) + cost;
          const read = readAnswer(reply.text, request.schema, jsonSchema);
          if (read.ok) {
            remember(key, { text: reply.text, model: vendor.model });
            const { text } = reply;
            return {
              outcome: 'answered',
              value: read.value,
              text,
              model: vendor.model,
              costUsd: spent,
              elapsedMs: elapsedMs(),
            };
          }
          last = miss('invalid', `${vendor.name} answered what does not fit: ${read.why}.`, reply.text.slice(0, 2_000));
        } catch (failure) {
          if (give.signal.aborted) {
            // A deadline speaks against the vendor, a caller who left does not.
            if (request.signal?.aborted) line.breaker.abandoned();
            else line.breaker.failed(clock.now());
            last = miss('timeout', `${vendor.name} did not answer within ${request.deadlineMs} ms.`);
          } else {
            line.breaker.failed(clock.now());
            reserved.settle(0);
            last = miss('unavailable', failure instanceof AppError ? failure.message : `${vendor.name} failed.`);
          }
        }
      }
    } finally {
      stop.abort();
      request.signal?.removeEventListener('abort', giveUp);
    }
    return { ...last, elapsedMs: elapsedMs() };
  }

  /** Books the most that the call can cost; a vendor without a price is free or cannot be booked. */
  function reserve<T>(vendor: ModelVendor, request: ModelRequest<T>) {
    if (!vendor.price) return { settle: () => undefined };
    const tokensIn = estimateTokens(request.system) + estimateTokens(request.prompt) + 200;
    const most = costOf(vendor.price, tokensIn, MAX_TOKENS + (request.thinkingTokens ?? 0)) ?? 0;
    return ledger.reserve(clock.now(), request.decisionId, most);
  }

  async function tryVendor<T>(
    vendor: ModelVendor,
    { system, prompt, jsonSchema, thinkingTokens }: ModelRequest<T> & { jsonSchema: Record<string, unknown> },
    signal: AbortSignal,
  ) {
    for (let attempt = 1; ; attempt++) {
      try {
        const call = vendor.call({ system, prompt, jsonSchema, maxTokens: MAX_TOKENS, thinkingTokens, signal });
        return await Promise.race([call, aborted(signal)]);
      } catch (failure) {
        const passing =
          failure instanceof AppError && (failure.code === 'rate_limited' || failure.code === 'unavailable');
        if (signal.aborted || !passing || attempt >= attempts) throw failure;
        const wait = failure.details?.retryAfterMs;
        await clock.sleep(typeof wait === 'number' ? wait : BACKOFF * 2 ** (attempt - 1), signal);
      }
    }
  }

  function remember(key: string, answer: { text: string; model: string }) {
    cache.set(key, answer);
    if (cache.size > CACHED_ANSWERS) cache.delete(cache.keys().next().value!);
  }

  return { name: vendors.map((vendor) => vendor.model).join(', '), available: vendors.length > 0, generate };
}

/** Bounds of texts that strict servers refuse to compile; zod checks them on the answer all the same. */
const unwelcome = new Set(['$schema', 'minLength', 'maxLength', 'pattern', 'format', 'default']);

/** A JSON Schema with closed objects, as strict modes ask for, and without what they do not know. */
function plainSchema(schema: z.ZodType): Record<string, unknown> {
  const text = JSON.stringify(z.toJSONSchema(schema), (key, value) =>
    // A property of that name is an object, the keyword never is.
    unwelcome.has(key) && typeof value !== 'object' ? undefined : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

/** Rejects when the signal aborts, even where an SDK does not listen. */
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
