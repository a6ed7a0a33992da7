import type { Money, Price, Quantity, Rate } from './decimal.ts';
import type { Order } from './order.ts';
import type { Timestamp } from './time.ts';

export type TradingState = 'active' | 'reducing' | 'halted';

/** One purchase (or short sale) that is still open; closed first in, first out. */
export interface Lot {
  quantity: Quantity;
  price: Price;
  rate: Rate;
  openedAt: Timestamp;
  fillId: string;
  /** Where the entry that bought it is given up. */
  stopLoss?: Price;
}

/** Net holding of one instrument. `side` says the sign; `quantity` is positive. */
export interface Position {
  symbol: string;
  side: 'long' | 'short';
  quantity: Quantity;
  averagePrice: Price;
  lots: Lot[];
  realised: Money;
  openedAt: Timestamp;
  /** Made at simulated prices: only they mark and close it. */
  simulated?: true;
  /** The nearest stop of its lots. */
  stopLoss?: Price;
  /** The target of the newest entry. */
  takeProfit?: Price;
}

/** A closed round trip, for streaks and statistics. */
export interface ClosedTrade {
  symbol: string;
  side: 'long' | 'short';
  quantity: Quantity;
  entryPrice: Price;
  exitPrice: Price;
  profit: Money;
  openedAt: Timestamp;
  closedAt: Timestamp;
  decisionId?: string;
}

/** Folded from the journal; never edited. Marks come from the market and are not part of it. */
export interface Account {
  id: string;
  currency: string;
  /** Paper or live is a property of the account's broker, never of an order. */
  mode: 'paper' | 'live';
  broker: string;
  cash: Money;
  /** Sum of deposits less withdrawals. */
  deposited: Money;
  fees: Money;
  realised: Money;
  positions: Position[];
  openOrders: Order[];
  /** Newest last; bounded to what the rules look back on. */
  recentTrades: ClosedTrade[];
  /** Times of submitted orders in the last day, oldest first. */
  recentSubmissions: Timestamp[];
  tradingState: TradingState;
  tradingStateReason?: string;
  /** Highest equity seen at a mark, and equity at the day's start, as journalled. */
  peakEquity: Money;
  dayStartEquity: Money;
  day: string;
  openedAt: Timestamp;
  /** Sequence of the last journal record folded in. */
  sequence: number;
}
