import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Money, Price, Quantity, Rate } from '../../src/domain/decimal.ts';
import type { Order } from '../../src/domain/order.ts';
import { amount, encoded, time } from '../columns.ts';

/** Projection of `intent`, `order-event` and `fill` records: the newest state of every order. */
export const orders = pgTable(
  'orders',
  {
    clientOrderId: text().primaryKey(),
    account: text().notNull(),
    journalSequence: integer().notNull(),
    symbol: text().notNull(),
    side: text().notNull(),
    status: text().notNull(),
    quantity: amount<Quantity>().notNull(),
    filledQuantity: amount<Quantity>().notNull(),
    decisionId: text(),
    createdAt: time().notNull(),
    updatedAt: time().notNull(),
    order: encoded<Order>().notNull(),
  },
  (table) => [index().on(table.account, table.createdAt), index().on(table.account, table.status)],
);

/** Projection of `fill` records; the broker's id makes a duplicate harmless. */
export const fills = pgTable(
  'fills',
  {
    id: text().primaryKey(),
    account: text().notNull(),
    journalSequence: integer().notNull(),
    clientOrderId: text().notNull(),
    symbol: text().notNull(),
    side: text().notNull(),
    quantity: amount<Quantity>().notNull(),
    price: amount<Price>().notNull(),
    rate: amount<Rate>().notNull(),
    fee: amount<Money>().notNull(),
    slippage: amount<Price>().notNull(),
    eventTime: time().notNull(),
    receiveTime: time().notNull(),
  },
  (table) => [index().on(table.account, table.eventTime), index().on(table.clientOrderId)],
);
