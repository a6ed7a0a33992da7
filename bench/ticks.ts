import { type Bar, toSeries } from '../src/domain/bar.ts';
import { type Print, tickBars } from '../src/domain/tick-bars.ts';
import { barClose, barOpen, MINUTE } from '../src/domain/time.ts';
import { indicators, type PlainBar } from '../src/indicators/index.ts';
import { compare, fastest, median, report } from './measure.ts';

/**
 * From a print to the updated bar and five indicators of it, one print at a time on one core, as a live chart needs them.
 * The reference does the same with nothing kept but the last bars: each print computes the indicators of the newest bars
 * anew from columns. Both end with equal numbers before anything is timed.
 */
const TICKS = 200_000;
const REFERENCE_TICKS = 2_000;
const ROUNDS = 11;
/** Bars that the reference looks back: enough for the five to be defined. */
const LOOKBACK = 120;

const ticks: Print[] = [];
let seed = 7;
const chance = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
for (let i = 0, price = 60_000, at = Date.UTC(2025, 5, 18); i < TICKS; i++) {
  at += Math.floor(chance() * 600);
  price += Math.round((chance() - 0.5) * 20);
  ticks.push({ price, size: chance(), eventTime: at, receiveTime: at });
}

type Five = [sma: number, ema: number, rsi: number, macd: number, atr: number];

function streamed(prints: readonly Print[], each: (five: Five) => void) {
  const bars = tickBars('1m');
  const [sma, ema, rsi, macd, atr] = [
    indicators.sma.stream({ period: 20 }),
    indicators.ema.stream({ period: 20 }),
    indicators.rsi.stream(),
    indicators.macd.stream(),
    indicators.atr.stream(),
  ];
  const look = (bar: PlainBar): Five => [
    sma.peek!(bar).sma,
    ema.peek!(bar).ema,
    rsi.peek!(bar).rsi,
    macd.peek!(bar).histogram,
    atr.peek!(bar).atr,
  ];
  for (const print of prints) {
    bars.add(print);
    for (const bar of bars.complete(print.eventTime)) for (const stream of [sma, ema, rsi, macd, atr]) stream.next(bar);
    each(look(bars.forming()!));
  }
}

function recomputed(prints: readonly Print[], each: (five: Five) => void) {
  const bars: Bar[] = [];
  for (const { price, size, eventTime, receiveTime } of prints) {
    const openTime = barOpen('1m', eventTime);
    const last = bars.at(-1);
    if (last?.openTime === openTime) {
      bars[bars.length - 1] = {
        ...last,
        high: Math.max(last.high, price),
        low: Math.min(last.low, price),
        close: price,
        volume: last.volume + size,
      };
    } else {
      const closeTime = barClose('1m', openTime);
      bars.push({ openTime, closeTime, open: price, high: price, low: price, close: price, volume: size, receiveTime });
    }
    const columns = toSeries('BENCH', '1m', bars.slice(-LOOKBACK));
    each([
      indicators.sma.batch(columns, { period: 20 }).sma.at(-1)!,
      indicators.ema.batch(columns, { period: 20 }).ema.at(-1)!,
      indicators.rsi.batch(columns).rsi.at(-1)!,
      indicators.macd.batch(columns).histogram.at(-1)!,
      indicators.atr.batch(columns).atr.at(-1)!,
    ]);
  }
}

const few = ticks.slice(0, REFERENCE_TICKS);
const seen: { ours: Five[]; reference: Five[] } = { ours: [], reference: [] };
streamed(few, (five) => seen.ours.push(five));
recomputed(few, (five) => seen.reference.push(five));
if (few.at(-1)!.eventTime - few[0]!.eventTime > LOOKBACK * MINUTE)
  throw new Error('The reference looks back too little.');
for (let i = 0; i < few.length; i++) {
  for (let j = 0; j < 5; j++) {
    const [a, b] = [seen.ours[i]![j]!, seen.reference[i]![j]!];
    if (!Object.is(a, b)) throw new Error(`Indicator ${j} of tick ${i} is ${a}, recomputed ${b}.`);
  }
}

/** Depends on every number, so that none can be left out. */
const summed = (run: typeof streamed, prints: readonly Print[]) => () => {
  let sum = 0;
  run(prints, (five) => {
    for (const value of five) if (!Number.isNaN(value)) sum += value;
  });
  return sum;
};
const taken = compare(summed(streamed, ticks), summed(recomputed, few), ROUNDS);
const perSecond = (TICKS / median(taken.ours)) * 1_000;
const ratio = taken.ratio * (TICKS / REFERENCE_TICKS);
console.log(
  `tick to bar and 5 indicators: ${Math.round(perSecond).toLocaleString('en-US')} a second, fastest round ` +
    `${Math.round((TICKS / fastest(taken.ours)) * 1_000).toLocaleString('en-US')}`,
);
report({
  bench: 'ticks',
  claim: 'prints to updated bar and 5 indicators, one core',
  value: perSecond,
  unit: 'ticks/s',
  target: '>= 500,000 ticks/s',
  met: perSecond >= 500_000,
  note: `equal to the last bit with recomputing ${LOOKBACK} bars`,
});
report({
  bench: 'ticks',
  claim: 'times faster than recomputing the last bars for each print',
  value: ratio,
  unit: 'x',
  target: '>= 10x',
  met: ratio >= 10,
});
