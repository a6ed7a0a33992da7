import type { Account } from '../domain/account.ts';
import { amountOf, type Price, type Quantity, type Rate, roundToStep, toNumber } from '../domain/decimal.ts';
import type { InstrumentMarket, Market } from '../domain/market.ts';
import type { OrderIntent, Side, SizingCandidate } from '../domain/order.ts';
import type { Consensus } from '../domain/signal.ts';
import { marksOf, valueAccount } from './marks.ts';
import type { SizingPolicy } from './sizing-policy.ts';

/** What is decided about one symbol. */
export interface SizingQuestion {
  symbol: string;
  consensus: Consensus;
  origin?: string;
}

/** Why nothing is to be done, in a sentence, or what to wish for. */
export type Sizing = { outcome: 'intent'; intent: OrderIntent } | { outcome: 'none'; why: string };

/** Beyond this a quantity is an error of the data, not a wish. */
const MOST_UNITS = 1e12;

/**
 * From a consensus to at most one sized wish: the only door from observed numbers to exact amounts. A flat consensus
 * inside its band gives up what is held; a contrary one closes first and opens in the next turn.
 */
export function sizePosition(question: SizingQuestion, account: Account, market: Market, policy: SizingPolicy): Sizing {
  const { symbol, consensus } = question;
  const quoted = market.instruments[symbol];
  const held = account.positions.find((position) => position.symbol === symbol);
  const none = (why: string): Sizing => ({ outcome: 'none', why });
  if (!quoted) return none(`${symbol} has no price, so nothing was sized.`);
  const origin = question.origin ?? 'analysis';
  const { direction } = consensus;

  if (held && direction !== held.side) {
    if (direction === 'flat' && consensus.reason === 'no_quorum') {
      return none(`Too few analysts had a view; the ${held.side} position stays with its stop.`);
    }
    const side: Side = held.side === 'long' ? 'sell' : 'buy';
    return { outcome: 'intent', intent: exitIntent(quoted, side, held.quantity, consensus, origin) };
  }
  if (direction === 'flat') {
    return none(
      consensus.reason === 'no_quorum'
        ? `Too few analysts had a view (${percent(consensus.quorum.present)} of weight, ${percent(consensus.quorum.required)} needed).`
        : `Conviction ${consensus.conviction.toFixed(3)} is inside the no-trade band of ±${consensus.band.enter}.`,
    );
  }
  if (held) return none(`The account is ${held.side} already, as the consensus wishes.`);

  const { equity } = valueAccount(account, marksOf(market));
  const distance = policy.stopAtr * quoted.atr;
  if (!(distance > 0)) return none(`${symbol} has no measured range, so no stop can be placed.`);
  if (equity <= 0n) return none('The account has no equity left.');
  const side: Side = direction === 'long' ? 'buy' : 'sell';
  const bracket = bracketPrices(quoted, side, distance, policy.rewardToRisk);
  if (!bracket) return none(`The stop of ${symbol} would lie below zero; its range is too wide to trade.`);

  const candidates = sizingCandidates(consensus, toNumber(equity), quoted, distance, policy);
  const chosen = candidates.reduce((a, b) => (b.quantity < a.quantity ? b : a));
  if (chosen.quantity < quoted.instrument.minQuantity) {
    return none(`Sizing by ${chosen.method} gives less than the smallest order (${chosen.note}).`);
  }
  return {
    outcome: 'intent',
    intent: {
      symbol,
      side,
      type: 'market',
      orderClass: 'bracket',
      timeInForce: 'gtc',
      quantity: chosen.quantity,
      ...bracket,
      rate: amountOf<Rate>(quoted.rate),
      reduceOnly: false,
      conviction: consensus.conviction,
      probability: consensus.probability,
      sizing: { chosen: chosen.method, candidates },
      origin,
    },
  };
}

/** The wishes of a decision: none or one. */
export function size(question: SizingQuestion, account: Account, market: Market, policy: SizingPolicy): OrderIntent[] {
  const sizing = sizePosition(question, account, market, policy);
  return sizing.outcome === 'intent' ? [sizing.intent] : [];
}

