import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { feedBench } from '../../../testing/feed-bench.ts';
import { needsShared, sharedJson } from '../../../testing/shared.ts';
import { polygon } from '../polygon.ts';

describe("Polygon's feed", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function calling(...symbols: string[]) {
    const bench = await feedBench(polygon, { POLYGON_API_KEY: 'k3y' });
    open.push(bench);
    bench.stream.follow(symbols.map((symbol) => requireInstrument(symbol)));
    const peer = await bench.server.next();
    peer.send([{ ev: 'status', status: 'connected', message: 'Connected Successfully' }]);
    expect(await peer.nextJson()).toEqual({ action: 'auth', params: 'k3y' });
    return { ...bench, peer };
  }

  async function following(...symbols: string[]) {
    const bench = await calling(...symbols);
    bench.peer.send([{ ev: 'status', status: 'auth_success', message: 'authenticated' }]);
    const asked = await bench.peer.nextJson();
    await bench.log.next('up');
    return { ...bench, asked };
  }

  it.each([
    { symbol: 'AAPL', path: '/stocks', params: 'T.AAPL,Q.AAPL,AM.AAPL' },
    { symbol: 'BRKB', path: '/stocks', params: 'T.BRK.B,Q.BRK.B,AM.BRK.B' },
    { symbol: 'EURUSD', path: '/forex', params: 'C.EUR/USD,CA.EUR/USD' },
    { symbol: 'BTCUSD', path: '/crypto', params: 'XT.BTC-USD,XQ.BTC-USD,XA.BTC-USD' },
  ])('asks for $symbol on $path', async ({ symbol, path, params }) => {
    const { peer, asked } = await following(symbol);
    expect(peer.path).toBe(path);
    expect(asked).toEqual({ action: 'subscribe', params });
  });

  it('tells trades, quotes and minutes of a share', async () => {
    const { peer, log, clock } = await following('AAPL');
    const minute = { s: 1750255140000, e: 1750255200000, o: 195, h: 195.5, l: 194.9, c: 195.2, v: 4110, av: 9470157 };
    peer.send([
      { ev: 'T', sym: 'AAPL', i: '5096', x: 10, p: 195.1, s: 300, c: [14, 41], t: 1750255200100 },
      { ev: 'Q', sym: 'AAPL', bp: 195.0, bs: 1, ap: 0, as: 0, t: 1750255200101 },
      { ev: 'Q', sym: 'AAPL', bp: 195.0, bs: 1, ap: 195.2, as: 2, t: 1750255200102 },
      { ev: 'AM', sym: 'AAPL', ...minute },
    ]);
    const common = { symbol: 'AAPL', receiveTime: clock.now(), source: 'polygon' };
    expect((await log.next('tick')).tick).toEqual({
      ...{ ...common, price: 195.1, size: 300, eventTime: 1750255200100, id: '5096' },
    });
    expect((await log.next('quote')).quote).toEqual({ ...common, bid: 195, ask: 195.2, eventTime: 1750255200102 });
    expect(await log.next('bar')).toMatchObject({
      ...{ symbol: 'AAPL', interval: '1m', complete: true },
      bar: { openTime: 1750255140000, closeTime: 1750255200000, open: 195, close: 195.2, volume: 4110 },
    });
  });

  it('tells quotes of a currency pair and trades of a coin', async () => {
    const pair = await following('EURUSD');
    pair.peer.send([{ ev: 'C', p: 'EUR/USD', x: '44', a: 1.15012, b: 1.15, t: 1750255200100 }]);
    expect((await pair.log.next('quote')).quote).toMatchObject({ symbol: 'EURUSD', bid: 1.15, ask: 1.15012 });
    const coin = await following('BTCUSD');
    coin.peer.send([{ ev: 'XT', pair: 'BTC-USD', p: 33021.9, s: 0.016, t: 1750255200100, i: 14272084, c: [2] }]);
    expect((await coin.log.next('tick')).tick).toMatchObject({ symbol: 'BTCUSD', price: 33021.9, id: '14272084' });
  });

  it('has no live prices of an index, and says so', async () => {
    const { log, stream } = await following('AAPL');
    stream.follow([requireInstrument('SPX')]);
    expect(await log.next('fault')).toMatchObject({ symbol: 'SPX', reason: 'polygon: no live prices of SPX.' });
  });

  it('ends for good when the key is refused, and tries again when too many are connected', async () => {
    const refused = await calling('AAPL');
    refused.peer.send([{ ev: 'status', status: 'auth_failed', message: 'authentication failed for k3y' }]);
    expect((await refused.log.next('refused')).reason).toBe(
      'polygon answered auth_failed: authentication failed for ***.',
    );
    const crowded = await calling('AAPL');
    crowded.peer.send([{ ev: 'status', status: 'max_connections', message: 'Maximum number of connections' }]);
    expect((await crowded.log.next('down')).reason).toContain('max_connections');
  });

  const file = ['fixtures', 'polygon', 'websocket_messages.json'] as const;
  it.skipIf(!needsShared("Polygon's documented messages", ...file))(
    "reads the official client's messages",
    async () => {
      const { peer, log } = await following('AAPL', 'AMZN');
      for (const frame of sharedJson<unknown[]>(...file)) peer.send(frame);
      const ticks = [await log.next('tick'), await log.next('tick'), await log.next('tick')];
      expect(ticks.map(({ tick: { symbol, size, id } }) => [symbol, size, id])).toEqual([
        ['AAPL', 300, '5096'],
        ['AMZN', 1, '72815'],
        ['AMZN', 100, '799'],
      ]);
      expect(log.events.map((event) => event.kind)).not.toContain('fault');
    },
  );
});
