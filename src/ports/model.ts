import type { z } from 'zod';

/** What a model run may cost and how long it may take. */
export interface ModelRequest<T> {
  system: string;
  prompt: string;
  schema: z.ZodType<T>;
  /** Deadline in milliseconds for the whole call, retries included. */
  deadlineMs: number;
  thinkingTokens?: number;
  /** What the call's cost is booked to; its budget is that of one decision. */
  decisionId?: string;
  signal?: AbortSignal;
}

/** Expected outcomes are values: a model that is down, slow, over budget or wrong is not an error of the desk. */
export type ModelAnswer<T> =
  | { outcome: 'answered'; value: T; text: string; model: string; costUsd: number | null; elapsedMs: number }
  | {
      outcome: 'unanswered';
      reason: 'no_model' | 'timeout' | 'unavailable' | 'invalid' | 'budget';
      message: string;
      model: string;
      costUsd: number | null;
      elapsedMs: number;
      text?: string;
    };

export interface Model {
  name: string;
  /** False where no model is configured: the desk is whole without one. */
  available: boolean;
  generate<T>(request: ModelRequest<T>): Promise<ModelAnswer<T>>;
}
