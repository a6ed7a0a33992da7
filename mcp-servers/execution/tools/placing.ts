import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import type { DeskUseCases, OrderQuestion, Placement, ToolDeps } from '../../deps.ts';
import { amountField, formatField, symbolField } from '../../fields.ts';
import { deskMeta } from '../../meta.ts';
import { type ToolContext, tool } from '../../tool.ts';
import { fillDocument, orderDocument, verdictDocument } from '../documents.ts';

type Deps = Pick<ToolDeps, 'desk' | 'marketData' | 'clock'>;

/** An order as Alpaca's tools name its parts, so that their prompts work here. Numbers are decimal text. */
const orderFields = {
  symbol: symbolField,
  side: z.enum(['buy', 'sell']),
  qty: amountField.optional(),
  notional: amountField.optional(),
  type: z.enum(['market', 'limit', 'stop', 'stop_limit']).default('market'),
  time_in_force: z.enum(['day', 'gtc', 'ioc', 'fok']).optional(),
  limit_price: amountField.optional(),
  stop_price: amountField.optional(),
  take_profit_limit_price: amountField.optional(),
  stop_loss_stop_price: amountField.optional(),
};
const clientOrderId = z.string().regex(/^[\w.-]{1,64}$/, '1 to 64 letters, digits, dots, dashes or underscores');

const orderInput = z.strictObject(orderFields);

/** What risk said, in every answer to an order: outcome, passesIf, the failed checks and the codes of the others. */
const riskShape = z.looseObject({ outcome: z.string() }).nullable();

/** Live orders need their own scope; the account, not the order, says which it is. */
export async function requireTrading(desk: DeskUseCases, { caller }: ToolContext): Promise<void> {
  const { mode } = await desk.account();
  if (mode === 'live' && !caller.scopes.includes('trade:live')) {
    throw new AppError('forbidden', 'This account is live and the token lacks the scope trade:live.');
  }
}

export function orderOf(
  { marketData }: Pick<ToolDeps, 'marketData'>,
  order: z.output<typeof orderInput>,
): Omit<OrderQuestion, 'origin'> {
  if ((order.qty === undefined) === (order.notional === undefined)) {
    throw new AppError('invalid_input', 'Give either "qty" (units of the instrument) or "notional" (money).');
  }
  return {
    symbol: marketData.resolve(order.symbol).symbol,
    side: order.side,
    quantity: order.qty,
    notional: order.notional,
    type: order.type,
    timeInForce: order.time_in_force,
    limitPrice: order.limit_price,
    stopPrice: order.stop_price,
    takeProfit: order.take_profit_limit_price,
    stopLoss: order.stop_loss_stop_price,
  };
}

export function placementDocument({ outcome, verdict, orders, fills, intent }: Placement, detailed: boolean) {
  return {
    outcome,
    risk: verdict ? verdictDocument(verdict, detailed) : null,
    intent: intent ?? undefined,
    orders: orders.map(orderDocument),
    fills: fills.map(fillDocument),
  };
}

const placementShape = z.object({
  outcome: z.enum(['placed', 'rejected', 'previewed']),
  risk: riskShape,
  orders: z.array(z.looseObject({ clientOrderId: z.string(), status: z.string() })),
  fills: z.array(z.looseObject({ price: z.string() })),
});

export const previewOrder = tool({
  name: 'preview_order',
  title: 'Preview an order',
  description:
    'What place_order would do now, without doing it: the sized order, its reference price, every failed risk check and what would pass. Example: {"symbol":"EURUSD","side":"buy","qty":"5000","stop_loss_stop_price":"1.07"}.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({ ...orderFields, response_format: formatField.default('concise') }),
  output: z.object({ outcome: z.string(), intent: z.looseObject({}).nullable(), risk: riskShape }),
  async run(deps: Deps, { response_format: _format, ...order }, { detailed }) {
    const placement = await deps.desk.placeOrder({ ...orderOf(deps, order), origin: 'mcp', dryRun: true });
    const { outcome, risk, intent } = placementDocument(placement, detailed);
    return { data: { outcome, intent: intent ? { ...intent } : null, risk }, meta: deskMeta(deps.clock.now()) };
  },
});

export const checkOrderRisk = tool({
  name: 'check_order_risk',
  title: 'Check an order against risk',
  description: 'All risk checks of an order with actual and limit, nothing placed. Same arguments as preview_order.',
  effect: 'read',
  scope: 'account:read',
  input: orderInput,
  output: z.object({
    outcome: z.string(),
    passesIf: z.string().nullable(),
    checks: z.array(z.looseObject({ code: z.string() })),
  }),
  async run(deps: Deps, order) {
    const { verdict } = await deps.desk.placeOrder({ ...orderOf(deps, order), origin: 'mcp', dryRun: true });
    const checks = (verdict?.checks ?? []).map(({ message: _message, ...check }) => ({ ...check }));
    const data = { outcome: verdict?.outcome ?? 'rejected', passesIf: verdict?.passesIf ?? null, checks };
    return { data, meta: deskMeta(deps.clock.now()) };
  },
});

export const placeOrder = tool({
  name: 'place_order',
  title: 'Place an order',
  description:
    'Sends an order after risk checks (it may be resized or rejected). client_order_id is yours: the same id again is the same order, so a retry is safe. Most profiles require stop_loss_stop_price. dry_run previews. Example: {"symbol":"EURUSD","side":"buy","qty":"5000","stop_loss_stop_price":"1.07","client_order_id":"chat-1"}.',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({
    ...orderFields,
    client_order_id: clientOrderId,
    dry_run: z.boolean().default(false),
  }),
  output: placementShape,
  async run(deps: Deps, { client_order_id, dry_run: dryRun, ...order }, context) {
    await requireTrading(deps.desk, context);
    const request = { ...orderOf(deps, order), clientOrderId: client_order_id, origin: 'mcp', dryRun };
    const placement = await deps.desk.placeOrder(request);
    return { data: placementDocument(placement, false), meta: deskMeta(deps.clock.now(), 'journal') };
  },
});

export const placeDecision = tool({
  name: 'place_decision',
  title: 'Place a decision',
  description:
    'Places the order of an analysis by its decisionId, assessed again at current prices. The same decision is one order, however often it is sent.',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({ decision_id: z.string().min(1).max(64) }),
  output: placementShape,
  async run({ desk, clock }: Deps, { decision_id }, context) {
    await requireTrading(desk, context);
    const placement = await desk.placeDecision(decision_id, 'mcp');
    return { data: placementDocument(placement, false), meta: deskMeta(clock.now(), 'journal') };
  },
});
