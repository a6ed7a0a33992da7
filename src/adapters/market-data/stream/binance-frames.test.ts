import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { needsShared, sharedText } from '../../../testing/shared.ts';
import { readKline, readTrade } from './binance-frames.fast.ts';
import { klineOf, klineRow, tradeOf, tradeRow } from './binance-frames.ts';

/** As documented; real ones are in ../shared. */
const trade = {
  stream: 'btcusdt@trade',
  data: {
    ...{ e: 'trade', E: 1723161255343, s: 'BTCUSDT', t: 3735683259, p: '61837.63000000', q: '0.02000000' },
    ...{ T: 1723161255342, m: true, M: true },
  },
};
const kline = {
  stream: 'btcusdt@kline_1m',
  data: {
    ...{ e: 'kline', E: 1672515782136, s: 'BTCUSDT' },
    k: {
      ...{ t: 1672515780000, T: 1672515839999, s: 'BTCUSDT', i: '1m', f: 100, L: 200 },
      ...{ o: '0.00100000', c: '0.00200000', h: '0.00250000', l: '0.00150000', v: '1000.00000000', n: 100, x: false },
      ...{ q: '1.00000000', V: '500.00000000', Q: '0.50000000', B: '0' },
    },
  },
};

const bytesOf = (text: string) => Buffer.from(text, 'utf8');

/** What a reader makes of a frame: a row, nothing, or an error. */
function outcome<Row>(read: (bytes: Uint8Array, row: Row) => boolean, row: Row, bytes: Uint8Array) {
  try {
    return read(bytes, row) ? { row } : 'something else';
  } catch {
    return 'no JSON';
  }
}

function expectAgreement(bytes: Uint8Array) {
  expect(outcome(readTrade, tradeRow(), bytes)).toEqual(outcome(tradeOf, tradeRow(), bytes));
  expect(outcome(readKline, klineRow(), bytes)).toEqual(outcome(klineOf, klineRow(), bytes));
}

/** Numbers as a vendor might write them one day, and as nobody should. */
const numberText = fc.oneof(
  fc.nat().map(String),
  fc.maxSafeNat().map(String),
  fc.constantFrom('0', '-0', '007', '1e3', '1E+2', '1.5', '-3', '99999999999999999999', 'null', 'NaN', '"12"', ''),
);
const decimalText = fc.oneof(
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.stringMatching(/^\d{0,20}$/)).map(([a, b]) => `"${a}.${b}"`),
  fc.bigInt({ min: 0n, max: 10n ** 20n }).map((whole) => `"${whole}"`),
  fc.constantFrom('"1e-7"', '"-1.0"', '"+1.0"', '" 1.0"', '"1.0 "', '".5"', '"5."', '""', '"1.2.3"', '"0x10"', '1.5'),
  fc.constantFrom('"\\u0031.5"', '"1\\n"', '"NaN"', '"Infinity"', '[]', '{"p":"1"}', '"٣.٠"'),
);
const anyText = fc.oneof(
  fc.json({ maxDepth: 2 }),
  numberText,
  decimalText,
  fc.constantFrom('true', 'false', 'truefalse'),
);

/** A frame as its keys and the texts of their values, so that any of them can be put out of order or replaced. */
type Fields = [key: string, value: string | Fields][];
const fieldsOf = (value: object): Fields =>
  Object.entries(value).map(([key, each]) => [key, typeof each === 'object' ? fieldsOf(each) : JSON.stringify(each)]);
const textOf = (fields: Fields, space: string): string =>
  `{${fields.map(([key, value]) => `"${key}":${space}${typeof value === 'string' ? value : textOf(value, space)}`).join(`,${space}`)}}`;

/** Changes one field somewhere: its value, its place, its key, or a stranger beside it. */
function changed(fields: Fields, path: number, change: string, value: string): Fields {
  const at = path % fields.length;
  const [key, old] = fields[at]!;
  if (typeof old !== 'string' && path % 7 !== 0) {
    return fields.with(at, [key, changed(old, Math.floor(path / 3), change, value)]);
  }
  if (change === 'value') return fields.with(at, [key, value]);
  if (change === 'order') return [...fields.slice(at + 1), ...fields.slice(0, at + 1)];
  if (change === 'key') return fields.with(at, [`${key}x`, old]);
  if (change === 'escape') return fields.with(at, [`\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}`, old]);
  if (change === 'twice') return fields.toSpliced(path % (fields.length + 1), 0, [key, value]);
  if (change === 'without') return fields.toSpliced(at, 1);
  return fields.toSpliced(at, 0, ['z', value]);
}

