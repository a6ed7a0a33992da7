import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { type VendorAnswer, type VendorServer, vendorServer } from '../testing/vendor-server.ts';
import { createHttp } from './http.ts';

/** Pauses end at once and are counted; deadlines never come. */
function pausingClock(): Clock & { pauses: number[] } {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => Date.UTC(2025, 5, 18, 14),
    sleep(duration, signal) {
      if (duration >= 8_000)
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      pauses.push(duration);
      return Promise.resolve();
    },
  };
}

const servers: VendorServer[] = [];
const serving = async (answers: VendorAnswer[] | ((path: string, query: Record<string, string>) => VendorAnswer)) => {
  const list = Array.isArray(answers) ? [...answers] : [];
  const server = await vendorServer(
    Array.isArray(answers) ? () => (list.length > 1 ? list.shift()! : list[0]!) : answers,
  );
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const open = (clock = pausingClock(), options = {}) =>
  Object.assign(createHttp({ clock, random: { next: () => 0.5 }, fetch, ...options }), { clock });
const schema = z.object({ price: z.number() });

describe('outgoing HTTP', () => {
  it('sends the query, leaves out what is undefined, and reads the body by its schema', async () => {
    const server = await serving([{ body: { price: 1.1 } }]);
    const answer = await open().getJson({
      url: `${server.url}/quote`,
      query: { symbol: 'EURUSD', limit: 2, none: undefined },
      headers: { 'x-key': 'k' },
      schema,
    });
    expect(answer).toEqual({ price: 1.1 });
    expect(server.requests[0]).toMatchObject({
      path: '/quote',
      query: { symbol: 'EURUSD', limit: '2' },
      headers: { 'x-key': 'k' },
    });
  });

  it('reads the body of a refusal where the vendor explains itself only there', async () => {
    const server = await serving([{ status: 400, body: { code: 400 } }]);
    const request = { url: server.url, schema: z.object({ code: z.number() }) };
    expect(await open().getJson({ ...request, readStatuses: [400] })).toEqual({ code: 400 });
    await expect(open().getJson(request)).rejects.toMatchObject({ code: 'unavailable', details: { status: 400 } });
  });

  it('tries again after a server error, waiting longer each time', async () => {
    const server = await serving([{ status: 503 }, { status: 502 }, { body: { price: 2 } }]);
    const http = open();
    expect(await http.getJson({ url: server.url, schema })).toEqual({ price: 2 });
    expect(http.clock.pauses).toEqual([250, 500]);
  });

  it('waits as long as the vendor asks, but not for minutes', async () => {
    const soon = await serving([{ status: 429, headers: { 'retry-after': '2' } }, { body: { price: 3 } }]);
    const http = open();
    await http.getJson({ url: soon.url, schema });
    expect(http.clock.pauses).toEqual([2000]);
    const late = await serving([{ status: 429, headers: { 'retry-after': 'Wed, 18 Jun 2025 14:10:00 GMT' } }]);
    await expect(http.getJson({ url: late.url, schema })).rejects.toMatchObject({
      code: 'rate_limited',
      details: { status: 429, retryAfterMs: 600_000 },
    });
    expect(late.requests).toHaveLength(1);
  });

  it.each([
    [404, 'not_found'],
    [401, 'unavailable'],
    [400, 'unavailable'],
  ])('does not repeat what was refused with %d', async (status, code) => {
    const server = await serving([{ status, body: { secret: 'no' } }]);
    const call = open().getText({ url: `${server.url}/path`, query: { apikey: 'hush' } });
    await expect(call).rejects.toMatchObject({ code });
    await expect(call).rejects.toThrow(/\/path answered/);
    await expect(call).rejects.not.toThrow(/hush/);
    expect(server.requests).toHaveLength(1);
  });

  it('gives up at once where nobody listens', async () => {
    const server = await vendorServer(() => ({}));
    await server.close();
    const http = open();
    await expect(http.getText({ url: server.url })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
      details: { network: true },
    });
    expect(http.clock.pauses).toEqual([]);
  });

  it('gives up after its time', async () => {
    const clock = fakeClock();
    const http = createHttp({
      clock,
      random: { next: () => 0 },
      attempts: 1,
      fetch: (_, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    });
    const call = http.getText({ url: 'http://vendor.test/bars', timeoutMs: 3000 });
    const settled = expect(call).rejects.toMatchObject({
      code: 'timeout',
      message: 'vendor.test/bars did not answer within 3000 ms.',
    });
    await clock.advance(3000);
    await settled;
    expect(clock.sleepers()).toBe(0);
  });

  it('stops when its caller does', async () => {
    const server = await serving([{ body: {} }]);
    const stop = new AbortController();
    stop.abort();
    await expect(open().getText({ url: server.url, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(server.requests).toHaveLength(0);
  });

  it('reads no more than its cap', async () => {
    const server = await serving([{ body: 'x'.repeat(5000) }]);
    await expect(open(undefined, { maxBytes: 1000 }).getText({ url: server.url })).rejects.toThrow(
      'more than 1000 bytes',
    );
  });

  it('names the field that has another shape', async () => {
    const server = await serving([{ body: { price: 'dear' } }]);
    await expect(open().getJson({ url: server.url, schema })).rejects.toThrow('another shape: price:');
    const page = await serving([{ body: '<html>Are you a robot?</html>' }]);
    await expect(open().getJson({ url: page.url, schema })).rejects.toThrow('a web page instead of JSON');
  });

  it('follows within a host, never to another', async () => {
    const server = await serving((path) =>
      path === '/new'
        ? { body: 'there' }
        : {
            status: 301,
            headers: { location: path === '/old' ? '/new' : path === '/away' ? 'http://elsewhere.test/' : '/round' },
          },
    );
    const http = open();
    expect(await http.getText({ url: `${server.url}/old` })).toBe('there');
    await expect(http.getText({ url: `${server.url}/away` })).rejects.toThrow('elsewhere.test');
    await expect(http.getText({ url: `${server.url}/round` })).rejects.toThrow('circle');
  });

  it('reads old encodings where the answer names them', async () => {
    const server = await serving([
      { body: Buffer.from([0x63, 0x61, 0x66, 0xe9]), headers: { 'content-type': 'text/plain; charset=iso-8859-1' } },
    ]);
    expect(await open().getText({ url: server.url })).toBe('café');
  });
});
