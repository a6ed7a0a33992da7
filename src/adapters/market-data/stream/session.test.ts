import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { eventLog, type Peer, type VendorSocket, vendorSocket } from '../../../testing/vendor-socket.ts';
import { openSocket } from '../../socket.ts';
import { vendorCode } from '../vendor.ts';
import type { Feed } from './feed.ts';
import { openSession } from './session.ts';

/** A feed in three words: it signs in, subscribes, and echoes codes that it hears as faults. */
const plainFeed = (url: string, change: Partial<Feed> = {}): Feed => ({
  vendor: 'example',
  channels: ['quote'],
  codeOf: (instrument) => vendorCode(instrument, 'binance'),
  address: () => ({ url: `${url.replace(/^http/, 'ws')}/feed?token=s3cret` }),
  signIn: () => 'key s3cret',
  subscription: {
    message: (action, codes) => `${action} ${codes.join(',')}`,
    batch: 2,
    answered: true,
    pace: { messages: 2, perMs: 1_000 },
  },
  mostCodes: 5,
  silenceMs: 30_000,
  secrets: ['s3cret', undefined],
  reader: (heard) => (bytes) => {
    const text = Buffer.from(bytes).toString('utf8');
    if (text === 'hello') heard.signedIn();
    else if (text === 'ok') heard.acknowledged();
    else if (text.startsWith('no')) heard.refused(`example refused: ${text}`);
    else if (text === 'garbled') throw new Error(`of ${text}`);
    else heard.fault(`heard ${heard.symbolOf(text)} of ${text}`);
  },
  ...change,
});

const coins = (...symbols: string[]) => symbols.map((symbol) => requireInstrument(symbol));

