import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { price } from '../src/domain/decimal.ts';
import { AppError } from '../src/domain/errors.ts';
import { amountField, cursorField, formatField, intervalField, limitField, symbolsField, timeField } from './fields.ts';
import { type McpMount, mount } from './shell.ts';
import { auth, connect, connectOlder, listen, type TestClient } from './testing/clients.ts';
import { type Meta, tool } from './tool.ts';

const meta: Meta = {
  asOf: '2025-06-18T14:00:00.000Z',
  source: 'test',
  freshness: { stale: false, ageSeconds: 0 },
  quality: null,
};

interface Deps {
  spread: bigint;
}
const echo = tool({
  name: 'read_spread',
  title: 'Spread',
  description: 'Gives back what was asked.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    symbols: symbolsField,
    interval: intervalField.default('1h'),
    asOf: timeField.optional(),
    qty: amountField.optional(),
    limit: limitField(500).default(3),
    side: z.enum(['buy', 'sell']).optional(),
    dry_run: z.boolean().default(false),
  }),
  output: z.object({ asked: z.record(z.string(), z.unknown()), spread: z.string() }),
  run: async (deps: Deps, input) => ({ data: { asked: input, spread: deps.spread as unknown as string }, meta }),
});
const list = tool({
  name: 'list_ticks',
  title: 'Ticks',
  description: 'A long list.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    limit: limitField(10_000).optional(),
    cursor: cursorField.optional(),
    response_format: formatField.optional(),
  }),
  output: z.object({ ticks: z.array(z.string()) }),
  list: 'ticks',
  run: async (_deps: Deps) => ({ data: { ticks: Array.from({ length: 3_000 }, (_, i) => `tick ${i}`) }, meta }),
});
const leak = tool({
  name: 'cancel_everything',
  title: 'Fails',
  description: 'Fails in the named way.',
  effect: 'destructive',
  scope: 'trade:paper',
  idempotent: true,
  input: z.strictObject({ how: z.enum(['bug', 'known', 'shape']) }),
  output: z.object({ count: z.number() }),
  async run(_deps: Deps, { how }) {
    if (how === 'bug') throw new Error('connect postgres://desk:hunter2@db failed');
    if (how === 'known')
      throw new AppError('halted', 'Trading is halted since 14:00.', { details: { since: '14:00' } });
    return { data: { count: 'many' as unknown as number }, meta };
  },
});

/** Reports how far it is, then waits until it is told to stop. */
const patient = tool({
  name: 'wait_here',
  title: 'Waits',
  description: 'Waits.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({ stop: z.boolean().default(false) }),
  output: z.object({ steps: z.number() }),
  async run({ onWait }: { onWait?: (signal: AbortSignal) => void }, { stop }, { signal, progress }) {
    for (const step of [1, 2, 3]) await progress(step, 3, `step ${step}`);
    if (stop) return { data: { steps: 3 }, meta };
    onWait?.(signal);
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return { data: { steps: 0 }, meta };
  },
});

const reported: unknown[] = [];
const definition = { name: 'test', title: 'Test', instructions: 'Ask.', tools: [echo, list, leak] };
const desk: McpMount = mount(
  definition,
  { spread: price('0.00012') },
  {
    version: '0.0.0',
    report: (failure) => reported.push(failure),
  },
);
const trader = auth('market:read', 'trade:paper');

