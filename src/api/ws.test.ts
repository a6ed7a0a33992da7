import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { MINUTE, toIso } from '../domain/time.ts';
import type { LiveMarket } from '../ports/live-market.ts';
import { doorWorld } from '../testing/door-world.ts';
import type { ApiDeps } from './deps.ts';
import type { SocketFrame } from './documents.ts';
import { serveApp } from './serve.ts';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of endings.splice(0)) await each();
});

async function openDesk(given: Partial<ApiDeps> = {}) {
  const world = doorWorld(given);
  const server = await serveApp(world.app, { host: '127.0.0.1', port: 0 });
  endings.push(() => server.close());
  return { ...world, server };
}

async function openSocket(url: string, headers: Record<string, string> = { authorization: 'Bearer the-local-token' }) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
  const frames: SocketFrame[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (text) => {
    frames.push(JSON.parse(String(text)));
    for (const each of waiting.splice(0)) each();
  });
  endings.push(() => socket.terminate());
  await once(socket, 'open');
  /** The next frame of a type, those that came already included. */
  const next = async <T extends SocketFrame['type']>(type: T): Promise<Extract<SocketFrame, { type: T }>> => {
    for (;;) {
      const at = frames.findIndex((frame) => frame.type === type);
      if (at >= 0) return frames.splice(at, 1)[0] as Extract<SocketFrame, { type: T }>;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { socket, next, frames, send: (frame: unknown) => socket.send(JSON.stringify(frame)) };
}

const followed = (live: LiveMarket) =>
  live
    .status()
    .filter(({ followers }) => followers > 0)
    .map(({ symbol }) => symbol)
    .sort();

describe('the live socket', () => {
  it('sends the quotes that were asked for, numbered, and no others', async () => {
    const { server, live, clock } = await openDesk();
    const { send, next } = await openSocket(server.url);
    send({ type: 'subscribe', symbols: ['eur/usd', 'NOPE'] });
    expect(await next('subscribed')).toEqual({ type: 'subscribed', symbols: ['EURUSD'], unknown: ['NOPE'] });
    const first = await next('quote');
    expect(first.quote).toMatchObject({ symbol: 'EURUSD', bid: 1.08, ask: 1.0801 });
    await clock.advance(2_000);
    expect((await next('quote')).sequence).toBe(first.sequence + 1);
    expect(followed(live)).toEqual(['EURUSD']);
  });

  it('follows a symbol once upstream however many pages do, and stops when the last one leaves', async () => {
    const { server, live } = await openDesk();
    const [one, two] = [await openSocket(server.url), await openSocket(server.url)];
    for (const page of [one, two]) {
      page.send({ type: 'subscribe', symbols: ['EURUSD'] });
      await page.next('subscribed');
    }
    expect(live.status()).toMatchObject([{ symbol: 'EURUSD', followers: 2 }]);
    one.send({ type: 'unsubscribe', symbols: ['EURUSD'] });
    one.send({ type: 'subscribe', symbols: ['BTCUSDT'] });
    await one.next('subscribed');
    expect(followed(live)).toEqual(['BTCUSDT', 'EURUSD']);
    two.socket.close();
    await once(two.socket, 'close');
    one.send({ type: 'subscribe', symbols: ['BTCUSDT'] });
    await one.next('subscribed');
    expect(followed(live)).toEqual(['BTCUSDT']);
  });

  it('tells what happens on the desk', async () => {
    const { server, bus } = await openDesk();
    const { send, next } = await openSocket(server.url);
    send({ type: 'subscribe', symbols: ['EURUSD'] });
    await next('subscribed');
    bus.publish('fill', { clientOrderId: 'cl-1', symbol: 'EURUSD', side: 'buy', quantity: '1', price: '1.08' });
    expect(await next('event')).toMatchObject({ topic: 'fill', message: { clientOrderId: 'cl-1' } });
  });

  it('says when a symbol fell silent while another speaks', async () => {
    const { server, clock, deps } = await openDesk();
    const vendor = deps.marketData.quote;
    let asked = 0;
    deps.marketData.quote = async (symbol) => {
      if (symbol === 'BTCUSDT' && asked++ > 0) throw new Error('The vendor is down.');
      return vendor(symbol);
    };
    const { send, next } = await openSocket(server.url);
    send({ type: 'subscribe', symbols: ['EURUSD', 'BTCUSDT'] });
    await next('subscribed');
    const since = clock.now();
    await clock.advance(62_000);
    expect(await next('stale')).toMatchObject({ symbol: 'BTCUSDT', stale: true, asOf: toIso(since) });
    deps.marketData.quote = vendor;
    await clock.advance(60_000);
    expect(await next('stale')).toMatchObject({ symbol: 'BTCUSDT', stale: false });
  });

  it('shows the last quote again when its market closes', async () => {
    const { server, clock, deps } = await openDesk({ sessions: sessionCalendar });
    await clock.set(Date.UTC(2025, 5, 20, 20, 59, 30));
    const last = await deps.marketData.quote('EURUSD');
    deps.marketData.quote = async () => last;
    const { send, next, frames } = await openSocket(server.url);
    send({ type: 'subscribe', symbols: ['EURUSD'] });
    const first = await next('quote');
    expect(first.quote.closed).toBeUndefined();
    await clock.advance(MINUTE);
    await vi.waitFor(() => expect(frames.at(-1)).toEqual({ ...first, quote: { ...first.quote, closed: true } }));
  });

  it('goes on where a page left, sends what it asks for, and says what is lost', async () => {
    const { server, stream, clock } = await openDesk();
    const symbols = ['ETHUSDT'];
    const at = { symbol: 'ETHUSDT', eventTime: clock.now(), receiveTime: clock.now(), source: 'scripted' };
    const print = (price: number) => stream.say({ kind: 'tick', tick: { ...at, price, size: 2, side: 'buy' } });
    const first = await openSocket(server.url);
    first.send({ type: 'subscribe', symbols, kinds: ['tick', 'book'], everyMs: 0 });
    await first.next('subscribed');
    // Before the vendor is connected the quote is asked for: that is the first event.
    stream.say({ kind: 'up' });
    print(3_001);
    stream.say({ kind: 'book', book: { ...at, bids: [[3_000, 1]], asks: [[3_002, 4]], sequence: 77 } });
    const tick = { price: 3_001, size: 2, side: 'buy', asOf: toIso(clock.now()), source: 'scripted' };
    expect(await first.next('tick')).toEqual({ type: 'tick', symbol: 'ETHUSDT', sequence: 2, tick });
    expect(await first.next('book')).toMatchObject({ sequence: 3, book: { bids: [[3_000, 1]], asks: [[3_002, 4]] } });
    first.socket.close();
    await once(first.socket, 'close');
    for (let price = 1; price <= 1_004; price++) print(price);

    const again = await openSocket(server.url);
    again.send({ type: 'subscribe', symbols, kinds: ['tick'], everyMs: 0, after: { ETHUSDT: 3 } });
    expect(await again.next('gap')).toMatchObject({ from: 4, to: 7, sequence: 7, reason: 'expired' });
    expect(await again.next('tick')).toMatchObject({ sequence: 8, tick: { price: 5 } });
    stream.say({ kind: 'down', reason: 'cable', retryInMs: 1_000 });
    expect(await again.next('gap')).toMatchObject({ sequence: 1_008, reason: 'disconnected', since: tick.asOf });
  });

  it.each(['not json', '{"type":"shout"}', '{"type":"subscribe"}', '[]'])('answers %s with an error', async (text) => {
    const { server } = await openDesk();
    const { socket, next } = await openSocket(server.url);
    socket.send(text);
    expect(await next('error')).toMatchObject({ error: { code: 'invalid_input' } });
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong-token' }],
    ['a name of another site', { host: 'evil.example' }],
  ])('is closed to %s', async (_who, headers) => {
    const { server } = await openDesk();
    await expect(openSocket(server.url, headers as Record<string, string>)).rejects.toThrow(/40[13]/);
  });

  it('is closed to a page of another site that carries the owner’s cookie, and closes when the owner signs out', async () => {
    const { server } = await openDesk();
    const signedIn = await fetch(`${server.url}/?token=the-printed-token`, { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    await expect(openSocket(server.url, { cookie, origin: 'http://evil.example' })).rejects.toThrow(/403/);
    const own = await openSocket(server.url, { cookie, origin: server.url });
    expect(own.socket.readyState).toBe(WebSocket.OPEN);
    const closed = once(own.socket, 'close');
    await fetch(`${server.url}/api/auth/logout`, { method: 'POST', headers: { cookie, origin: server.url } });
    expect((await closed)[0]).toBe(1008);
  });
});

describe('the server', () => {
  it('says when its port is taken', async () => {
    const { server, app } = await openDesk();
    await expect(serveApp(app, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'port_in_use',
    });
  });

  it('shows its metrics to this machine, by route and not by path', async () => {
    const { server } = await openDesk();
    await fetch(`${server.url}/api/decisions/dec_1`);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/conclave_http_request_seconds_count\{[^}]*route="\/api\/decisions\/:id"/);
    const proxied = await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(proxied.status).toBe(401);
  });
});
