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

/** Words of four bytes that must be found; the last one may overlap the one before. */
interface Text {
  length: number;
  words: Int32Array;
}

function textOf(text: string): Text {
  const bytes = Buffer.from(text, 'latin1');
  const words = Int32Array.from({ length: Math.ceil(text.length / 4) }, (_, i) =>
    bytes.readInt32LE(Math.min(4 * i, text.length - 4)),
  );
  return { length: text.length, words };
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
const TRUE_WORD = textOf('true').words[0]!;

function scanTrade(bytes: Uint8Array, row: TradeRow): boolean {
  if (!begin(bytes)) return false;
  expect(STREAM);
  skipName();
  expect(TRADE);
  count();
  expect(SYMBOL);
  const code = word();
  expect(ID);
  const id = count();
  expect(PRICE);
  const price = decimal();
  expect(SIZE);
  const size = decimal();
  expect(TIME);
  const eventTime = count();
  expect(MAKER);
  const buyerIsMaker = truth();
  expect(IGNORED);
  truth();
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
  expect(STREAM);
  skipName();
  expect(KLINE);
  const eventTime = count();
  expect(SYMBOL);
  const code = word();
  expect(OPEN_TIME);
  const openTime = count();
  expect(CLOSE_TIME);
  count();
  expect(SYMBOL);
  skipName();
  expect(INTERVAL);
  const interval = intervalAt();
  expect(FIRST_ID);
  count();
  expect(LAST_ID);
  count();
  expect(OPEN);
  const open = decimal();
  expect(CLOSE);
  const close = decimal();
  expect(HIGH);
  const high = decimal();
  expect(LOW);
  const low = decimal();
  expect(VOLUME);
  const volume = decimal();
  expect(COUNT);
  count();
  expect(COMPLETE);
  const complete = truth();
  expect(QUOTE_VOLUME);
  skipDecimal();
  expect(TAKER_VOLUME);
  skipDecimal();
  expect(TAKER_QUOTE);
  skipDecimal();
  expect(UNUSED);
  skipDecimal();
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

function expect({ length, words }: Text) {
  const from = at;
  const last = words.length - 1;
  for (let i = 0; i < last; i++) if (view.getInt32(from + 4 * i, true) !== words[i]) return fail();
  if (view.getInt32(from + length - 4, true) !== words[last]) return fail();
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
function count(): number {
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
function decimal(): number {
  const from = at;
  const whole = digits();
  const before = at - from;
  if (before === 0 || before > 15) return fail();
  if (scratch[at] === QUOTE) return whole;
  if (scratch[at] !== DOT) return fail();
  const point = ++at;
  const fraction = digits();
  const after = at - point;
  if (after === 0 || scratch[at] !== QUOTE) return fail();
  if (fraction === 0 && after <= 15) return whole;
  if (before + after > 15) return fail();
  return (whole * powers[after]! + fraction) / powers[after]!;
}

/** What is not looked at must still be text without escapes, else it may hold anything. */
function skipDecimal() {
  digits();
  if (scratch[at] !== DOT) return;
  at++;
  digits();
}

/** Digits, capitals, small letters, and what stands between them in ASCII except the backslash. */
function skipName() {
  let i = at;
  for (let byte = scratch[i]!; byte >= ZERO && byte <= 122 && byte !== 92; byte = scratch[++i]!);
  at = i;
}

/** Names seen so far, found by a hash of their bytes; a stranger with the same hash takes the place. */
const names: ({ bytes: Uint8Array; text: string } | undefined)[] = new Array(4096).fill(undefined);

function word(): string {
  const from = at;
  skipName();
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
function intervalAt(): Interval | undefined {
  if (scratch[at] !== 49 || scratch[at + 1] !== 109) {
    fail();
    return undefined;
  }
  at += 2;
  return '1m';
}

function truth(): boolean {
  if (view.getInt32(at, true) === TRUE_WORD) {
    at += 4;
    return true;
  }
  expect(FALSE);
  return false;
}
