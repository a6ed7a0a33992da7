import * as wire from '../../wire.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps, Placement } from '../deps.ts';
import type { FillDocument, OrderDocument, PlacementDocument } from '../documents.ts';
import type { Principal } from '../env.ts';
import { answer, answers, body, createRoute, needs, pathId, resource, z } from '../openapi.ts';
import { fillDocument, type OrderLog, orderDocument } from '../order-log.ts';

const placement = answer<PlacementDocument>('Placement', 'What became of an order, with every risk check.');

const placeOrder = createRoute({
  method: 'post',
  path: '/orders',
  summary: 'Place a paper order, or with ?dryRun only judge it',
  ...needs('trade:paper'),
  request: { query: z.strictObject({ dryRun: wire.flag.optional() }), body: body(wire.orderRequest) },
  responses: answers(placement),
});

const listOrders = createRoute({
  method: 'get',
  path: '/orders',
  summary: 'Orders, newest first',
  ...needs('account:read'),
  request: {
    query: z.strictObject({
      status: z.enum(['open', 'all']).default('all'),
      symbol: wire.symbol.optional(),
      limit: wire.limit.default(50),
    }),
  },
  responses: answers(answer<{ orders: OrderDocument[] }>('Orders', 'Orders of the account.')),
});

const listFills = createRoute({
  method: 'get',
  path: '/fills',
  summary: 'Fills, newest first',
  ...needs('account:read'),
  request: { query: z.strictObject({ symbol: wire.symbol.optional(), limit: wire.limit.default(50) }) },
  responses: answers(answer<{ fills: FillDocument[] }>('Fills', 'Executions of the account.')),
});

const cancelOrder = createRoute({
  method: 'delete',
  path: '/orders/{id}',
  summary: 'Cancel an open order by its client order id',
  ...needs('trade:paper'),
  request: { params: pathId },
  responses: answers(answer<{ cancelled: string }>('Cancelled', 'The order that was cancelled.')),
});

export function orderRoutes({ desk, marketData, orderLog }: ApiDeps & { orderLog: OrderLog }) {
  const canonical = (symbol: string | undefined) => symbol && marketData.resolve(symbol).symbol;
  return resource()
    .openapi(placeOrder, async (c) => {
      const request = c.req.valid('json');
      const origin = originOf(requirePrincipal(c));
      const { dryRun = false } = c.req.valid('query');
      const { symbol } = marketData.resolve(request.symbol);
      return c.json(placementDocument(await desk.placeOrder({ ...request, symbol, origin, dryRun })), 200);
    })
    .openapi(listOrders, async (c) => {
      const query = c.req.valid('query');
      return c.json({ orders: await orderLog.orders({ ...query, symbol: canonical(query.symbol) }) }, 200);
    })
    .openapi(listFills, async (c) => {
      const query = c.req.valid('query');
      return c.json({ fills: await orderLog.fills({ ...query, symbol: canonical(query.symbol) }) }, 200);
    })
    .openapi(cancelOrder, async (c) => {
      const { id } = c.req.valid('param');
      await desk.cancelOrder(id, originOf(requirePrincipal(c)));
      return c.json({ cancelled: id }, 200);
    });
}

/** A person at the web app is `user`; a program is told apart in the records. */
export const originOf = ({ by }: Principal) => (by === 'cookie' ? 'user' : 'api');

export function placementDocument({ outcome, intent, verdict, orders, fills }: Placement): PlacementDocument {
  return {
    outcome,
    intent: intent ?? null,
    risk: verdict && { outcome: verdict.outcome, checks: verdict.checks, passesIf: verdict.passesIf ?? null },
    orders: orders.map(orderDocument),
    fills: fills.map(fillDocument),
  };
}
