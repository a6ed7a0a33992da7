import type { Money, Price, Quantity, Rate } from './decimal.ts';
import type { Timestamp } from './time.ts';

export type Side = 'buy' | 'sell';
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
export type OrderClass = 'simple' | 'bracket' | 'oco' | 'oto';
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls';

export const sideSign: Record<Side, 1n | -1n> = { buy: 1n, sell: -1n };
export const opposite: Record<Side, Side> = { buy: 'sell', sell: 'buy' };

/** What sizing considered; the smallest wins. Quantities in base units. */
export interface SizingCandidate {
  method: 'fixed-fractional' | 'kelly' | 'volatility-target' | 'requested';
  quantity: Quantity;
  note: string;
}

/** A sized wish. Nothing may be sent before `assess` turned it into an approved order. */
export interface OrderIntent {
  symbol: string;
  side: Side;
  type: OrderType;
  orderClass: OrderClass;
  timeInForce: TimeInForce;
  quantity: Quantity;
  limitPrice?: Price;
  stopPrice?: Price;
  /** Distance of a trailing stop, in price. */
  trailBy?: Price;
  stopLoss?: Price;
  takeProfit?: Price;
  /** The price that sizing and risk reckon with: ask for a buy, bid for a sell, at asOf. */
  referencePrice: Price;
  /** Quote currency to account currency. */
  rate: Rate;
  /** May only make a position smaller. */
  reduceOnly: boolean;
  /** Signed, of the consensus; 0 for an order that a person asked for. */
  conviction: number;
  /** Calibrated probability of the direction, or null where nobody gave one. */
  probability: number | null;
  sizing: { chosen: SizingCandidate['method']; candidates: SizingCandidate[] };
  /** Who asked: `cycle`, `analysis`, `user`, `mcp`, `watch`, `backtest`. */
  origin: string;
}

/** One judgement of one rule. Amounts are decimal text so that every check prints and hashes alike. */
export interface Check {
  code: RiskCode;
  passed: boolean;
  actual: string | number | boolean | null;
  limit: string | number | boolean | null;
  /** How far inside the limit (negative: outside), in the rule's own unit; null where it has none. */
  margin: string | number | null;
  unit: string;
  message: string;
}

/** The closed list of reason codes, shared by API, MCP, web and audit. */
export const riskCodes = [
  'trading_state',
  'daily_loss',
  'drawdown',
  'loss_streak',
  'min_conviction',
  'stop_required',
  'reward_to_risk',
  'risk_per_order',
  'heat',
  'position_notional',
  'order_notional',
  'gross_exposure',
  'currency_exposure',
  'leverage',
  'correlation_cluster',
  'max_positions',
  'order_rate',
  'duplicate_order',
  'spread',
  'price_collar',
  'stale_quote',
  'data_quality',
  'session_open',
  'event_blackout',
  'buying_power',
  'short_allowed',
  'lot_and_tick',
  'instrument_tradable',
  'live_unlock',
] as const;
export type RiskCode = (typeof riskCodes)[number];

declare const approval: unique symbol;
/** Only `assess` makes one. */
export type ApprovedOrder = OrderIntent & { readonly [approval]: true };

export type Verdict =
  | { outcome: 'approved' | 'resized'; intent: OrderIntent; order: ApprovedOrder; checks: Check[] }
  | {
      outcome: 'rejected';
      intent: OrderIntent;
      checks: Check[];
      /** What would pass, in words; null when nothing the user could change would. */
      passesIf: string | null;
    };

export type OrderStatus =
  | 'pending'
  | 'accepted'
  | 'partially_filled'
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'expired'
  /** Sent, but the broker's answer never came: counts as filled for risk until reconciled. */
  | 'unknown';

export const openStatuses: readonly OrderStatus[] = ['pending', 'accepted', 'partially_filled', 'unknown'];

/** What the broker holds. Legs of a bracket are orders of their own that name their parent. */
export interface Order {
  clientOrderId: string;
  account: string;
  symbol: string;
  side: Side;
  type: OrderType;
  orderClass: OrderClass;
  timeInForce: TimeInForce;
  quantity: Quantity;
  filledQuantity: Quantity;
  limitPrice?: Price;
  stopPrice?: Price;
  trailBy?: Price;
  stopLoss?: Price;
  takeProfit?: Price;
  reduceOnly: boolean;
  status: OrderStatus;
  /** Why it was rejected, cancelled or expired. */
  reason?: string;
  parentId?: string;
  role: 'entry' | 'stop' | 'target';
  brokerOrderId?: string;
  decisionId?: string;
  origin: string;
  /** Judged on simulated prices: only they may fill it. */
  simulated?: true;
  createdAt: Timestamp;
  updatedAt: Timestamp;
}

/** An execution: the only thing that changes a position. */
export interface Fill {
  /** The broker's own id, so that a duplicate changes nothing. */
  id: string;
  clientOrderId: string;
  symbol: string;
  side: Side;
  quantity: Quantity;
  price: Price;
  /** Quote currency to account currency at the time of the fill. */
  rate: Rate;
  /** In the account's currency, positive is a cost. */
  fee: Money;
  /** Fill minus reference price, signed against us. */
  slippage: Price;
  /** Filled by a simulated price. */
  simulated?: true;
  eventTime: Timestamp;
  receiveTime: Timestamp;
}
