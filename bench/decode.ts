import { deepStrictEqual } from 'node:assert';
import { readKline, readTrade } from '../src/adapters/market-data/stream/binance-frames.fast.ts';
import { klineOf, klineRow, tradeOf, tradeRow } from '../src/adapters/market-data/stream/binance-frames.ts';
import { compare, fastest, report } from './measure.ts';

/**
 * Binance's frames, as bytes, to columns: our scan against `JSON.parse` and mapping, in one run; the columns are held
 * equal before anything is timed. Frames are made here in the documented form, with numbers as they are on the wire.
 */
const FRAMES = 5_000;
const ROUNDS = 25;
const codes = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'BNBUSDT'];
const START = 1_723_161_240_000;

const frames = (make: (i: number) => string) => Array.from({ length: FRAMES }, (_, i) => Buffer.from(make(i)));
const near = (i: number) => (61_837.63 + ((i * 37) % 2_000) / 100).toFixed(8);
const amount = (i: number) => (((i * 7_919) % 90_000) / 1_000 + 0.002).toFixed(8);

const trades = frames((i) => {
  const code = codes[i % codes.length]!;
  return `{"stream":"${code.toLowerCase()}@trade","data":{"e":"trade","E":${START + i},"s":"${code}","t":${3_735_683_259 + i},"p":"${near(i)}","q":"${amount(i)}","T":${START + i - 1},"m":${i % 3 === 0},"M":true}}`;
});
const klines = frames((i) => {
  const code = codes[i % codes.length]!;
  return `{"stream":"${code.toLowerCase()}@kline_1m","data":{"e":"kline","E":${START + i},"s":"${code}","k":{"t":${START},"T":${START + 59_999},"s":"${code}","i":"1m","f":${3_735_683_259 + i},"L":${3_735_683_959 + i},"o":"${near(i)}","c":"${near(i + 3)}","h":"${near(i + 5)}","l":"${near(i + 1)}","v":"${amount(i)}","n":700,"x":${i % 60 === 59},"q":"${amount(i + 1)}","V":"${amount(i + 2)}","Q":"${amount(i + 3)}","B":"0"}}}`;
});

const floats = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, new Float64Array(FRAMES)])) as Record<string, Float64Array>;

function tradeColumns(read: typeof tradeOf, row = tradeRow(), symbol = new Array<string>(FRAMES)) {
  const { id, price, size, eventTime, maker } = floats('id', 'price', 'size', 'eventTime', 'maker');
  for (let i = 0; i < FRAMES; i++) {
    if (!read(trades[i]!, row)) throw new Error(`Trade ${i} was not understood.`);
    symbol[i] = row.code;
    id![i] = row.id;
    price![i] = row.price;
    size![i] = row.size;
    eventTime![i] = row.eventTime;
    maker![i] = Number(row.buyerIsMaker);
  }
  return { symbol, id, price, size, eventTime, maker };
}

function klineColumns(read: typeof klineOf, row = klineRow(), symbol = new Array<string>(FRAMES)) {
  const { openTime, open, high, low, close, volume, complete } = floats(
    ...['openTime', 'open', 'high', 'low', 'close', 'volume', 'complete'],
  );
  for (let i = 0; i < FRAMES; i++) {
    if (!read(klines[i]!, row)) throw new Error(`Kline ${i} was not understood.`);
    symbol[i] = row.code;
    openTime![i] = row.openTime;
    open![i] = row.open;
    high![i] = row.high;
    low![i] = row.low;
    close![i] = row.close;
    volume![i] = row.volume;
    complete![i] = Number(row.complete);
  }
  return { symbol, openTime, open, high, low, close, volume, complete };
}

/** `JSON.parse` and the barest mapping there is, without any check: the yardstick. */
const plainTrade: typeof tradeOf = (bytes, row) => {
  const { s, t, p, q, T, m } = JSON.parse(bytes.toString()).data;
  row.code = s;
  row.id = t;
  row.price = Number(p);
  row.size = Number(q);
  row.eventTime = T;
  row.buyerIsMaker = m;
  return true;
};
const plainKline: typeof klineOf = (bytes, row) => {
  const { s, k } = JSON.parse(bytes.toString()).data;
  row.code = s;
  row.interval = k.i;
  row.openTime = k.t;
  row.open = Number(k.o);
  row.high = Number(k.h);
  row.low = Number(k.l);
  row.close = Number(k.c);
  row.volume = Number(k.v);
  row.complete = k.x;
  return true;
};

const duels = [
  {
    name: 'trade',
    ours: () => tradeColumns(readTrade),
    bare: () => tradeColumns(plainTrade),
    plain: () => tradeColumns(tradeOf),
  },
  {
    name: 'kline',
    ours: () => klineColumns(readKline),
    bare: () => klineColumns(plainKline),
    plain: () => klineColumns(klineOf),
  },
];

for (const { name, ours, bare, plain } of duels) {
  deepStrictEqual(ours(), bare());
  deepStrictEqual(ours(), plain());
  const { ratio, worst, ours: times } = compare(ours, bare, ROUNDS, 10);
  console.log(`${name}: ${((fastest(times) * 1e6) / FRAMES).toFixed(0)} ns a frame, ${ratio.toFixed(1)} times faster`);
  report({
    bench: 'decode',
    claim: `Binance ${name} frames to columns, times faster than JSON.parse and mapping`,
    value: ratio,
    unit: 'x',
    target: '>= 3x',
    met: ratio >= 3,
    note: `equal on ${FRAMES.toLocaleString('en-US')} frames; worst round ${worst.toFixed(1)}x`,
  });
}