describe("Binance's frames, read fast and read plainly", () => {
  afterEach(() => void vi.restoreAllMocks());

  it('reads a trade: price, size, its own number and time, and who waited', () => {
    const row = tradeRow();
    expect(readTrade(bytesOf(JSON.stringify(trade)), row)).toBe(true);
    expect(row).toEqual({
      ...{ code: 'BTCUSDT', id: 3735683259, price: 61837.63, size: 0.02 },
      ...{ eventTime: 1723161255342, buyerIsMaker: true },
    });
  });

  it('reads a bar and whether it is complete', () => {
    const row = klineRow();
    expect(readKline(bytesOf(JSON.stringify(kline)), row)).toBe(true);
    expect(row).toEqual({
      ...{ code: 'BTCUSDT', interval: '1m', openTime: 1672515780000, eventTime: 1672515782136 },
      ...{ open: 0.001, close: 0.002, high: 0.0025, low: 0.0015, volume: 1000, complete: false },
    });
  });

  it('does not parse JSON for the form that Binance sends', () => {
    const frames = [JSON.stringify(trade), JSON.stringify(kline)].map(bytesOf);
    const parse = vi.spyOn(JSON, 'parse');
    readTrade(frames[0]!, tradeRow());
    readKline(frames[1]!, klineRow());
    expect(parse).not.toHaveBeenCalled();
    readTrade(frames[1]!, tradeRow());
    expect(parse).toHaveBeenCalled();
  });

  it('leaves the row as it was when the frame is something else', () => {
    const row = tradeRow();
    expect(readTrade(bytesOf('{"result":null,"id":1}'), row)).toBe(false);
    expect(readTrade(bytesOf(JSON.stringify({ ...trade, data: { ...trade.data, p: 'x' } })), row)).toBe(false);
    expect(row).toEqual(tradeRow());
  });

  it('agrees on frames whose fields are replaced, moved, renamed, escaped, doubled, dropped or joined by others', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(trade, kline),
        fc.array(
          fc.tuple(
            fc.nat(10_000),
            fc.constantFrom('value', 'value', 'order', 'key', 'escape', 'twice', 'without', 'stranger'),
            anyText,
          ),
          { maxLength: 3 },
        ),
        fc.constantFrom('', '', '', ' ', '\n'),
        (frame, changes, space) => {
          let fields = fieldsOf(frame);
          for (const [path, change, value] of changes) {
            if (fields.length > 0) fields = changed(fields, path, change, value);
          }
          expectAgreement(bytesOf(textOf(fields, space)));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('agrees on the numbers of a frame that is otherwise as it should be', () => {
    const exact = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 16n }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(exact, fc.maxSafeNat(), ([digits, places], id) => {
        const text = digits.toString().padStart(places + 1, '0');
        const p = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
        expectAgreement(bytesOf(JSON.stringify({ ...trade, data: { ...trade.data, p, q: p, t: id } })));
        const k = { ...kline.data.k, o: p, v: p, f: id };
        expectAgreement(bytesOf(JSON.stringify({ ...kline, data: { ...kline.data, k } })));
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees on frames with bytes that were changed, cut off or added on the way', () => {
    const frames = [bytesOf(JSON.stringify(trade)), bytesOf(JSON.stringify(kline))];
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.nat(400),
        fc.oneof(fc.nat(255), fc.constantFrom(...bytesOf('0123456789"\\{}.,:tf'))),
        fc.constantFrom('change', 'insert', 'drop', 'cut'),
        (frame, place, byte, how) => {
          const at = place % frame.length;
          const start = frame.subarray(0, at);
          const rest = frame.subarray(at + (how === 'insert' ? 0 : 1));
          const middle = how === 'drop' || how === 'cut' ? [] : [byte];
          expectAgreement(Buffer.concat([start, Buffer.from(middle), how === 'cut' ? Buffer.alloc(0) : rest]));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('agrees on a frame that is longer than any that Binance sends', () => {
    expectAgreement(bytesOf(JSON.stringify({ ...trade, stream: 'x'.repeat(5_000) })));
  });
});

const recorded = 'ws_spot_btcusdt_20240808_first_6000.jsonl.gz';
describe.skipIf(!needsShared('recorded Binance frames', 'fixtures', 'binance', recorded))(
  'recorded Binance frames',
  () => {
    it('are all read alike, the trades without JSON.parse', () => {
      const frames = sharedText('fixtures', 'binance', recorded)
        .trim()
        .split('\n')
        .map((line) => bytesOf(line.slice(line.indexOf(' ') + 1)));
      for (const frame of frames) expectAgreement(frame);
      const trades = frames.filter((frame) => frame.includes('@trade'));
      const parse = vi.spyOn(JSON, 'parse');
      const read = trades.filter((frame) => readTrade(frame, tradeRow())).length;
      const parsed = parse.mock.calls.length;
      parse.mockRestore();
      expect({ read, parsed }).toEqual({ read: 1_123, parsed: 0 });
    });
  },
);
