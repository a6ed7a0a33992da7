import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import { type OrderStatus, openStatuses } from '../../../src/domain/order.ts';
import type { ToolDeps } from '../../deps.ts';
import { cursorField, limitField, symbolField } from '../../fields.ts';
import { deskMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { fillDocument, orderDocument } from '../documents.ts';

type Deps = Pick<ToolDeps, 'desk' | 'orders' | 'marketData' | 'clock'>;

const closedStatuses: readonly OrderStatus[] = ['filled', 'cancelled', 'rejected', 'expired'];

export const getOrders = tool({
  name: 'get_orders',
  title: 'Get orders',
  description: 'Orders, newest first. Example: {"status":"open"} or {"status":"closed","symbol":"EURUSD"}.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({
    status: z.enum(['open', 'closed', 'all']).default('open'),
    symbol: symbolField.optional(),
    limit: limitField(200).optional(),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    orders: z.array(z.looseObject({ clientOrderId: z.string(), symbol: z.string(), status: z.string() })),
  }),
  list: 'orders',
  async run({ desk, orders, marketData, clock }: Deps, { status, symbol }) {
    const found = await orders.list({
      account: desk.accountId,
      ...(symbol === undefined ? {} : { symbol: marketData.resolve(symbol).symbol }),
      ...(status === 'all' ? {} : { statuses: status === 'open' ? openStatuses : closedStatuses }),
      limit: 1_000,
    });
    return { data: { orders: found.map(orderDocument) }, meta: deskMeta(clock.now(), 'journal') };
  },
});

export const getOrderByClientId = tool({
  name: 'get_order_by_client_id',
  title: 'Get an order',
  description: 'One order and its fills by client_order_id.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({ client_order_id: z.string().min(1).max(64) }),
  output: z.object({
    order: z.looseObject({ clientOrderId: z.string(), status: z.string() }),
    fills: z.array(z.looseObject({ price: z.string(), quantity: z.string() })),
  }),
  async run({ desk, orders, clock }: Deps, { client_order_id: id }) {
    const order = await orders.get(id);
    if (!order || order.account !== desk.accountId) {
      throw new AppError('not_found', `No order has the client_order_id "${id}".`, { hint: 'get_orders lists them.' });
    }
    const fills = await orders.fills({ account: desk.accountId, symbol: order.symbol, limit: 500 });
    const own = fills.filter((fill) => fill.clientOrderId === id).map(fillDocument);
    return { data: { order: orderDocument(order), fills: own }, meta: deskMeta(clock.now(), 'journal') };
  },
});
