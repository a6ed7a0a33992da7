import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { ModelAnswer } from '../../ports/model.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { type ModelServer, startModelServer } from '../../testing/model-server.ts';
import { readAnswer } from './answer.ts';
import { createBreaker } from './breaker.ts';
import { gemini } from './gemini.ts';
import { createModels, type ModelVendor, modelRouter, modelVendors, noModel } from './index.ts';
import { openAiCompatible } from './openai-compatible.ts';
import { costOf, priceOf } from './prices.ts';

const View = z.object({
  direction: z.enum(['long', 'flat', 'short']),
  confidence: z.number().min(0).max(1),
  note: z.string().nullable(),
});
const good = { direction: 'long', confidence: 0.7, note: null };
const budget = { decisionUsd: 0.05, hourUsd: 0.5, dayUsd: 2 };
/** Backoffs end at once; the deadline never comes by itself. */
function patientClock(): Clock {
  const clock = fakeClock();
  return {
    now: clock.now,
    sleep: (duration, signal) => (duration >= 5_000 ? clock.sleep(duration, signal) : clock.advance(duration)),
  };
}
const request = { system: 'You judge.', prompt: 'EURUSD?', schema: View, deadlineMs: 5_000 };

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());
afterEach(() => {
  server.calls.length = 0;
});

const vendors: Record<string, () => ModelVendor> = {
  'an OpenAI-compatible server': () =>
    openAiCompatible({
      name: 'ollama',
      model: 'qwen3:8b',
      baseUrl: `${server.url}/v1`,
      apiKey: 'k',
      price: { input: 1, output: 2 },
    }),
  Gemini: () => gemini({ model: 'gemini-2.5-flash', apiKey: 'k', baseUrl: server.url, price: { input: 1, output: 2 } }),
};

describe.each(Object.entries(vendors))('%s', (_name, vendor) => {
  const model = (clock: Clock = patientClock()) => modelRouter({ vendors: [vendor()], clock, budget });

  it('gives a checked value, its model and its cost', async () => {
    server.script({ kind: 'answer', value: good });
    const answer = await model().generate(request);
    expect(answer).toMatchObject({ outcome: 'answered', value: good, costUsd: (1_000 + 400) / 1e6 });
  });

  it('asks for the schema, and thinks only when told to', async () => {
    server.script({ kind: 'answer', value: good });
    await vendor().call({
      system: 's',
      prompt: 'p',
      jsonSchema: { type: 'object' },
      maxTokens: 10,
      thinkingTokens: 1_024,
      signal: new AbortController().signal,
    });
    const body = JSON.stringify(server.calls[0]!.body);
    expect(body).toMatch(/json_schema|responseJsonSchema/);
    expect(server.calls[0]!.path).toMatch(
      /\/v1\/chat\/completions|\/v1beta\/models\/gemini-2\.5-flash:generateContent/,
    );
  });

  it('closes the schema and leaves out what strict servers refuse', async () => {
    server.script({ kind: 'answer', value: { word: 'x' } });
    await model().generate({ ...request, schema: z.object({ word: z.string().max(5) }) });
    const body = JSON.stringify(server.calls[0]!.body);
    expect(body).toContain('"additionalProperties":false');
    expect(body).not.toContain('maxLength');
  });

  it.each([
    ['fenced, with chatter', `Sure!\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\` hope it helps`],
    ['after thinking aloud', `<think>{"direction":"short"} hmm</think>${JSON.stringify(good)}`],
    ['with numbers as text', '{"direction":" LONG ","confidence":"70%","note":null,"extra":1}'],
  ])('reads an answer %s', async (_case, text) => {
    server.script({ kind: 'text', text });
    expect(await model().generate(request)).toMatchObject({ outcome: 'answered', value: good });
  });

  it.each([
    ['prose', 'I think it will go up.'],
    ['another shape', '{"view":"long"}'],
    ['a number out of bounds', '{"direction":"long","confidence":7,"note":null}'],
  ])('calls %s invalid and shows what was said', async (_case, text) => {
    server.script({ kind: 'text', text });
    expect(await model().generate(request)).toMatchObject({ outcome: 'unanswered', reason: 'invalid', text });
  });

  it('is tried again after 429 and 500, waiting as it asked', async () => {
    const clock = patientClock();
    server.script({ kind: 'status', status: 429, headers: { 'retry-after': '2' } }, { kind: 'answer', value: good });
    expect(await model(clock).generate(request)).toMatchObject({ outcome: 'answered' });
    server.script({ kind: 'status', status: 500 }, { kind: 'answer', value: good });
    expect(await model(clock).generate(request)).toMatchObject({ outcome: 'answered' });
    expect(server.calls).toHaveLength(4);
  });

  it.each([{ kind: 'garbage' }, { kind: 'empty' }, { kind: 'status', status: 500 }] as const)(
    'that answers $kind is unavailable, without throwing',
    async (reply) => {
      server.script(reply);
      expect(await model().generate(request)).toMatchObject({ outcome: 'unanswered', reason: 'unavailable' });
    },
  );

  it('that hangs is given up at the deadline', async () => {
    const clock = fakeClock();
    server.script({ kind: 'hang' });
    const pending = model(clock).generate(request);
    while (server.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(5_000);
    expect(await pending).toMatchObject({ outcome: 'unanswered', reason: 'timeout', elapsedMs: 5_000 });
  });

  it('names a refused key without showing it', async () => {
    server.script({ kind: 'status', status: 401 });
    const answer = (await model().generate(request)) as Extract<ModelAnswer<never>, { outcome: 'unanswered' }>;
    expect(answer.message).toContain('refuses the key');
    expect(server.calls).toHaveLength(1);
  });
});

describe('how a vendor is asked to think', () => {
  const call = (vendor: ModelVendor | string, thinkingTokens?: number) => {
    if (typeof vendor === 'string') throw new Error(vendor);
    server.script({ kind: 'answer', value: good });
    const { signal } = new AbortController();
    return vendor.call({
      system: 's',
      prompt: 'p',
      jsonSchema: { type: 'object' },
      maxTokens: 100,
      thinkingTokens,
      signal,
    });
  };
  const asked = () => server.calls.at(-1)!.body;

  it('a model of one own machine not at all, unless there is a budget for it', async () => {
    const ollama = modelVendors.ollama({ model: 'qwen3:8b', baseUrl: server.url });
    await call(ollama);
    expect(asked()).toMatchObject({ reasoning_effort: 'none', max_tokens: 100 });
    expect(server.calls.at(-1)!.path).toBe('/v1/chat/completions');
    await call(ollama, 1_024);
    expect(asked()).toMatchObject({ reasoning_effort: 'low', max_tokens: 1_124 });
  });

  it('Anthropic by a budget, OpenAI by effort, Gemini by either', async () => {
    await call(modelVendors.anthropic({ model: 'claude-sonnet-4-5', apiKey: 'k', baseUrl: server.url }), 1_024);
    expect(asked()).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 1_024 } });
    await call(modelVendors.openai({ model: 'gpt-5-mini', apiKey: 'k', baseUrl: server.url }));
    expect(asked()).toMatchObject({ reasoning_effort: 'minimal' });
    await call(modelVendors.gemini({ model: 'gemini-2.5-flash', apiKey: 'k', baseUrl: server.url }));
    expect(asked()).toMatchObject({ generationConfig: { thinkingConfig: { thinkingBudget: 0 } } });
    await call(modelVendors.gemini({ model: 'gemini-2.5-pro', apiKey: 'k', baseUrl: server.url }), 1_024);
    expect(asked()).toMatchObject({ generationConfig: { thinkingConfig: { thinkingBudget: 1_024 } } });
  });
});

