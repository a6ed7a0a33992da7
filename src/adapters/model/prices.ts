import type { ModelPrice } from './vendor.ts';

/** List prices in US dollars per million tokens, without discounts; a model that is not here is "unpriced". */
const prices: Record<string, ModelPrice> = {
  'gpt-5': { input: 1.25, output: 10 },
  'gpt-5-mini': { input: 0.25, output: 2 },
  'gpt-5-nano': { input: 0.05, output: 0.4 },
  'gpt-4.1': { input: 2, output: 8 },
  'gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'gemini-2.5-pro': { input: 1.25, output: 10 },
  'gemini-2.5-flash': { input: 0.3, output: 2.5 },
  'gemini-2.5-flash-lite': { input: 0.1, output: 0.4 },
  'claude-opus-4-5': { input: 5, output: 25 },
  'claude-sonnet-4-5': { input: 3, output: 15 },
  'claude-haiku-4-5': { input: 1, output: 5 },
};

/** By exact name, or by the name before a date such as `-20250929` or `-2025-08-07`. */
export const priceOf = (model: string): ModelPrice | null =>
  prices[model] ?? prices[model.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, '')] ?? null;

/** Dollars of one call; null where the price or the count is unknown. */
export function costOf(price: ModelPrice | null, inputTokens: number | null, outputTokens: number | null) {
  if (!price || inputTokens === null || outputTokens === null) return null;
  return (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
}

/** Four characters to a token, upwards: what a call is held to cost before its answer says. */
export const estimateTokens = (text: string) => Math.ceil(text.length / 4);
