import { type Interval, intervals } from '../../../domain/time.ts';

/** One print of a Binance trade frame. Reused from frame to frame by those who only pass it on. */
export interface TradeRow {
  /** Binance's code, e.g. BTCUSDT. */
  code: string;
  id: number;
  price: number;
  size: number;
  /** Of the trade itself, not of the message. */
  eventTime: number;
  /** The buyer's order rested in the book: the seller took the liquidity. */
  buyerIsMaker: boolean;
}

/** One state of a bar of a Binance kline frame. */
export interface KlineRow {
  code: string;
  interval: Interval;
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** When the message was made. */
  eventTime: number;
  complete: boolean;
}

export const tradeRow = (): TradeRow => ({
  ...{ code: '', id: 0, price: 0, size: 0, eventTime: 0, buyerIsMaker: false },
});

export const klineRow = (): KlineRow => ({
  ...{ code: '', interval: '1m', openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 },
  ...{ eventTime: 0, complete: false },
});

/** What a frame of a combined stream holds, or undefined for an answer to a request. Throws when it is no JSON. */
export function payloadOf(bytes: Uint8Array): { stream: string; payload: Record<string, unknown> } | undefined {
  const frame = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (typeof frame?.stream !== 'string' || typeof frame.data !== 'object' || frame.data === null) return undefined;
  return { stream: frame.stream, payload: frame.data };
}

/**
 * The readable version and the specification of `readTrade` in binance-frames.fast.ts. False, with the row as it was,
 * where the frame is something else or a field is not what it should be.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#trade-streams
 */
export function tradeOf(bytes: Uint8Array, row: TradeRow): boolean {
  const payload = payloadOf(bytes)?.payload;
  if (payload?.e !== 'trade') return false;
  const { s: code, t: id, T: eventTime, m: buyerIsMaker } = payload;
  const price = decimalOf(payload.p);
  const size = decimalOf(payload.q);
  if (!isCode(code) || !isCount(id) || !isCount(eventTime) || typeof buyerIsMaker !== 'boolean') return false;
  if (price === undefined || size === undefined) return false;
  row.code = code;
  row.id = id;
  row.price = price;
  row.size = size;
  row.eventTime = eventTime;
  row.buyerIsMaker = buyerIsMaker;
  return true;
}

/**
 * The same for klines.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#klinecandlestick-streams-for-utc
 */
export function klineOf(bytes: Uint8Array, row: KlineRow): boolean {
  const payload = payloadOf(bytes)?.payload;
  if (payload?.e !== 'kline' || typeof payload.k !== 'object' || payload.k === null) return false;
  const bar = payload.k as Record<string, unknown>;
  const { t: openTime, i: interval, x: complete } = bar;
  const { s: code, E: eventTime } = payload;
  const open = decimalOf(bar.o);
  const close = decimalOf(bar.c);
  const high = decimalOf(bar.h);
  const low = decimalOf(bar.l);
  const volume = decimalOf(bar.v);
  if (!isCode(code) || !isCount(eventTime) || !isCount(openTime) || typeof complete !== 'boolean') return false;
  if (open === undefined || close === undefined || high === undefined || low === undefined) return false;
  if (volume === undefined || !isInterval(interval)) return false;
  row.code = code;
  row.interval = interval;
  row.openTime = openTime;
  row.open = open;
  row.high = high;
  row.low = low;
  row.close = close;
  row.volume = volume;
  row.eventTime = eventTime;
  row.complete = complete;
  return true;
}

const isCode = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isInterval = (value: unknown): value is Interval => intervals.includes(value as Interval);

/** A decimal number that is written as text, as Binance writes prices and quantities: no sign, no exponent. */
export function decimalOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}
