import type OpenAI from 'openai';
import { AppError } from '../../domain/errors.ts';
import type { ModelCall, ModelPrice, ModelReply, ModelVendor } from './vendor.ts';

export interface OpenAiCompatibleOptions {
  /** `ollama`, `openai`, `anthropic`, or what the owner calls the server. */
  name: string;
  model: string;
  baseUrl?: string;
  /** Servers of one's own take any. */
  apiKey: string;
  price: ModelPrice | null;
  /** `reasoning_effort` without and with a thinking budget. Unset, a model may think its whole answer away. */
  effort?: { plain: string; thinking: string };
  /** Whether a thinking budget goes in a `thinking` field, as Anthropic has it. */
  thinkingField?: boolean;
  /** Newer OpenAI models refuse `max_tokens`, most others know nothing else. */
  tokenField?: 'max_tokens' | 'max_completion_tokens';
}

/**
 * Any server that speaks OpenAI chat completions: Ollama, vLLM, LM Studio, OpenAI, Anthropic's compatible endpoint.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): ModelVendor {
  let client: Promise<OpenAI> | undefined;
  // The SDK costs 130 ms to load; a desk without a model never pays it.
  const connect = () => {
    client ??= import('openai').then(
      (sdk) => new sdk.OpenAI({ baseURL: options.baseUrl, apiKey: options.apiKey, maxRetries: 0, logLevel: 'off' }),
    );
    return client;
  };

  let knowsFields = true;

  const ask = async (request: ModelCall, full: boolean): Promise<ModelReply> => {
    const { system, prompt, jsonSchema, maxTokens, thinkingTokens, signal } = request;
    const body: Record<string, unknown> = {
      model: options.model,
      messages: [
        {
          role: 'system',
          content: `${system}\n\nAnswer with one JSON object of this schema and nothing else:\n${JSON.stringify(jsonSchema)}`,
        },
        { role: 'user', content: prompt },
      ],
      [options.tokenField ?? 'max_tokens']: maxTokens + (thinkingTokens ?? 0),
    };
    // Servers refuse fields that they do not know; the second try is plain.
    if (full) {
      body.response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: jsonSchema } };
      if (options.effort) body.reasoning_effort = thinkingTokens ? options.effort.thinking : options.effort.plain;
      if (options.thinkingField && thinkingTokens) body.thinking = { type: 'enabled', budget_tokens: thinkingTokens };
    }
    const { completions } = (await connect()).chat;
    const answer = await completions.create(body as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming, {
      signal,
    });
    const text = answer?.choices?.[0]?.message?.content;
    if (typeof text !== 'string') {
      throw new AppError('unavailable', `${options.name} answered without a message (choices.0.message.content).`);
    }
    return {
      text,
      inputTokens: answer.usage?.prompt_tokens ?? null,
      outputTokens: answer.usage?.completion_tokens ?? null,
    };
  };

  return {
    name: options.name,
    model: options.model,
    price: options.price,
    async call(request) {
      try {
        return await ask(request, knowsFields);
      } catch (failure) {
        // Some servers know no schemas and say so with a 400; the prompt holds the schema as well.
        const refused = (failure as { status?: number }).status === 400 && knowsFields;
        if (!refused) throw explain(options.name, failure);
      }
      try {
        const reply = await ask(request, false);
        knowsFields = false;
        return reply;
      } catch (failure) {
        throw explain(options.name, failure);
      }
    },
  };
}

/** The SDK's errors carry the status; everything else is the network or the body. */
function explain(name: string, failure: unknown): AppError {
  if (failure instanceof AppError) return failure;
  const { status, headers } = failure as { status?: number; headers?: Headers };
  return failureOf(name, status, failure, headers?.get?.('retry-after'));
}

export function failureOf(name: string, status: number | undefined, cause: unknown, retryAfter?: string | null) {
  if (status === 429) {
    const seconds = Number(retryAfter);
    const retryAfterMs = retryAfter && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
    return new AppError('rate_limited', `${name} refuses more calls for now (429).`, {
      cause,
      details: { retryAfterMs },
    });
  }
  if (status === 401 || status === 403) {
    return new AppError('unauthorized', `${name} refuses the key (${status}).`, {
      cause,
      hint: `Check the key of ${name}.`,
    });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new AppError('invalid_input', `${name} refuses the request (${status}); is the model's name right?`, {
      cause,
    });
  }
  return new AppError('unavailable', `${name} failed${status ? ` (${status})` : ' to answer'}.`, { cause });
}
