/** One call to one model, without retries: those, deadlines and budgets are the router's. */
export interface ModelCall {
  system: string;
  prompt: string;
  /** JSON Schema of the answer, every field required. */
  jsonSchema: Record<string, unknown>;
  maxTokens: number;
  thinkingTokens?: number;
  signal: AbortSignal;
}

export interface ModelReply {
  text: string;
  /** As the vendor counted them; null where it did not say. */
  inputTokens: number | null;
  outputTokens: number | null;
}

/**
 * One model of one vendor. `call` throws AppError `rate_limited` (details.retryAfterMs), `unavailable`, `unauthorized`
 * or `invalid_input`, with the vendor's failure as cause; its messages hold no key.
 */
export interface ModelVendor {
  name: string;
  model: string;
  /** US dollars per million tokens in and out; null where unknown. */
  price: ModelPrice | null;
  call(request: ModelCall): Promise<ModelReply>;
}

export interface ModelPrice {
  input: number;
  output: number;
}
