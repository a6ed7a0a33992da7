import type { Interval } from '../../../domain/time.ts';
import { type KlineRow, klineOf, type TradeRow, tradeOf } from './binance-frames.ts';

/**
 * Binance's trade and kline frames read from their bytes without `JSON.parse`. Only the one form that Binance sends is
 * known here, key by key; any other byte, and the plain version reads the frame from its beginning. Both always agree:
 * binance-frames.test.ts holds them equal on mutated frames.
 */
export function readTrade(bytes: Uint8Array, row: TradeRow): boolean {
  return scanTrade(bytes, row) || tradeOf(bytes, row);
}

export function readKline(bytes: Uint8Array, row: KlineRow): boolean {
  return scanKline(bytes, row) || klineOf(bytes, row);
}

/**
 * Frames are copied to a place whose words can be read at any position, whatever the frame's own alignment. Behind the
 * longest frame it stays empty for ever: a scan that failed is sent there, where nothing that follows can match.
 */
const LONGEST = 1_024;
const NOWHERE = 2_048;
const scratch = new Uint8Array(4_096);
const view = new DataView(scratch.buffer);

/** Where the scan stands: after what was read last. */
let at = 0;

const QUOTE = 34;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const BRACE = 125;

/** A text to be found, as words of four bytes; the last one may overlap the one before. Most are no longer than two. */
interface Text {
  length: number;
  first: number;
  last: number;
  between: readonly number[];
}

function textOf(text: string): Text {
  const bytes = Buffer.from(text, 'latin1');
  const length = bytes.length;
  const between = Array.from({ length: Math.max(0, Math.ceil(length / 4) - 2) }, (_, i) =>
    bytes.readInt32LE(4 * i + 4),
  );
  return { length, first: bytes.readInt32LE(0), last: bytes.readInt32LE(length - 4), between };
}

const STREAM = textOf('{"stream":"');
const TRADE = textOf('","data":{"e":"trade","E":');
const KLINE = textOf('","data":{"e":"kline","E":');
const SYMBOL = textOf(',"s":"');
const ID = textOf('","t":');
const PRICE = textOf(',"p":"');
const SIZE = textOf('","q":"');
const TIME = textOf('","T":');
const MAKER = textOf(',"m":');
const IGNORED = textOf(',"M":');
const OPEN_TIME = textOf('","k":{"t":');
const CLOSE_TIME = textOf(',"T":');
const INTERVAL = textOf('","i":"');
const FIRST_ID = textOf('","f":');
const LAST_ID = textOf(',"L":');
const OPEN = textOf(',"o":"');
const CLOSE = textOf('","c":"');
const HIGH = textOf('","h":"');
const LOW = textOf('","l":"');
const VOLUME = textOf('","v":"');
const COUNT = textOf('","n":');
const COMPLETE = textOf(',"x":');
const QUOTE_VOLUME = textOf(',"q":"');
const TAKER_VOLUME = textOf('","V":"');
const TAKER_QUOTE = textOf('","Q":"');
const UNUSED = textOf('","B":"');
const KLINE_END = textOf('"}}}');
const FALSE = textOf('false');
const TRUE = textOf('true').first;

function scanTrade(bytes: Uint8Array, row: TradeRow): boolean {
  if (!begin(bytes)) return false;
  skipName(STREAM);
  count(TRADE);
  const code = word(SYMBOL);
  const id = count(ID);
  const price = decimal(PRICE);
  const size = decimal(SIZE);
  const eventTime = count(TIME);
  const buyerIsMaker = truth(MAKER);
  truth(IGNORED);
  if (at + 2 !== bytes.length || scratch[at] !== BRACE || scratch[at + 1] !== BRACE) return false;
  row.code = code;
  row.id = id;
  row.price = price;
  row.size = size;
  row.eventTime = eventTime;
  row.buyerIsMaker = buyerIsMaker;
  return true;
}

