import { afterEach, describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import { feedBench } from '../../../testing/feed-bench.ts';
import { needsShared, sharedText } from '../../../testing/shared.ts';
import { binance } from '../binance.ts';

const trade =
  '{"stream":"btcusdt@trade","data":{"e":"trade","E":1750255200101,"s":"BTCUSDT","t":12345,"p":"104000.50","q":"0.25","T":1750255200100,"m":true,"M":true}}';
const kline = (complete: boolean) =>
  `{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1750255200050,"s":"BTCUSDT","k":{"t":1750255140000,"T":1750255199999,"s":"BTCUSDT","i":"1m","f":100,"L":200,"o":"104000.0","c":"104010.0","h":"104020.0","l":"103990.0","v":"12.5","n":100,"x":${complete},"q":"1.0","V":"5.0","Q":"0.5","B":"0"}}}`;
const bookTicker =
  '{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"104000.10","B":"31.2","a":"104000.20","A":"40.6"}}';

describe("Binance's feed", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function following(...symbols: string[]) {
    const bench = await feedBench(binance);
    open.push(bench);
    bench.stream.follow(symbols.map((symbol) => requireInstrument(symbol)));
    const peer = await bench.server.next();
    const asked = (await peer.nextJson()) as { id: number; params: string[] };
    return { ...bench, peer, asked };
  }

  it('asks for trades, minutes and the best bid and ask of each symbol, and is up once that is granted', async () => {
    const { peer, asked, log } = await following('BTCUSDT', 'ETHUSDT');
    expect(peer.path).toBe('/stream');
    expect(asked).toEqual({
      method: 'SUBSCRIBE',
      params: [
        ...['btcusdt@trade', 'btcusdt@kline_1m', 'btcusdt@bookTicker', 'btcusdt@depth@100ms'],
        ...['ethusdt@trade', 'ethusdt@kline_1m', 'ethusdt@bookTicker', 'ethusdt@depth@100ms'],
      ],
      id: 1,
    });
    expect(log.events).toEqual([]);
    peer.send({ result: null, id: 1 });
    await log.next('up');
  });

  it('tells a trade with who took the liquidity: the seller, where the buyer had waited', async () => {
    const { peer, log, clock } = await following('BTCUSDT');
    peer.send(trade);
    peer.send(trade.replace('"m":true', '"m":false'));
    expect((await log.next('tick')).tick).toEqual({
      ...{ symbol: 'BTCUSDT', price: 104000.5, size: 0.25, side: 'sell', id: '12345', source: 'binance' },
      ...{ eventTime: 1750255200100, receiveTime: clock.now() },
    });
    expect((await log.next('tick')).tick.side).toBe('buy');
  });

  it('tells a minute while it forms and when it is complete', async () => {
    const { peer, log } = await following('BTCUSDT');
    peer.send(kline(false));
    peer.send(kline(true));
    expect((await log.next('bar')).complete).toBe(false);
    expect(await log.next('bar')).toMatchObject({
      ...{ symbol: 'BTCUSDT', interval: '1m', complete: true },
      bar: {
        ...{ openTime: 1750255140000, closeTime: 1750255200000 },
        ...{ open: 104000, high: 104020, low: 103990, close: 104010, volume: 12.5 },
      },
    });
  });

  it('tells the best bid and ask as of now, and nothing where a side is empty', async () => {
    const { peer, log, clock } = await following('BTCUSDT');
    peer.send(bookTicker.replace('104000.10', '0.00000000'));
    peer.send(bookTicker);
    const now = clock.now();
    expect((await log.next('quote')).quote).toEqual({
      ...{ symbol: 'BTCUSDT', bid: 104000.1, ask: 104000.2, source: 'binance' },
      ...{ eventTime: now, receiveTime: now },
    });
  });

  it('drops what still comes of a symbol that was left', async () => {
    const { peer, log, stream } = await following('BTCUSDT', 'ETHUSDT');
    stream.unfollow(['BTCUSDT']);
    expect(await peer.nextJson()).toMatchObject({
      method: 'UNSUBSCRIBE',
      params: expect.arrayContaining(['btcusdt@trade']),
    });
    peer.send(trade);
    peer.send(kline(true));
    peer.send(bookTicker);
    peer.send(trade.replaceAll('BTC', 'ETH').replaceAll('btc', 'eth'));
    expect((await log.next('tick')).tick.symbol).toBe('ETHUSDT');
    expect(log.events).toHaveLength(1);
  });

  it('tells of a refused subscription and of frames that it does not know, and goes on', async () => {
    const { peer, log } = await following('BTCUSDT');
    peer.send({ error: { code: 2, msg: 'Invalid request: too many parameters' }, id: 1 });
    expect((await log.next('fault')).reason).toBe(
      'binance refused a subscription: Invalid request: too many parameters',
    );
    for (const text of ['<html>', '[]', '{"stream":"btcusdt@trade","data":{"e":"trade","p":"1e5"}}']) {
      peer.send(text);
      expect((await log.next('fault')).reason).toContain('cannot be understood');
    }
    peer.send(trade);
    await log.next('tick');
  });
});

const recorded = 'ws_spot_btcusdt_20240808_first_6000.jsonl.gz';
describe.skipIf(!needsShared('recorded Binance frames', 'fixtures', 'binance', recorded))(
  "Binance's recorded feed",
  () => {
    it('gives every trade and every best bid and ask, in order', async () => {
      const bench = await feedBench(binance);
      bench.stream.follow([requireInstrument('BTCUSDT')]);
      const peer = await bench.server.next();
      const frames = sharedText('fixtures', 'binance', recorded)
        .trim()
        .split('\n')
        .map((line) => line.slice(line.indexOf(' ') + 1))
        .filter((frame) => !frame.includes('@depth'));
      for (const frame of frames) peer.send(frame);
      const ids: number[] = [];
      // Answers come in order: once this one is here, so is everything before it.
      peer.send({ result: null, id: 1 });
      await bench.log.next('up');
      await bench.close();
      for (const event of bench.log.events) if (event.kind === 'tick') ids.push(Number(event.tick.id));
      expect(ids).toHaveLength(1_123);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
      const quotes = bench.log.events.flatMap((event) => (event.kind === 'quote' ? [event.quote] : []));
      expect(quotes).toHaveLength(4_346);
      expect(quotes.every(({ bid, ask }) => bid < ask)).toBe(true);
    });
  },
);
