import type { Model, ModelAnswer, ModelRequest } from '../ports/model.ts';

export type ScriptedAnswer =
  | { answer: unknown }
  | { fail: 'timeout' | 'unavailable' | 'invalid' | 'budget' }
  /** A model that breaks its contract by throwing. */
  | { throws: string };

export interface ScriptedModel extends Model {
  requests: { system: string; prompt: string }[];
}

/**
 * A model that says what the test wants: a fixed list (the last repeats), or a function of the request. Answers pass
 * through the request's schema, as a real adapter's do.
 */
export function scriptedModel(
  script: ScriptedAnswer | ScriptedAnswer[] | ((request: { system: string; prompt: string }) => ScriptedAnswer),
): ScriptedModel {
  const queue = Array.isArray(script) ? [...script] : [];
  const requests: ScriptedModel['requests'] = [];
  const next = (request: { system: string; prompt: string }): ScriptedAnswer => {
    if (typeof script === 'function') return script(request);
    if (!Array.isArray(script)) return script;
    return queue.length > 1 ? queue.shift()! : queue[0]!;
  };
  return {
    name: 'scripted',
    available: true,
    requests,
    async generate<T>({ system, prompt, schema }: ModelRequest<T>): Promise<ModelAnswer<T>> {
      requests.push({ system, prompt });
      const step = next({ system, prompt });
      const common = { model: 'scripted', costUsd: 0.001, elapsedMs: 1 };
      if ('throws' in step) throw new Error(step.throws);
      if ('fail' in step) {
        return { outcome: 'unanswered', reason: step.fail, message: `scripted ${step.fail}`, ...common };
      }
      const parsed = schema.safeParse(step.answer);
      const text = JSON.stringify(step.answer);
      if (parsed.success) return { outcome: 'answered', value: parsed.data, text, ...common };
      return { outcome: 'unanswered', reason: 'invalid', message: 'scripted answer does not fit', text, ...common };
    },
  };
}
