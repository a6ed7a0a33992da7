import { blend } from '../consensus/blend.ts';
import { defaultConsensusPolicy } from '../consensus/policy.ts';
import type { Account } from '../domain/account.ts';
import type { Bar } from '../domain/bar.ts';
import {
  amountOf,
  type Money,
  money,
  type Price,
  price,
  type Quantity,
  quantity,
  type Rate,
  rate,
} from '../domain/decimal.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import type { Fill, Order, OrderIntent, Side } from '../domain/order.ts';
import type { Evidence, Panel, PanelEntry } from '../domain/record.ts';
import {
  type Abstention,
  type AnalystName,
  analysts,
  type Direction,
  priorWeights,
  type Signal,
  type View,
} from '../domain/signal.ts';
import { HOUR, type Timestamp } from '../domain/time.ts';
import { openAccount } from '../portfolio/account.ts';

/** Wednesday 2025-06-18 14:00 UTC, when every market is open. */
export const noon: Timestamp = Date.UTC(2025, 5, 18, 14);

/** An account with 100,000 in cash, opened the hour before. */
export const anAccount = (changes: Partial<Account> & { cash?: Money } = {}): Account => ({
  ...openAccount(
    'main',
    { currency: 'USD', cash: changes.cash ?? money('100000'), mode: 'paper', broker: 'paper' },
    noon - HOUR,
  ),
  sequence: 1,
  ...changes,
});

/** A liquid, open, well-known market: EURUSD at 1.1 with a spread of one pip, unless changed. */
export function aQuoted(
  symbol = 'EURUSD',
  changes: Partial<InstrumentMarket> & { mid?: number } = {},
): InstrumentMarket {
  const instrument = requireInstrument(symbol);
  const { mid = defaultMid[symbol] ?? 100, ...rest } = changes;
  const half = instrument.typicalSpread / 2;
  return {
    instrument,
    bid: mid - half,
    ask: mid + half,
    quoteTime: noon,
    source: 'test',
    simulated: false,
    quality: { score: 1, flags: [], stale: false, checkedBars: 500, rejectedBars: 0 },
    atr: mid * 0.002,
    dailyVolatility: 0.006,
    averageVolume: 1_000,
    sessionOpen: true,
    blackout: null,
    rate: instrument.quote === 'JPY' ? 1 / 150 : 1,
    regime: 'trend',
    ...rest,
  };
}

const defaultMid: Record<string, number> = {
  EURUSD: 1.1,
  GBPUSD: 1.3,
  USDJPY: 150,
  USDCHF: 0.9,
  BTCUSDT: 60_000,
  AAPL: 200,
  XAUUSD: 2_400,
};

export const aMarket = (quoted: InstrumentMarket[] = [aQuoted()], changes: Partial<Market> = {}): Market => ({
  asOf: noon,
  currency: 'USD',
  instruments: Object.fromEntries(quoted.map((each) => [each.instrument.symbol, each])),
  correlations: {},
  ...changes,
});

let made = 0;

/** An execution; buys 1,000 EURUSD at 1.1 without a fee unless changed. */
export function aFill(
  changes: Partial<Omit<Fill, 'quantity' | 'price' | 'rate' | 'fee'>> & {
    quantity?: string;
    price?: string;
    rate?: string;
    fee?: string;
  } = {},
): Fill {
  made += 1;
  const { quantity: size = '1000', price: at = '1.1', rate: worth = '1', fee = '0', ...rest } = changes;
  return {
    id: `fill-${made}`,
    clientOrderId: 'cl-none',
    symbol: 'EURUSD',
    side: 'buy',
    quantity: quantity(size),
    price: price(at),
    rate: rate(worth),
    fee: money(fee),
    slippage: 0n as Price,
    eventTime: noon,
    receiveTime: noon,
    ...rest,
  };
}

/** A wish for 1,000 EURUSD with a stop 40 pips away and a target 60 pips away, unless changed. */
export function anIntent(changes: Partial<Omit<OrderIntent, 'quantity'>> & { quantity?: string } = {}): OrderIntent {
  const { quantity: size = '1000', side = 'buy', ...rest } = changes;
  const sign = side === 'buy' ? 1 : -1;
  const chosen = quantity(size);
  return {
    symbol: 'EURUSD',
    side,
    type: 'market',
    orderClass: 'bracket',
    timeInForce: 'gtc',
    quantity: chosen,
    referencePrice: price('1.1'),
    stopLoss: amountOf<Price>(1.1 - sign * 0.004),
    takeProfit: amountOf<Price>(1.1 + sign * 0.006),
    rate: 1_000_000_000n as Rate,
    reduceOnly: false,
    conviction: 0.4 * sign,
    probability: 0.6,
    sizing: {
      chosen: 'fixed-fractional',
      candidates: [{ method: 'fixed-fractional', quantity: chosen, note: 'test' }],
    },
    origin: 'analysis',
    ...rest,
  };
}