describe.each(['auto', 'legacy', 'older'] as const)('a server spoken to by the %s client', (mode) => {
  let client: TestClient;
  let server: Awaited<ReturnType<typeof listen>> | undefined;
  beforeAll(async () => {
    if (mode === 'older') {
      server = await listen((request) => desk.fetch(request, trader));
      client = await connectOlder(`${server.url}/mcp`);
    } else {
      client = await connect(desk, { mode, as: trader });
    }
  });
  afterAll(async () => {
    await client.close();
    await server?.close();
  });

  it('lists its tools in their order, with annotations, strict inputs and outputs', async () => {
    const tools = await client.tools();
    expect(tools.map((each) => each.name)).toEqual(['read_spread', 'list_ticks', 'cancel_everything']);
    expect(tools[0]?.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
    expect(tools[2]?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
    expect(tools[0]?.inputSchema).toMatchObject({ additionalProperties: false, required: ['symbols'] });
    expect(tools[0]?.inputSchema.properties).toMatchObject({
      interval: { enum: ['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w', '1M'], default: '1h' },
      limit: { type: 'integer', minimum: 1, maximum: 500, default: 3 },
    });
    expect(tools[0]?.outputSchema).toMatchObject({ type: 'object', required: ['data', 'meta'] });
    expect(client.instructions()).toBe('Ask.');
  });

  it('reads the usual spellings', async () => {
    const outcome = await client.call('read_spread', {
      symbols: 'EURUSD, GBP/USD',
      timeframe: '15Min',
      as_of: '2025-06-18 14:00',
      qty: 1e-7,
      limit: '20',
      side: 'BUY',
      dry_run: 'true',
    });
    expect(outcome.structuredContent?.data).toEqual({
      asked: {
        symbols: ['EURUSD', 'GBP/USD'],
        interval: '15m',
        asOf: Date.UTC(2025, 5, 18, 14),
        qty: '0.0000001',
        limit: 20,
        side: 'buy',
        dry_run: true,
      },
      spread: '0.00012',
    });
  });

  it.each([
    ['a JSON list', { symbols: '["EURUSD","AAPL"]' }, ['EURUSD', 'AAPL']],
    ['one symbol', { symbol: 'EURUSD' }, ['EURUSD']],
    ['nulls and blanks for nothing', { symbols: ['AAPL'], asOf: null, side: '' }, ['AAPL']],
  ])('takes %s', async (_name, args, symbols) => {
    const { structuredContent } = await client.call('read_spread', args);
    expect(structuredContent?.data.asked).toEqual({ symbols, interval: '1h', limit: 3, dry_run: false });
  });

  it('says the same in text and in structure', async () => {
    const outcome = await client.call('read_spread', { symbols: 'EURUSD' });
    expect(JSON.parse(outcome.content[0]!.text)).toEqual(outcome.structuredContent);
  });

  it.each([
    [{ symbols: 'EURUSD', intervall: '1h' }, 'invalid_input', 'Unknown argument "intervall"; did you mean "interval"?'],
    [{ symbols: 'EURUSD', leverage: 50 }, 'invalid_input', 'Unknown argument "leverage".'],
    [{}, 'invalid_input', '"symbols" is required.'],
    [{ symbols: 'EURUSD', limit: 501 }, 'invalid_input', '"limit" is 501'],
    [{ symbols: 'EURUSD', qty: '-5' }, 'invalid_input', 'positive decimal'],
    [{ symbols: 'EURUSD', interval: '7m' }, 'unknown_interval', '"7m" is not an interval'],
    [{ symbols: 'EURUSD', asOf: 'yesterday' }, 'invalid_input', '"yesterday" is not a time'],
  ])('refuses %j with advice', async (args, code, message) => {
    const { isError, error, structuredContent } = await client.call('read_spread', args);
    expect(isError).toBe(true);
    expect(structuredContent).toBeUndefined();
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), retryable: false });
    expect(error?.hint).not.toBe('');
  });

  it('names what it takes in the hint', async () => {
    const { error } = await client.call('read_spread', { foo: 1 });
    expect(error?.hint).toContain('symbols (array, required), interval (1m|5m');
  });

  it('pages a long list within the default size, and all of it in order', async () => {
    const seen: unknown[] = [];
    let cursor: unknown;
    do {
      const outcome = await client.call('list_ticks', cursor === undefined ? {} : { cursor });
      expect(outcome.content[0]!.text.length).toBeLessThan(7_000);
      seen.push(...(outcome.structuredContent!.data.ticks as unknown[]));
      cursor = outcome.structuredContent?.meta.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 3_000 }, (_, i) => `tick ${i}`));
  });

  it('gives more to a caller that asks for more, up to the hard limit', async () => {
    const detailed = await client.call('list_ticks', { response_format: 'detailed' });
    expect(detailed.structuredContent?.data.ticks).toHaveLength(3_000);
    const five = await client.call('list_ticks', { limit: 5 });
    expect(five.structuredContent).toMatchObject({
      data: { ticks: { length: 5 } },
      meta: { cursor: expect.any(String) },
    });
    expect(five.structuredContent?.meta.truncated).toBeUndefined();
    expect((await client.call('list_ticks', { cursor: 'abc' })).error?.code).toBe('invalid_input');
  });

  it('shows a known failure whole and a bug not at all', async () => {
    const known = await client.call('cancel_everything', { how: 'known' });
    expect(known.error).toMatchObject({
      code: 'halted',
      message: 'Trading is halted since 14:00.',
      details: { since: '14:00' },
    });
    reported.length = 0;
    const bug = await client.call('cancel_everything', { how: 'bug' });
    expect(bug.error?.code).toBe('internal');
    expect(JSON.stringify(bug)).not.toMatch(/hunter2|postgres/);
    expect(reported).toEqual([expect.objectContaining({ message: expect.stringContaining('hunter2') })]);
    expect((await client.call('cancel_everything', { how: 'shape' })).error?.code).toBe('internal');
  });

  it('rejects a tool that it does not have', async () => {
    await expect(client.call('get_rich')).rejects.toThrow(/get_rich/);
  });
});

