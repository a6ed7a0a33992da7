import { z } from 'zod';
import { errorDocument } from '../../../src/domain/errors.ts';
import type { ToolDeps } from '../../deps.ts';
import { symbolField } from '../../fields.ts';
import { deskMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { placementDocument, requireTrading } from './placing.ts';

type Deps = Pick<ToolDeps, 'desk' | 'marketData' | 'clock'>;

export const cancelOrderById = tool({
  name: 'cancel_order_by_id',
  title: 'Cancel an order',
  description: 'Cancels one open order by client_order_id; a closed one stays as it is.',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({ order_id: z.string().min(1).max(64) }),
  output: z.object({ cancelled: z.string() }),
  async run({ desk, clock }: Deps, { order_id }, context) {
    await requireTrading(desk, context);
    await desk.cancelOrder(order_id, 'mcp');
    return { data: { cancelled: order_id }, meta: deskMeta(clock.now(), 'journal') };
  },
});

export const cancelAllOrders = tool({
  name: 'cancel_all_orders',
  title: 'Cancel all orders',
  description:
    'Cancels open entry orders. Stops and targets that protect positions stay unless include_protective is true.',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({ include_protective: z.boolean().default(false) }),
  output: z.object({
    cancelled: z.array(z.string()),
    kept: z.array(z.string()),
    failed: z.array(z.object({ clientOrderId: z.string(), message: z.string() })),
  }),
  async run({ desk, clock }: Deps, { include_protective: all }, context) {
    await requireTrading(desk, context);
    const { openOrders } = await desk.account();
    const cancelled: string[] = [];
    const failed: { clientOrderId: string; message: string }[] = [];
    for (const { clientOrderId, role } of openOrders) {
      if (!all && role !== 'entry') continue;
      try {
        await desk.cancelOrder(clientOrderId, 'mcp');
        cancelled.push(clientOrderId);
      } catch (failure) {
        failed.push({ clientOrderId, message: errorDocument(failure).error.message });
      }
    }
    const kept = openOrders.map((each) => each.clientOrderId).filter((id) => !cancelled.includes(id));
    return { data: { cancelled, kept, failed }, meta: deskMeta(clock.now(), 'journal') };
  },
});

export const closePosition = tool({
  name: 'close_position',
  title: 'Close a position',
  description: 'Closes the whole position of a symbol at the market and cancels what protected it.',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({ symbol: symbolField }),
  output: z.object({
    outcome: z.string(),
    risk: z.looseObject({ outcome: z.string() }).nullable(),
    fills: z.array(z.looseObject({ price: z.string() })),
  }),
  async run({ desk, marketData, clock }: Deps, { symbol }, context) {
    await requireTrading(desk, context);
    const placement = await desk.closePosition(marketData.resolve(symbol).symbol, 'mcp');
    return { data: placementDocument(placement, false), meta: deskMeta(clock.now(), 'journal') };
  },
});

const stateShape = z.object({ state: z.string(), reason: z.string() });
const reasonField = z.string().trim().min(1).max(200);

export const haltTrading = tool({
  name: 'halt_trading',
  title: 'Halt trading',
  description:
    'Stops new orders at once and cancels open entries: halted (cancels only) or reducing (only orders that reduce). Say why.',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({ reason: reasonField, state: z.enum(['halted', 'reducing']).default('halted') }),
  output: stateShape,
  async run({ desk, clock }: Deps, { reason, state }, { caller }) {
    await desk.setTradingState({ state, reason, by: `mcp:${caller.subject}`, origin: 'mcp' });
    return { data: { state, reason }, meta: deskMeta(clock.now(), 'journal') };
  },
});

export const resumeTrading = tool({
  name: 'resume_trading',
  title: 'Resume trading',
  description:
    'Says whether trading is active. A halted or reducing desk is resumed by its owner alone, in the web app (Settings).',
  effect: 'destructive',
  idempotent: true,
  scope: 'trade:paper',
  input: z.strictObject({ reason: reasonField }),
  output: stateShape,
  async run({ desk, clock }: Deps, { reason }, { caller }) {
    // The engine refuses it to every program: the owner's word does not come through a model.
    await desk.setTradingState({ state: 'active', reason, by: `mcp:${caller.subject}`, origin: 'mcp' });
    return { data: { state: 'active', reason }, meta: deskMeta(clock.now(), 'journal') };
  },
});