function scanKline(bytes: Uint8Array, row: KlineRow): boolean {
  if (!begin(bytes)) return false;
  skipName(STREAM);
  const eventTime = count(KLINE);
  const code = word(SYMBOL);
  const openTime = count(OPEN_TIME);
  count(CLOSE_TIME);
  skipName(SYMBOL);
  const interval = intervalAt(INTERVAL);
  count(FIRST_ID);
  count(LAST_ID);
  const open = decimal(OPEN);
  const close = decimal(CLOSE);
  const high = decimal(HIGH);
  const low = decimal(LOW);
  const volume = decimal(VOLUME);
  count(COUNT);
  const complete = truth(COMPLETE);
  skipDecimal(QUOTE_VOLUME);
  skipDecimal(TAKER_VOLUME);
  skipDecimal(TAKER_QUOTE);
  skipDecimal(UNUSED);
  expect(KLINE_END);
  if (at !== bytes.length || interval === undefined) return false;
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

function begin(bytes: Uint8Array): boolean {
  at = 0;
  if (bytes.length > LONGEST) return false;
  scratch.set(bytes);
  return true;
}

function fail(): 0 {
  at = NOWHERE;
  return 0;
}

/** What each reader below takes is the text that must stand before its value. */
function expect({ length, first, last, between }: Text) {
  const from = at;
  if (view.getInt32(from, true) !== first || view.getInt32(from + length - 4, true) !== last) return fail();
  for (let i = 0; i < between.length; i++) if (view.getInt32(from + 4 * i + 4, true) !== between[i]) return fail();
  at = from + length;
  return 0;
}

/** Whether a word is four digits in ASCII: high halves are 3, and no low half is above 9. */
const isDigits = (word: number) =>
  (word & 0xf0f0f0f0) === 0x30303030 && ((word + 0x06060606) & 0xf0f0f0f0) === 0x30303030;

/** What four digits mean: two pairs at once, then both together. */
function fourDigits(word: number): number {
  const digits = word & 0x0f0f0f0f;
  const pairs = (digits * 10 + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** Digits from `at` on; `at` moves behind them. */
function digits(): number {
  let i = at;
  let value = 0;
  for (let word = view.getInt32(i, true); isDigits(word); word = view.getInt32(i, true)) {
    value = value * 10_000 + fourDigits(word);
    i += 4;
  }
  for (let byte = scratch[i]!; byte >= ZERO && byte <= NINE; byte = scratch[++i]!) value = value * 10 + (byte - ZERO);
  at = i;
  return value;
}

/** A number without sign, fraction and exponent, small enough to be exact. */
function count(before: Text): number {
  expect(before);
  const from = at;
  const value = digits();
  const length = at - from;
  // JSON has no leading zeros, and sixteen digits may be more than a double holds.
  if (length === 0 || length > 15 || (scratch[from] === ZERO && length > 1)) return fail();
  return value;
}

const powers = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * A decimal, up to its quote. Fifteen digits and a power of ten up to 10^15 are two exact doubles, so their quotient is
 * the nearest double, as `Number` would give.
 */
function decimal(before: Text): number {
  expect(before);
  const from = at;
  const whole = digits();
  const places = at - from;
  if (places === 0 || places > 15) return fail();
  if (scratch[at] === QUOTE) return whole;
  if (scratch[at] !== DOT) return fail();
  const point = ++at;
  const fraction = digits();
  const after = at - point;
  if (after === 0 || scratch[at] !== QUOTE) return fail();
  if (fraction === 0 && after <= 15) return whole;
  if (places + after > 15) return fail();
  return (whole * powers[after]! + fraction) / powers[after]!;
}

/** What is not looked at must still be text without escapes, else it may hold anything. */
function skipDecimal(before: Text) {
  expect(before);
  digits();
  if (scratch[at] !== DOT) return;
  at++;
  digits();
}

function skipName(before: Text) {
  expect(before);
  toEndOfName();
}

/** Digits, capitals, small letters, and what stands between them in ASCII except the backslash. */
function toEndOfName() {
  let i = at;
  for (let byte = scratch[i]!; byte >= ZERO && byte <= 122 && byte !== 92; byte = scratch[++i]!);
  at = i;
}

/** Names seen so far, found by a hash of their bytes; a stranger with the same hash takes the place. */
const names: ({ bytes: Uint8Array; text: string } | undefined)[] = new Array(4096).fill(undefined);

function word(before: Text): string {
  expect(before);
  const from = at;
  toEndOfName();
  const length = at - from;
  if (length === 0) {
    fail();
    return '';
  }
  let hash = length;
  for (let i = from; i < at; i++) hash = (Math.imul(hash, 31) + scratch[i]!) | 0;
  const known = names[hash & 4095];
  if (known && known.bytes.length === length && isSame(known.bytes, from)) return known.text;
  const bytes = scratch.slice(from, at);
  const text = Buffer.from(bytes).toString('latin1');
  names[hash & 4095] = { bytes, text };
  return text;
}

function isSame(name: Uint8Array, from: number): boolean {
  for (let i = 0; i < name.length; i++) if (scratch[from + i] !== name[i]) return false;
  return true;
}

/** The one interval that is subscribed; others are for the plain version. */
function intervalAt(before: Text): Interval | undefined {
  expect(before);
  if (scratch[at] !== 49 || scratch[at + 1] !== 109) {
    fail();
    return undefined;
  }
  at += 2;
  return '1m';
}

function truth(before: Text): boolean {
  expect(before);
  if (view.getInt32(at, true) === TRUE) {
    at += 4;
    return true;
  }
  expect(FALSE);
  return false;
}