/** What a buyer pays and a seller gets now. */
export const referencePrice = (quoted: InstrumentMarket, side: Side): Price =>
  roundToStep(amountOf<Price>(side === 'buy' ? quoted.ask : quoted.bid), quoted.instrument.tick, 'nearest');

/** Stop and target around the reference; both rounded towards the entry, so that neither is kinder than computed. */
function bracketPrices(quoted: InstrumentMarket, side: Side, distance: number, rewardToRisk: number) {
  const { tick } = quoted.instrument;
  const reference = referencePrice(quoted, side);
  const sign = side === 'buy' ? 1 : -1;
  const level = (offset: number, rounding: 'up' | 'down') =>
    roundToStep(amountOf<Price>(toNumber(reference) + sign * offset), tick, rounding);
  const stopLoss = level(-distance, side === 'buy' ? 'up' : 'down');
  const takeProfit = level(distance * rewardToRisk, side === 'buy' ? 'up' : 'down');
  if (stopLoss <= 0n || takeProfit <= 0n || stopLoss === reference) return undefined;
  return { referencePrice: reference, stopLoss, takeProfit };
}

/**
 * Three answers to "how much", in units; the least is taken.
 * Kelly: an analyst's probability speaks of the direction, which is an even bet, so the full stake is 2p − 1 of equity
 * at the stop; a probability that is not calibrated counts for half of its distance from even odds.
 */
function sizingCandidates(
  consensus: Consensus,
  equity: number,
  quoted: InstrumentMarket,
  distance: number,
  policy: SizingPolicy,
): SizingCandidate[] {
  const { instrument, rate, dailyVolatility } = quoted;
  const price = consensus.direction === 'long' ? quoted.ask : quoted.bid;
  const units = (value: number) =>
    roundToStep(amountOf<Quantity>(Math.min(MOST_UNITS, Math.max(0, value))), instrument.lot, 'down');
  const atRisk = (fraction: number) => units((equity * fraction) / (distance * rate));
  const edge = (consensus.probability - 0.5) * (consensus.calibrated ? 1 : 0.5);
  const stake = Math.max(0, 2 * edge);
  const candidates: SizingCandidate[] = [
    {
      method: 'fixed-fractional',
      quantity: atRisk(policy.riskFraction),
      note: `${percent(policy.riskFraction)} of equity at a stop ${policy.stopAtr} ATR away`,
    },
    {
      method: 'kelly',
      quantity: atRisk(policy.kellyFraction * stake),
      note: `${policy.kellyFraction} of the Kelly stake ${percent(stake)} at probability ${consensus.probability.toFixed(3)}${
        consensus.calibrated ? '' : ', uncalibrated, edge halved'
      }`,
    },
  ];
  if (dailyVolatility > 0) {
    candidates.push({
      method: 'volatility-target',
      quantity: units((equity * policy.volatilityTarget) / (dailyVolatility * price * rate)),
      note: `${percent(policy.volatilityTarget)} of equity per day at a daily volatility of ${percent(dailyVolatility)}`,
    });
  }
  return candidates;
}

/** Closes a position, or part of it, at the market. */
export function exitIntent(
  quoted: InstrumentMarket,
  side: Side,
  quantity: Quantity,
  consensus: Pick<Consensus, 'conviction' | 'probability'> | null,
  origin: string,
): OrderIntent {
  return {
    symbol: quoted.instrument.symbol,
    side,
    type: 'market',
    orderClass: 'simple',
    timeInForce: 'gtc',
    quantity,
    referencePrice: referencePrice(quoted, side),
    rate: amountOf<Rate>(quoted.rate),
    reduceOnly: true,
    conviction: consensus?.conviction ?? 0,
    probability: consensus?.probability ?? null,
    sizing: { chosen: 'requested', candidates: [{ method: 'requested', quantity, note: 'what is held' }] },
    origin,
  };
}

const percent = (fraction: number) => `${Number((fraction * 100).toFixed(2))} %`;