export const aView = (
  analyst: AnalystName,
  direction: Direction,
  confidence = 0.6,
  changes: Partial<View> = {},
): View => ({
  kind: 'view',
  analyst,
  direction,
  probability: direction === 'flat' ? 0.5 : 0.5 + confidence / 5,
  calibrated: false,
  confidence,
  horizon: { interval: '1h', bars: 24 },
  expectedMove: direction === 'long' ? 0.002 : direction === 'short' ? -0.002 : 0,
  evidence: ['price.last'],
  rationale: `It looks ${direction}.`,
  ...changes,
});

export const anAbstention = (analyst: AnalystName, reason = 'no_news'): Abstention => ({
  kind: 'abstention',
  analyst,
  reason,
  evidence: [],
  rationale: 'Nothing to say.',
});

/** What an analyst was shown, with one number in it that `judgeOfTests` reads back. */
export const anEvidence = (
  analyst: AnalystName,
  lean: number,
  symbol = 'EURUSD',
  asOf: Timestamp = noon,
): Evidence => ({
  analyst,
  symbol,
  interval: '1h',
  asOf,
  facts: { lean: { id: `${analyst}.lean`, value: lean, eventTime: asOf, source: 'test' } },
});

/** A pure judge over `anEvidence`: the lean's sign is the direction, its size the confidence. */
export const judgeOfTests = (evidence: Evidence): Signal => {
  const lean = evidence.facts.lean?.value as number;
  const analyst = evidence.analyst as AnalystName;
  if (Math.abs(lean) < 0.05) return anAbstention(analyst, 'no_lean');
  return aView(analyst, lean > 0 ? 'long' : 'short', Math.abs(lean), { evidence: [`${analyst}.lean`] });
};

/** Six entries and their consensus; `leans` are the analysts' opinions in [-1, 1], missing ones abstain. */
export function aPanel(
  leans: Partial<Record<AnalystName, number>> | number = 0.6,
  changes: { symbol?: string; asOf?: Timestamp; held?: Direction } = {},
): Panel {
  const { symbol = 'EURUSD', asOf = noon, held = 'flat' } = changes;
  const entries = analysts.map((analyst): PanelEntry => {
    const evidence = anEvidence(analyst, typeof leans === 'number' ? leans : (leans[analyst] ?? 0), symbol, asOf);
    const judged = judgeOfTests(evidence);
    return { evidence, judged, signal: judged, elapsedMs: 3 };
  });
  const consensus = blend(
    entries.map((entry) => entry.signal),
    { weights: priorWeights, held, policy: defaultConsensusPolicy, horizon: { interval: '1h', bars: 24 } },
  );
  return { symbol, interval: '1h', asOf, entries, weights: priorWeights, consensus };
}

/** An order as the desk journals it. */
export function anOpenOrder(changes: Partial<Omit<Order, 'quantity'>> & { quantity?: string } = {}): Order {
  made += 1;
  const { quantity: size = '1000', ...rest } = changes;
  return {
    clientOrderId: `cl-${made}`,
    account: 'main',
    symbol: 'EURUSD',
    side: 'buy' as Side,
    type: 'market',
    orderClass: 'simple',
    timeInForce: 'gtc',
    quantity: quantity(size),
    filledQuantity: 0n as Quantity,
    reduceOnly: false,
    status: 'accepted',
    role: 'entry',
    origin: 'user',
    createdAt: noon,
    updatedAt: noon,
    ...rest,
  };
}

/** Hourly bars that go from close to close; high and low lie `wick` beyond. */
export const barsOf = (closes: readonly number[], from: Timestamp = noon - closes.length * HOUR, wick = 0.001): Bar[] =>
  closes.map((close, index) => {
    const open = closes[index - 1] ?? close;
    const openTime = from + index * HOUR;
    return {
      openTime,
      closeTime: openTime + HOUR,
      open,
      high: Math.max(open, close) + wick,
      low: Math.min(open, close) - wick,
      close,
      volume: 100,
      receiveTime: openTime + HOUR,
    };
  });