describe('a server that knows no response schemas', () => {
  it('is asked again without one', async () => {
    server.script({ kind: 'no-schemas', value: good });
    const model = modelRouter({ vendors: [vendors['an OpenAI-compatible server']!()], clock: patientClock(), budget });
    expect(await model.generate(request)).toMatchObject({ outcome: 'answered', value: good });
    await model.generate({ ...request, prompt: 'and now?' });
    // Once is enough to learn it.
    expect(server.calls.map(({ body }) => 'response_format' in body)).toEqual([true, false, false]);
  });
});

/** A vendor without a network, for what only the router does. */
function stub(name: string, reply: () => Promise<string>, price = { input: 10, output: 10 }) {
  const vendor = {
    name,
    model: `${name}-1`,
    price,
    calls: 0,
    async call() {
      vendor.calls++;
      return { text: await reply(), inputTokens: 100, outputTokens: 100 };
    },
  };
  return vendor;
}
const says = (value: unknown) => async () => JSON.stringify(value);
const fails = async (): Promise<string> => {
  throw new Error('down');
};

describe('the models in their order', () => {
  it('fall to the next when the first fails or answers nonsense', async () => {
    const clock = patientClock();
    const second = stub('second', says(good));
    for (const first of [stub('first', fails), stub('first', says({ nonsense: 1 }))]) {
      const answer = await modelRouter({ vendors: [first, second], clock, budget }).generate(request);
      expect(answer).toMatchObject({ outcome: 'answered', model: 'second-1' });
    }
  });

  it('rest after failing three times in a row, and are tried once a minute later', async () => {
    const clock = fakeClock();
    const first = stub('first', fails);
    const model = modelRouter({ vendors: [first], clock, budget, attempts: 1 });
    for (let i = 0; i < 5; i++) await model.generate(request);
    expect(first.calls).toBe(3);
    await clock.advance(60_000);
    await model.generate(request);
    await model.generate(request);
    expect(first.calls).toBe(4);
  });

  it('remember an answer to the very same question', async () => {
    const vendor = stub('first', says(good));
    const model = modelRouter({ vendors: [vendor], clock: patientClock(), budget });
    await model.generate(request);
    expect(await model.generate(request)).toMatchObject({ outcome: 'answered', costUsd: 0 });
    await model.generate({ ...request, prompt: 'GBPUSD?' });
    expect(vendor.calls).toBe(2);
  });

  it('never spend more than the budget of a decision, an hour or a day, even six at once', async () => {
    const clock = fakeClock();
    const vendor = stub('dear', says(good), { input: 20, output: 20 });
    const model = modelRouter({ vendors: [vendor], clock, budget: { decisionUsd: 0.04, hourUsd: 0.06, dayUsd: 0.07 } });
    const ask = (decisionId: string, prompt: string) => model.generate({ ...request, decisionId, prompt });
    const six = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((prompt) => ask('one', prompt)));
    expect(six.filter((answer) => answer.outcome === 'answered')).toHaveLength(2);
    expect(six.filter((answer) => answer.outcome === 'unanswered').map((answer) => answer)).toEqual(
      Array.from({ length: 4 }, () => expect.objectContaining({ reason: 'budget' })),
    );
    expect(six.find((answer) => answer.outcome === 'unanswered')).toMatchObject({
      message: 'The model budget of the decision is spent.',
    });
  });

  it('stop at once when the caller leaves, and hold it against nobody', async () => {
    const clock = fakeClock();
    const leave = new AbortController();
    const hanging = stub('slow', () => new Promise<string>(() => undefined));
    const model = modelRouter({ vendors: [hanging], clock, budget, breaker: { failures: 1, cool: 60_000 } });
    const pending = model.generate({ ...request, signal: leave.signal });
    leave.abort();
    expect(await pending).toMatchObject({ outcome: 'unanswered', reason: 'timeout' });
    await Promise.race([model.generate(request), clock.advance(1)]);
    expect(hanging.calls).toBe(2);
  });
});