describe('a session with a vendor', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function start(change: Partial<Feed> = {}, draw = 0.5) {
    const server: VendorSocket = await vendorSocket();
    const clock = fakeClock();
    const log = eventLog();
    const stream = openSession(
      plainFeed(server.url, change),
      { clock, random: { next: () => draw }, openSocket },
      log.listener,
    );
    open.push(server, stream);
    return { server, clock, log, stream };
  }

  /** Signs the client in and takes its subscriptions, until nothing more is asked. */
  async function serve(peer: Peer, messages: number) {
    expect(await peer.next()).toBe('key s3cret');
    peer.send('hello');
    const asked: string[] = [];
    for (let i = 0; i < messages; i++) {
      asked.push(await peer.next());
      peer.send('ok');
    }
    return asked;
  }

  it('opens no connection before the first symbol', async () => {
    const { server, stream } = await start();
    stream.follow([]);
    await stream.close();
    expect(server.count()).toBe(0);
  });

  it('signs in, subscribes to all that is followed in batches, and is up when the vendor took the last', async () => {
    const { server, stream, log } = await start();
    stream.follow(coins('BTCUSDT'));
    stream.follow(coins('ETHUSDT', 'SOLUSDT'));
    const peer = await server.next();
    expect(await peer.next()).toBe('key s3cret');
    peer.send('hello');
    expect(await peer.next()).toBe('subscribe BTCUSDT,ETHUSDT');
    expect(await peer.next()).toBe('subscribe SOLUSDT');
    peer.send('ok');
    peer.send('SOLUSDT');
    await log.next('fault');
    expect(log.events).toEqual([{ kind: 'fault', reason: 'heard SOLUSDT of SOLUSDT' }]);
    peer.send('ok');
    await log.next('up');
  });

  it("keeps to the vendor's pace: two messages a second here", async () => {
    const { server, stream, clock } = await start({ mostCodes: 10 });
    stream.follow(coins('BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'ADAUSDT'));
    const peer = await server.next();
    const first = await serve(peer, 2);
    expect(clock.sleepers()).toBe(2);
    expect(peer.received).toEqual([]);
    await clock.advance(1_000);
    expect([...first, await peer.next()]).toEqual([
      'subscribe BTCUSDT,ETHUSDT',
      'subscribe SOLUSDT,XRPUSDT',
      'subscribe ADAUSDT',
    ]);
  });

  it('subscribes again after a reconnect, to what is followed by then', async () => {
    const { server, stream, clock, log } = await start();
    stream.follow(coins('BTCUSDT', 'ETHUSDT'));
    const first = await server.next();
    await serve(first, 1);
    await log.next('up');
    first.close(1012);
    expect(await log.next('down')).toEqual({
      kind: 'down',
      reason: 'example closed the connection (1012).',
      retryInMs: 500,
    });
    stream.unfollow(['BTCUSDT']);
    stream.follow(coins('SOLUSDT'));
    await clock.advance(500);
    expect(await serve(await server.next(), 1)).toEqual(['subscribe ETHUSDT,SOLUSDT']);
    await log.next('up');
  });

  it('waits longer after each failure, up to a minute, and shortly again after a connection that held', async () => {
    const { server, stream, clock, log } = await start({}, 0.999);
    stream.follow(coins('BTCUSDT'));
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      (await server.next()).close();
      const { retryInMs } = await log.next('down');
      pauses.push(retryInMs);
      await clock.advance(retryInMs);
    }
    expect(pauses).toEqual([999, 1998, 3996, 7992, 15984, 31968, 59940, 59940]);
    const steady = await server.next();
    await serve(steady, 1);
    await log.next('up');
    for (let i = 0; i < 7; i++) {
      await clock.advance(9_000);
      steady.send('BTCUSDT');
      await log.next('fault');
    }
    steady.close();
    expect((await log.next('down')).retryInMs).toBe(999);
  });

  it('asks a silent vendor whether it is there, and goes when no answer comes', async () => {
    const { server, stream, clock, log } = await start();
    stream.follow(coins('BTCUSDT'));
    const peer = await server.next();
    await serve(peer, 1);
    await log.next('up');
    // Nothing is answered while time runs in one go.
    await clock.advance(30_000);
    expect((await log.next('down')).reason).toBe('example was silent for 30 s.');
    await peer.closed;
  });

  it('stays with a vendor that has nothing to say but answers pings', async () => {
    const { server, stream, clock, log } = await start();
    stream.follow(coins('BTCUSDT'));
    const peer = await server.next();
    await serve(peer, 1);
    await log.next('up');
    for (let i = 0; i < 9; i++) {
      await clock.advance(10_000);
      // What the client sent is in order: its pong to our ping came before this.
      peer.send('BTCUSDT');
      await log.next('fault');
    }
    expect(log.events.filter((event) => event.kind === 'down')).toEqual([]);
  });

  it('gives up a vendor that never answers the sign-in', async () => {
    const { server, stream, clock, log } = await start({ silenceMs: 90_000 });
    stream.follow(coins('BTCUSDT'));
    const peer = await server.next();
    await peer.next();
    await clock.advance(30_000);
    expect((await log.next('down')).reason).toContain('did not take the sign-in');
  });

  it('ends for good when the key is refused, and never names the key', async () => {
    const { server, stream, clock, log } = await start();
    stream.follow(coins('BTCUSDT'));
    const peer = await server.next();
    await peer.next();
    peer.send('no, s3cret is unknown');
    expect(await log.next('refused')).toEqual({ kind: 'refused', reason: 'example refused: no, *** is unknown' });
    await peer.closed;
    stream.follow(coins('ETHUSDT'));
    await clock.advance(3_600_000);
    expect(server.count()).toBe(1);
  });

  it.each([401, 403])('takes a handshake that is answered with %i for a refused key', async (status) => {
    const server = await vendorSocket({ refuse: status });
    const log = eventLog();
    const deps = { clock: fakeClock(), random: { next: () => 0.5 }, openSocket };
    const stream = openSession(plainFeed(server.url), deps, log.listener);
    open.push(server, stream);
    stream.follow(coins('BTCUSDT'));
    expect((await log.next('refused')).reason).toBe(`example refused the key (${status}).`);
  });

  it('tries again later when the handshake is answered with 429 or nobody listens', async () => {
    const server = await vendorSocket({ refuse: 429 });
    const log = eventLog();
    const clock = fakeClock();
    const stream = openSession(plainFeed(server.url), { clock, random: { next: () => 0.5 }, openSocket }, log.listener);
    open.push(stream);
    stream.follow(coins('BTCUSDT'));
    expect((await log.next('down')).reason).toBe('example answered 429.');
    await server.close();
    await clock.advance(500);
    expect((await log.next('down')).reason).toBe('example cannot be reached (ECONNREFUSED).');
    expect(JSON.stringify(log.events)).not.toContain('s3cret');
  });

  it('tells a message that it cannot read and a symbol that the vendor lacks, and goes on', async () => {
    const { server, stream, log } = await start();
    stream.follow(coins('EURUSD', 'BTCUSDT'));
    expect(await log.next('fault')).toEqual({ kind: 'fault', reason: 'binance has no EURUSD.', symbol: 'EURUSD' });
    const peer = await server.next();
    await serve(peer, 1);
    peer.send('garbled');
    expect((await log.next('fault')).reason).toBe('example sent a message that cannot be understood.');
    peer.send('BTCUSDT');
    expect((await log.next('fault')).reason).toBe('heard BTCUSDT of BTCUSDT');
  });

  it('does not follow more symbols than a connection carries, and says which', async () => {
    const { stream, server, log } = await start({ mostCodes: 1 });
    stream.follow(coins('BTCUSDT', 'BTCUSDT', 'ETHUSDT'));
    expect(await log.next('fault')).toMatchObject({ symbol: 'ETHUSDT' });
    expect(await serve(await server.next(), 1)).toEqual(['subscribe BTCUSDT']);
  });

  it('hangs up with the last symbol and calls again with the next', async () => {
    const { stream, server, log } = await start();
    stream.follow(coins('BTCUSDT'));
    const peer = await server.next();
    await serve(peer, 1);
    await log.next('up');
    stream.unfollow(['BTCUSDT']);
    await peer.closed;
    stream.follow(coins('ETHUSDT'));
    expect(await serve(await server.next(), 1)).toEqual(['subscribe ETHUSDT']);
    expect(log.events.map((event) => event.kind)).not.toContain('down');
  });

  it('opens a connection anew for other symbols where they stand in the address', async () => {
    const { subscription: _, signIn: __, ...rest } = plainFeed('');
    const server = await vendorSocket();
    const log = eventLog();
    const clock = fakeClock();
    const address = (codes: readonly string[]) => ({ url: `${server.url.replace('http', 'ws')}/${codes.join('+')}` });
    const deps = { clock, random: { next: () => 0.5 }, openSocket };
    const stream = openSession({ ...rest, address }, deps, log.listener);
    open.push(server, stream);
    stream.follow(coins('BTCUSDT'));
    expect((await server.next()).path).toBe('/BTCUSDT');
    await log.next('up');
    stream.follow(coins('BTCUSDT'));
    stream.follow(coins('ETHUSDT'));
    stream.follow(coins('SOLUSDT'));
    expect(await log.next('down')).toMatchObject({ retryInMs: 1_000 });
    await clock.advance(1_000);
    expect((await server.next()).path).toBe('/BTCUSDT+ETHUSDT+SOLUSDT');
    await log.next('up');
  });

  it('can be closed twice, while it is open and while it waits', async () => {
    const { stream, server, clock, log } = await start();
    stream.follow(coins('BTCUSDT'));
    (await server.next()).close();
    await log.next('down');
    await Promise.all([stream.close(), stream.close()]);
    await clock.advance(3_600_000);
    expect(server.count()).toBe(1);
    expect(clock.sleepers()).toBe(0);
  });
});
