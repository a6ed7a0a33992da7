import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { feedBench } from '../../../testing/feed-bench.ts';
import { needsShared, sharedJson } from '../../../testing/shared.ts';
import { alpaca } from '../alpaca.ts';

const keys = { ALPACA_API_KEY: 'PKEXAMPLE', ALPACA_API_SECRET: 'very-s3cret' };

describe("Alpaca's feed", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function calling(symbols: string[], settings: Record<string, string> = {}) {
    const bench = await feedBench(alpaca, { ...keys, ...settings });
    open.push(bench);
    bench.stream.follow(symbols.map((symbol) => requireInstrument(symbol)));
    const peer = await bench.server.next();
    peer.send([{ T: 'success', msg: 'connected' }]);
    return { ...bench, peer };
  }

  async function following(symbols: string[]) {
    const bench = await calling(symbols);
    await bench.peer.next();
    bench.peer.send([{ T: 'success', msg: 'authenticated' }]);
    const asked = await bench.peer.nextJson();
    bench.peer.send([{ T: 'subscription', trades: [], quotes: [], bars: [], updatedBars: [] }]);
    await bench.log.next('up');
    return { ...bench, asked };
  }

  it('signs in, then asks for trades, quotes and minutes of shares on the IEX feed', async () => {
    const { peer } = await calling(['AAPL', 'BRKB']);
    expect(peer.path).toBe('/v2/iex');
    expect(await peer.nextJson()).toEqual({ action: 'auth', key: 'PKEXAMPLE', secret: 'very-s3cret' });
    peer.send([{ T: 'success', msg: 'authenticated' }]);
    const codes = ['AAPL', 'BRK.B'];
    expect(await peer.nextJson()).toEqual({
      ...{ action: 'subscribe', trades: codes, quotes: codes, bars: codes, updatedBars: codes },
    });
  });

  it('takes shares from all exchanges where the plan has them, and crypto from its own connection', async () => {
    const { peer } = await calling(['AAPL'], { ALPACA_FEED: 'sip' });
    expect(peer.path).toBe('/v2/sip');
    const coins = await following(['BTCUSD']);
    expect(coins.peer.path).toBe('/v1beta3/crypto/us');
    expect(coins.asked).toMatchObject({ trades: ['BTC/USD'] });
  });

  it('says of each connection which symbols it carries', async () => {
    const { log, stream, server } = await following(['AAPL']);
    stream.follow([requireInstrument('ETHUSD')]);
    const coins = await server.next();
    coins.close(1011);
    expect(await log.next('down')).toMatchObject({ symbols: ['ETHUSD'] });
    expect(log.events.find((event) => event.kind === 'up')).toEqual({ kind: 'up', symbols: ['AAPL'] });
  });

  it('tells a trade of crypto with who took the liquidity', async () => {
    const { peer, log, clock } = await following(['BTCUSD']);
    const time = { t: '2022-06-24T10:15:41.987654321Z' };
    peer.send([{ T: 't', S: 'BTC/USD', p: 21256.84, s: 0.0033, ...time, i: 55254, tks: 'B' }]);
    expect((await log.next('tick')).tick).toEqual({
      ...{ symbol: 'BTCUSD', price: 21256.84, size: 0.0033, side: 'buy', id: '55254', source: 'alpaca' },
      ...{ eventTime: Date.UTC(2022, 5, 24, 10, 15, 41, 987), receiveTime: clock.now() },
    });
  });

  it('leaves out a quote with an empty side, and what it cannot read costs only itself', async () => {
    const { peer, log } = await following(['AAPL']);
    const quote = { T: 'q', S: 'AAPL', bp: 139.74, ap: 139.77, t: '2021-01-28T15:20:41.384564Z' };
    peer.send([{ ...quote, bp: 0 }, { ...quote, ap: 'much' }, { T: 'c', S: 'AAPL' }, quote]);
    expect((await log.next('fault')).reason).toBe('alpaca sent a message that cannot be understood (ap).');
    expect((await log.next('quote')).quote).toMatchObject({ bid: 139.74, ask: 139.77 });
    expect(log.events.map((event) => event.kind)).toEqual(['up', 'fault', 'quote']);
  });

  it.each([
    { code: 402, msg: 'auth failed of PKEXAMPLE very-s3cret' },
    { code: 409, msg: 'insufficient subscription' },
  ])('ends for good on error $code, and names no key', async (error) => {
    const { peer, log } = await calling(['AAPL']);
    peer.send([{ T: 'error', ...error }]);
    const { reason } = await log.next('refused');
    expect(reason).toContain(`alpaca answered ${error.code}`);
    expect(reason).not.toMatch(/PKEXAMPLE|s3cret/);
  });

  it('tries again when too many are connected: the last connection may still be counted', async () => {
    const { peer, log } = await calling(['AAPL']);
    peer.send([{ T: 'error', code: 406, msg: 'connection limit exceeded' }]);
    expect((await log.next('down')).reason).toContain('406');
  });

  it('goes on with what it has when a plan holds no more symbols', async () => {
    const { peer, log } = await calling(['AAPL']);
    await peer.next();
    peer.send([{ T: 'success', msg: 'authenticated' }]);
    await peer.next();
    peer.send([{ T: 'error', code: 405, msg: 'symbol limit exceeded' }]);
    expect((await log.next('fault')).reason).toContain('symbol limit exceeded');
    await log.next('up');
  });

  const file = ['fixtures', 'alpaca', 'ws_market_data_messages.json'] as const;
  it.skipIf(!needsShared("Alpaca's documented messages", ...file))(
    'reads the messages of its documentation',
    async () => {
      const { peer, log } = await following(['AAPL']);
      for (const message of sharedJson<unknown[]>(...file)) peer.send([message]);
      expect((await log.next('tick')).tick).toMatchObject({ price: 144.6, size: 25, id: '1532' });
      expect((await log.next('quote')).quote).toMatchObject({ bid: 139.74, ask: 139.77 });
      const minute = await log.next('bar');
      expect(minute).toMatchObject({
        symbol: 'AAPL',
        interval: '1m',
        complete: true,
        bar: { close: 126.9, volume: 72015712 },
      });
      expect((await log.next('bar')).bar).toMatchObject({ open: 100, close: 101.3, volume: 2570 });
      expect(log.events.map((event) => event.kind)).not.toContain('fault');
    },
  );
});
