import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { feedBench } from '../../../testing/feed-bench.ts';
import { needsShared, sharedJson } from '../../../testing/shared.ts';
import { finnhub } from '../finnhub.ts';

describe("Finnhub's feed", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function following(...symbols: string[]) {
    const bench = await feedBench(finnhub, { FINNHUB_API_KEY: 'k3y' });
    open.push(bench);
    bench.stream.follow(symbols.map((symbol) => requireInstrument(symbol)));
    return { ...bench, peer: await bench.server.next() };
  }

  it('asks for one symbol a message, by the names that Finnhub has for them', async () => {
    const { peer, log } = await following('AAPL', 'EURUSD', 'BTCUSDT');
    expect(peer.path).toBe('/?token=k3y');
    expect([await peer.nextJson(), await peer.nextJson(), await peer.nextJson()]).toEqual([
      { type: 'subscribe', symbol: 'AAPL' },
      { type: 'subscribe', symbol: 'OANDA:EUR_USD' },
      { type: 'subscribe', symbol: 'BINANCE:BTCUSDT' },
    ]);
    await log.next('up');
  });

  it('tells each trade of a message, in order', async () => {
    const { peer, log, clock } = await following('AAPL');
    const data = [
      { p: 195.1, s: 'AAPL', t: 1750255200100, v: 100, c: ['1'] },
      { p: 400, s: 'MSFT', t: 1750255200101, v: 1 },
      { p: 195.2, s: 'AAPL', t: 1750255200102, v: 5, c: null },
    ];
    peer.send({ type: 'ping' });
    peer.send({ type: 'trade', data });
    expect((await log.next('tick')).tick).toEqual({
      ...{ symbol: 'AAPL', price: 195.1, size: 100, source: 'finnhub' },
      ...{ eventTime: 1750255200100, receiveTime: clock.now() },
    });
    expect((await log.next('tick')).tick.price).toBe(195.2);
  });

  it('ends for good when the key is refused, and never names it', async () => {
    const { peer, log } = await following('AAPL');
    peer.send({ type: 'error', msg: 'Invalid API key k3y' });
    expect((await log.next('refused')).reason).toBe('finnhub answered: Invalid API key ***.');
  });

  const file = ['fixtures', 'finnhub', 'websocket_messages.json'] as const;
  it.skipIf(!needsShared("Finnhub's documented messages", ...file))(
    'reads the messages of its documentation',
    async () => {
      const { peer, log } = await following('BTCUSDT');
      for (const message of sharedJson<unknown[]>(...file)) peer.send(message);
      expect((await log.next('tick')).tick).toMatchObject({ symbol: 'BTCUSDT', price: 7296.89, size: 0.011467 });
      expect((await log.next('fault')).reason).toBe('finnhub answered: Subscribing to too many symbols.');
    },
  );
});
