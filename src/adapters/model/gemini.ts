import type { GoogleGenAI } from '@google/genai';
import { AppError } from '../../domain/errors.ts';
import { failureOf } from './openai-compatible.ts';
import type { ModelPrice, ModelVendor } from './vendor.ts';

export interface GeminiOptions {
  model: string;
  apiKey: string;
  baseUrl?: string;
  price: ModelPrice | null;
}

/** @see https://ai.google.dev/api/generate-content */
export function gemini({ model, apiKey, baseUrl, price }: GeminiOptions): ModelVendor {
  let client: Promise<GoogleGenAI> | undefined;
  const connect = () => {
    client ??= import('@google/genai').then(
      // `responseJsonSchema` and thinking budgets live in v1beta; the SDK's own default is v1.
      (sdk) => new sdk.GoogleGenAI({ apiKey, httpOptions: { apiVersion: 'v1beta', ...(baseUrl ? { baseUrl } : {}) } }),
    );
    return client;
  };
  return {
    name: 'gemini',
    model,
    price,
    async call({ system, prompt, jsonSchema, maxTokens, thinkingTokens, signal }) {
      try {
        const answer = await (await connect()).models.generateContent({
          model,
          contents: prompt,
          config: {
            systemInstruction: system,
            responseMimeType: 'application/json',
            responseJsonSchema: jsonSchema,
            maxOutputTokens: maxTokens + (thinkingTokens ?? 0),
            ...thinking(model, thinkingTokens),
            abortSignal: signal,
          },
        });
        const text = answer.text;
        if (typeof text !== 'string') throw new AppError('unavailable', 'gemini answered without text.');
        const usage = answer.usageMetadata;
        const thought = usage?.thoughtsTokenCount ?? 0;
        return {
          text,
          inputTokens: usage?.promptTokenCount ?? null,
          outputTokens: usage?.candidatesTokenCount === undefined ? null : usage.candidatesTokenCount + thought,
        };
      } catch (failure) {
        if (failure instanceof AppError) throw failure;
        throw failureOf('gemini', (failure as { status?: number }).status, failure);
      }
    },
  };
}

/** Flash models think by default and are billed for it; only the strategist asks for thought. */
function thinking(model: string, tokens: number | undefined) {
  if (tokens) return { thinkingConfig: { thinkingBudget: tokens } };
  return /flash/.test(model) ? { thinkingConfig: { thinkingBudget: 0 } } : {};
}