describe('scopes', () => {
  it('let a reader read and not trade', async () => {
    const reader = await connect(desk, { as: auth('market:read') });
    expect((await reader.call('read_spread', { symbols: 'EURUSD' })).isError).toBeUndefined();
    expect((await reader.call('cancel_everything', { how: 'known' })).error).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('trade:paper'),
    });
  });

  it('let an in-process caller without a token read only', async () => {
    const embedded = await connect(desk);
    expect((await embedded.call('read_spread', { symbols: 'EURUSD' })).isError).toBeUndefined();
    expect((await embedded.call('cancel_everything', { how: 'known' })).error?.code).toBe('forbidden');
  });
});

describe('long work over real HTTP', () => {
  it('stops when the client hangs up', async () => {
    let stopped: (signal: AbortSignal) => void = () => {};
    const waiting = new Promise<AbortSignal>((resolve) => {
      stopped = resolve;
    });
    const { fetch } = mount({ ...definition, tools: [patient] }, { onWait: stopped }, { version: '0' });
    const server = await listen((request) => fetch(request));
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    const controller = new AbortController();
    const call = client.callTool({ name: 'wait_here', arguments: {} }, { signal: controller.signal });
    const refused = expect(call).rejects.toThrow();
    const signal = await waiting;
    controller.abort();
    await refused;
    await expect.poll(() => signal.aborted).toBe(true);
    await client.close();
    await server.close();
  });
});

describe('long work', () => {
  it.each(['auto', 'legacy'] as const)(
    'tells a %s client how far it is, and stops when the client does',
    async (mode) => {
      let stopped: (signal: AbortSignal) => void = () => {};
      const waiting = new Promise<AbortSignal>((resolve) => {
        stopped = resolve;
      });
      const { fetch } = mount({ ...definition, tools: [patient] }, { onWait: stopped }, { version: '0' });
      const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
      const transport = new StreamableHTTPClientTransport(new URL('http://desk.test/mcp'), {
        fetch: (input, init) => fetch(new Request(input, init)),
      });
      await client.connect(transport);
      const seen: number[] = [];
      const arguments_ = { name: 'wait_here', arguments: { stop: true } };
      await client.callTool(arguments_, { onprogress: ({ progress }) => seen.push(progress) });
      expect(seen).toEqual([1, 2, 3]);

      const controller = new AbortController();
      const call = client.callTool({ name: 'wait_here', arguments: {} }, { signal: controller.signal });
      const refused = expect(call).rejects.toThrow();
      const signal = await waiting;
      expect(signal.aborted).toBe(false);
      controller.abort();
      await refused;
      // The older era without a session has no road for a cancellation but the closed connection, which fetch in one
      // process does not have.
      if (mode === 'auto') await expect.poll(() => signal.aborted).toBe(true);
      await client.close();
    },
  );
});
