import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { AppError } from '../domain/errors.ts';
import type { DecisionDocument } from '../domain/record.ts';
import { HOUR } from '../domain/time.ts';
import { doorWorld } from '../testing/door-world.ts';

const question = (accept?: string) => ({
  method: 'POST',
  body: JSON.stringify({ symbol: 'eur/usd', interval: 'H1' }),
  ...(accept ? { headers: { accept } } : {}),
});

/** Name and content of each server-sent event. */
const eventsOf = (text: string) =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)![1]!,
      content: JSON.parse(/^data: (.*)$/m.exec(block)![1]!),
    }));

const document = { symbol: 'EURUSD', interval: '1h', risk: { outcome: 'no_trade' }, intent: null } as DecisionDocument;

describe('an analysis as a stream', () => {
  it('tells steps, votes, consensus, risk and the decision, in this order', async () => {
    const view = { kind: 'view', analyst: 'strategist', direction: 'long', evidence: ['a'], rationale: 'Up.' };
    const facts = { a: { id: 'a', value: 1 }, b: { id: 'b', value: 2 } };
    const { ask } = doorWorld({
      useCases: {
        async analyze({ symbol, interval, onStep }) {
          expect({ symbol, interval }).toEqual({ symbol: 'EURUSD', interval: '1h' });
          onStep?.({ kind: 'step', name: 'gather', text: 'Six analysts gather' });
          onStep?.({ kind: 'signal', entry: { signal: view, evidence: { facts } } as never });
          onStep?.({ kind: 'consensus', consensus: { direction: 'long' } as never });
          return document;
        },
      },
    });
    const response = await ask('/api/analyze', question('text/event-stream'));
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsOf(await response.text());
    expect(events.map(({ event }) => event)).toEqual(['step', 'signal', 'consensus', 'risk', 'decision']);
    expect(events[1]!.content).toMatchObject({ analyst: 'strategist', weight: 0.4, evidence: [{ id: 'a' }] });
    expect(events[4]!.content).toEqual(document);
  });

  it('ends with an error event when it fails, and hides bugs', async () => {
    const failing = (failure: Error) =>
      doorWorld({ useCases: { analyze: () => Promise.reject(failure) } }).ask(
        '/api/analyze',
        question('text/event-stream'),
      );
    const known = eventsOf(await (await failing(new AppError('not_enough_history', 'Only 3 bars.'))).text());
    expect(known).toMatchObject([{ event: 'error', content: { error: { code: 'not_enough_history' } } }]);
    const bug = await (await failing(new Error('password is 1234'))).text();
    expect(bug).toContain('internal');
    expect(bug).not.toContain('1234');
  });

  it('is the same document without the stream', async () => {
    const { ask } = doorWorld({ useCases: { analyze: async () => document } });
    const response = await ask('/api/analyze', question());
    expect(await response.json()).toEqual(document);
  });

  it('stops the analysts when the page goes away', async () => {
    let stopped: () => void;
    const ended = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    const { ask } = doorWorld({
      useCases: {
        analyze: ({ signal, onStep }) =>
          new Promise((_resolve, reject) => {
            onStep?.({ kind: 'step', name: 'gather', text: 'Six analysts gather' });
            signal?.addEventListener('abort', () => {
              stopped();
              reject(signal.reason);
            });
          }),
      },
    });
    const response = await ask('/api/analyze', question('text/event-stream'));
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await ended;
  });
});

describe('the desk’s events', () => {
  it('come as they happen, with ids, and a beat keeps a quiet stream open', async () => {
    const { ask, bus, clock } = doorWorld();
    const response = await ask('/api/events');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const read = async () => (await reader.read()).value ?? '';
    expect(await read()).toContain('event: ready');
    bus.publish('cycle', { cycleId: 'cyc_1', slot: '2025-06-18T14:00:00.000Z' });
    const told = await read();
    expect(told).toContain('event: cycle');
    expect(told).toContain('id: 1');
    while (clock.sleepers() === 0) await new Promise(setImmediate);
    await clock.advance(15_000);
    expect(await read()).toContain(': still here');
    await reader.cancel();
  });
});

describe('MCP over HTTP', () => {
  const mount = () => {
    const calls: unknown[] = [];
    const { ask } = doorWorld({
      mcp: {
        conclave: {
          fetch: async (request, auth) => {
            calls.push({ url: request.url, auth });
            return Response.json({ reached: true });
          },
        },
      },
    });
    return { ask, calls };
  };

  it('hands the request and who sent it to the server of that name, and gateway is conclave', async () => {
    const { ask, calls } = mount();
    for (const name of ['conclave', 'gateway']) {
      const response = await ask(`/mcp/${name}`, { method: 'POST', body: '{}' });
      expect(await response.json()).toEqual({ reached: true });
    }
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ auth: { clientId: 'local', scopes: expect.arrayContaining(['trade:paper']) } });
  });

  it('never hands a chat client the power to resume a halted desk, whoever’s token it carries', async () => {
    const { ask, calls } = mount();
    expect((await ask('/api/clients')).status).toBe(200);
    await ask('/mcp/conclave', { method: 'POST', body: '{}' });
    expect(calls).toMatchObject([{ auth: { scopes: expect.not.arrayContaining(['admin']) } }]);
  });

  it('says what a chat client on this machine runs', async () => {
    const clients = await (await mount().ask('/api/clients')).json();
    expect(clients).toMatchObject({
      servers: ['conclave'],
      args: [expect.stringMatching(/bin.conclave\.mjs$/), 'mcp'],
    });
    expect(existsSync(clients.args[0]) && existsSync(clients.command)).toBe(true);
  });

  it('names the servers when there is none of that name', async () => {
    const response = await mount().ask('/mcp/nothing', { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
    expect((await response.json()).error.hint).toContain('conclave');
  });
});

describe('a quote', () => {
  const quoted = async (sessionOpen: boolean | undefined, age: number) => {
    const world = doorWorld();
    const { marketData, clock } = world.deps;
    const vendor = marketData.quote;
    marketData.quote = async (symbol) => ({ ...(await vendor(symbol)), eventTime: clock.now() - age });
    if (sessionOpen !== undefined) {
      world.deps.sessions = {
        ...sessionCalendar,
        isOpen: () => sessionOpen,
        nextOpen: () => 0,
        openBetween: () => 0,
      };
    }
    return (await world.ask('/api/quote?symbol=EURUSD')).json();
  };

  it('that is old is stale while its market is open, and simply the last one while it is closed', async () => {
    expect(await quoted(true, HOUR)).toMatchObject({ stale: true });
    expect(await quoted(undefined, HOUR)).toMatchObject({ stale: true });
    const closed = await quoted(false, HOUR);
    expect(closed).toMatchObject({ closed: true });
    expect(closed.stale).toBeUndefined();
    expect((await quoted(true, 1_000)).stale).toBeUndefined();
    expect(await quoted(false, 30 * 24 * HOUR)).toMatchObject({ stale: true });
  });
});