describe('the registry', () => {
  const settings = {
    ollama: { model: 'qwen3:8b' },
    gemini: { model: 'gemini-2.5-flash' },
    openai: { model: 'gpt-5-mini' },
    anthropic: { model: 'claude-sonnet-4-5' },
  };
  const order = ['ollama', 'gemini', 'openai', 'anthropic'] as const;
  const options = { order, settings, offline: false, budget, clock: patientClock() };

  it('offers nothing without keys, says why, and leaves the desk whole', async () => {
    const { model, offered } = createModels(options);
    expect(model).toBe(noModel);
    expect(model.available).toBe(false);
    expect(offered.map(({ unavailable }) => unavailable)).toEqual([
      'OLLAMA_BASE_URL is not set',
      'GEMINI_API_KEY is not set',
      'OPENAI_API_KEY is not set',
      'ANTHROPIC_API_KEY is not set',
    ]);
    expect(await model.generate(request)).toMatchObject({ outcome: 'unanswered', reason: 'no_model' });
  });

  it('offers each vendor whose key is set, and none offline', () => {
    const keyed = {
      ollama: { model: 'qwen3:8b', baseUrl: 'http://127.0.0.1:11434' },
      gemini: { model: 'gemini-2.5-flash', apiKey: 'k' },
      openai: { model: 'gpt-5-mini', apiKey: 'k' },
      anthropic: { model: 'claude-sonnet-4-5', apiKey: 'k' },
    };
    const { model, offered } = createModels({ ...options, settings: keyed });
    expect(offered.every(({ unavailable }) => unavailable === undefined)).toBe(true);
    expect(model.name).toBe('qwen3:8b, gemini-2.5-flash, gpt-5-mini, claude-sonnet-4-5');
    expect(createModels({ ...options, settings: keyed, offline: true }).model).toBe(noModel);
    expect(typeof modelVendors.openai({ model: 'local', baseUrl: server.url })).toBe('object');
  });
});

describe('costs, breakers and answers', () => {
  it('are unpriced where the model or the count is unknown', () => {
    expect(priceOf('claude-sonnet-4-5-20250929')).toEqual(priceOf('claude-sonnet-4-5'));
    expect(priceOf('somebody-else')).toBeNull();
    expect(costOf(null, 10, 10)).toBeNull();
    expect(costOf({ input: 1, output: 1 }, null, 10)).toBeNull();
  });

  it('let one trial through after a rest', () => {
    const breaker = createBreaker({ failures: 2, cool: 100 });
    breaker.failed(0);
    expect(breaker.state(0)).toBe('closed');
    breaker.failed(0);
    expect([breaker.allows(50), breaker.state(50), breaker.allows(100), breaker.allows(100)]).toEqual([
      false,
      'open',
      true,
      false,
    ]);
    breaker.succeeded();
    expect(breaker.allows(101)).toBe(true);
  });

  it('read "n/a" as null and lists as lists', () => {
    const schema = z.object({ a: z.number().nullable(), b: z.array(z.number()) });
    const json = z.toJSONSchema(schema) as Record<string, unknown>;
    expect(readAnswer('{"a":"n/a","b":["1",2]}', schema, json)).toEqual({ ok: true, value: { a: null, b: [1, 2] } });
    expect(readAnswer('{"a": {', schema, json)).toMatchObject({ ok: false });
  });
});
