import { z } from 'zod';
import { parseAmount, toNumber } from '../../../src/domain/decimal.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { type Impact, impactOf, liquidityOf } from '../../../src/domain/liquidity.ts';
import type { BookLevel, OrderBook } from '../../../src/domain/order-book.ts';
import { SECOND } from '../../../src/domain/time.ts';
import type { ToolDeps } from '../../deps.ts';
import { amountField, limitField, symbolField } from '../../fields.ts';
import { figures, metaOf, rounded } from '../../meta.ts';
import { tool } from '../../tool.ts';

const MOST_LEVELS = 20;
/** A book moves many times a second; an older one says little of what an order would meet. */
const STALE_AFTER = 10 * SECOND;
const BANDS = [10, 25, 50];

const level = z.tuple([z.number(), z.number()]);

export const getOrderBook = tool({
  name: 'get_order_book',
  title: 'Get order book',
  description:
    'Best `limit` levels of both sides as [price, quantity], best first, with spread, the quantity resting within 10, 25 and 50 basis points of the mid and, for a `quantity` in base units, what buying or selling it at once would cost against the mid. An error where no vendor shows a book. Example: {"symbol":"BTCUSDT","quantity":"5"}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    symbol: symbolField,
    limit: limitField(MOST_LEVELS).default(10),
    quantity: amountField.optional(),
  }),
  output: z.object({
    symbol: z.string(),
    bids: z.array(level).max(MOST_LEVELS),
    asks: z.array(level).max(MOST_LEVELS),
    mid: z.number(),
    spread: z.number(),
    spreadBps: z.number(),
    depth: z.array(z.object({ bps: z.number(), bids: z.number(), asks: z.number() })),
  }),
  async run({ marketData, live, clock }: Pick<ToolDeps, 'marketData' | 'live' | 'clock'>, asked, { signal }) {
    const { symbol, quote: currency } = marketData.resolve(asked.symbol);
    const followed = live.book(symbol);
    const fresh = followed && clock.now() - followed.receiveTime <= STALE_AFTER;
    const book = best(fresh ? followed : await marketData.book(symbol, MOST_LEVELS, signal));
    const liquidity = liquidityOf(book, BANDS);
    if (!liquidity) {
      throw new AppError('unavailable', `One side of the order book of ${symbol} is empty: nothing can be traded now.`);
    }
    const now = clock.now();
    const quantity = asked.quantity === undefined ? undefined : toNumber(parseAmount(asked.quantity));
    const data = {
      symbol,
      currency,
      bids: shown(book.bids, asked.limit),
      asks: shown(book.asks, asked.limit),
      mid: figures(liquidity.mid)!,
      spread: rounded(liquidity.spread)!,
      spreadBps: rounded(liquidity.spreadBps)!,
      /** Of the twenty best levels, so at least so much. */
      depth: liquidity.within.map(({ bps, bids, asks }) => ({ bps, bids: rounded(bids)!, asks: rounded(asks)! })),
      bidShare: rounded(liquidity.bidShare),
      ...(quantity === undefined
        ? {}
        : { impact: { buy: told(impactOf(book, 'buy', quantity)), sell: told(impactOf(book, 'sell', quantity)) } }),
    };
    const { eventTime: asOf, source, simulated } = book;
    return {
      data,
      meta: metaOf({ asOf, source, simulated: simulated ?? false, stale: now - asOf > STALE_AFTER }, now),
    };
  },
});

const best = (book: OrderBook): OrderBook => ({
  ...book,
  bids: book.bids.slice(0, MOST_LEVELS),
  asks: book.asks.slice(0, MOST_LEVELS),
});

const shown = (levels: readonly BookLevel[], limit: number) =>
  levels.slice(0, limit).map(([price, quantity]): [number, number] => [figures(price)!, figures(quantity)!]);

/** `complete` is false where the twenty best levels do not hold the quantity: then the rest would cost more. */
const told = (impact: Impact | undefined) =>
  impact && {
    filled: figures(impact.filled),
    complete: impact.filled >= impact.quantity,
    averagePrice: figures(impact.averagePrice),
    worstPrice: figures(impact.worstPrice),
    costBps: rounded(impact.costBps),
    cost: rounded(impact.cost),
  };
