import { z } from 'zod';
import { decimalText, receivedBar, streamUrl, type VendorDeps, vendorCode } from '../vendor.ts';
import { binanceBooks } from './binance-books.ts';
import { readKline, readTrade } from './binance-frames.fast.ts';
import { klineRow, tradeRow } from './binance-frames.ts';
import type { Feed } from './feed.ts';

const BookTicker = z.looseObject({ s: z.string(), b: decimalText, a: decimalText });
const Frame = z.union([
  z.looseObject({ stream: z.string(), data: z.unknown() }),
  z.looseObject({ id: z.number(), result: z.null() }),
  z.looseObject({ id: z.number().nullish(), error: z.looseObject({ msg: z.string() }) }),
]);

const streams = ['trade', 'kline_1m', 'bookTicker', 'depth@100ms'];
/** What one connection carries. */
const MOST_STREAMS = 1_024;

/** The letter that follows the @ of a stream's name tells most of them apart. */
const AT = 64;
const [T, K] = [116, 107];

/**
 * Trades, bars of a minute, best bid and ask and the order book of the spot market, without a key.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 */
export const binanceFeed = ({ clock, http, settings }: Pick<VendorDeps, 'clock' | 'http' | 'settings'>): Feed => ({
  vendor: 'binance',
  channels: ['tick', 'quote', 'bar', 'book'],
  codeOf: (instrument) => vendorCode(instrument, 'binance'),
  address: () => ({ url: streamUrl(settings, 'BINANCE', 'wss://data-stream.binance.vision/stream') }),
  subscription: {
    message: requests(),
    batch: 50,
    answered: true,
    // Five are allowed, and answers to pings count too.
    pace: { messages: 4, perMs: 1_000 },
  },
  mostCodes: Math.floor(MOST_STREAMS / streams.length),
  // It pings every 20 seconds.
  silenceMs: 60_000,
  secrets: [],
  reader(heard) {
    const trade = tradeRow();
    const kline = klineRow();
    const tellChange = binanceBooks({ clock, http, settings }, heard);

    function tellTrade() {
      const symbol = heard.symbolOf(trade.code);
      if (symbol === undefined) return;
      const { price, size, eventTime, buyerIsMaker, id } = trade;
      const side = buyerIsMaker ? ('sell' as const) : ('buy' as const);
      const times = { eventTime, receiveTime: clock.now() };
      heard.tell({ kind: 'tick', tick: { symbol, price, size, side, ...times, source: 'binance', id: String(id) } });
    }

    function tellKline() {
      const symbol = heard.symbolOf(kline.code);
      if (symbol === undefined) return;
      const { interval, openTime, open, high, low, close, volume, complete } = kline;
      const bar = receivedBar(interval, openTime, { open, high, low, close, volume }, clock.now());
      heard.tell({ kind: 'bar', symbol, interval, bar, complete });
    }

    function tellQuote(data: unknown) {
      const { s, b: bid, a: ask } = BookTicker.parse(data);
      const symbol = heard.symbolOf(s);
      // A side that is empty has a price of zero.
      if (symbol === undefined || !(bid > 0 && ask > 0)) return;
      // The spot market's book ticker has no time of its own.
      const now = clock.now();
      heard.tell({ kind: 'quote', quote: { symbol, bid, ask, eventTime: now, receiveTime: now, source: 'binance' } });
    }

    return (bytes) => {
      const letter = bytes[bytes.indexOf(AT) + 1];
      if (letter === T && readTrade(bytes, trade)) return tellTrade();
      if (letter === K && readKline(bytes, kline)) return tellKline();
      const frame = Frame.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      if ('stream' in frame && typeof frame.stream === 'string') {
        if (frame.stream.endsWith('@bookTicker')) return tellQuote(frame.data);
        if (frame.stream.includes('@depth')) return tellChange(frame.data);
        throw new Error('A stream that was not asked for, or in another shape.');
      }
      if ('error' in frame) heard.fault(`binance refused a subscription: ${(frame.error as { msg: string }).msg}`);
      heard.acknowledged();
    };
  },
});

/** Requests are numbered so that an answer can be told from an event. */
function requests() {
  let id = 0;
  return (action: 'subscribe' | 'unsubscribe', codes: readonly string[]) => {
    const params = codes.flatMap((code) => streams.map((stream) => `${code.toLowerCase()}@${stream}`));
    return JSON.stringify({ method: action.toUpperCase(), params, id: ++id });
  };
}
