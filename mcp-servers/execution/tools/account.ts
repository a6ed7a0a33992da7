import { z } from 'zod';
import type { ToolDeps } from '../../deps.ts';
import { cursorField, limitField } from '../../fields.ts';
import { deskMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { accountDocument, accountMeta, positionDocuments } from '../documents.ts';

type Deps = Pick<ToolDeps, 'desk' | 'clock'>;

export const getAccountInfo = tool({
  name: 'get_account_info',
  title: 'Get account',
  description:
    'Cash, equity, profit, drawdown, exposure and trading state. Amounts are decimal text in the account currency.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({}),
  output: z.object({
    account: z.string(),
    mode: z.enum(['paper', 'live']),
    currency: z.string(),
    cash: z.string(),
    equity: z.string(),
    tradingState: z.string(),
  }),
  async run({ desk, clock }: Deps) {
    const valuation = await desk.valuation();
    return { data: accountDocument(valuation), meta: accountMeta(valuation, clock.now()) };
  },
});

export const getAllPositions = tool({
  name: 'get_all_positions',
  title: 'Get positions',
  description: 'Open positions with quantity, average price, mark, value, profit, stop and target.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({ limit: limitField(200).optional(), cursor: cursorField.optional() }),
  output: z.object({
    positions: z.array(z.looseObject({ symbol: z.string(), side: z.string(), quantity: z.string() })),
  }),
  list: 'positions',
  async run({ desk, clock }: Deps) {
    const valuation = await desk.valuation();
    return { data: { positions: positionDocuments(valuation) }, meta: accountMeta(valuation, clock.now()) };
  },
});

export const getTradingState = tool({
  name: 'get_trading_state',
  title: 'Get trading state',
  description: 'active, reducing (only orders that reduce) or halted (cancels only), and why; paper or live.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({}),
  output: z.object({ state: z.string(), reason: z.string().nullable(), mode: z.string(), broker: z.string() }),
  async run({ desk, clock }: Deps) {
    const { tradingState: state, tradingStateReason, mode, broker } = await desk.account();
    return {
      data: { state, reason: tradingStateReason ?? null, mode, broker },
      meta: deskMeta(clock.now(), 'journal'),
    };
  },
});

export const getRiskLimits = tool({
  name: 'get_risk_limits',
  title: 'Get risk limits',
  description: 'Limits in force: fractions are of equity, amounts in the account currency. No tool can raise one.',
  effect: 'read',
  scope: 'account:read',
  input: z.strictObject({}),
  output: z.object({ profile: z.string(), limits: z.looseObject({}), sizing: z.looseObject({}) }),
  async run({ desk, clock }: Deps) {
    const { profile, risk, sizing } = await desk.policy();
    return {
      data: { profile, limits: { ...risk.limits }, sizing: { ...sizing } },
      meta: deskMeta(clock.now(), 'policy'),
    };
  },
});
