import { formatAmount, type Money, subtract, toNumber } from '../../domain/decimal.ts';
import { toIso } from '../../domain/time.ts';
import * as wire from '../../wire.ts';
import { requirePrincipal } from '../auth/guard.ts';
import type { ApiDeps, Valuation } from '../deps.ts';
import type { AccountDocument, PlacementDocument, PositionDocument } from '../documents.ts';
import { answer, answers, createRoute, needs, resource, z } from '../openapi.ts';
import type { OrderLog } from '../order-log.ts';
import { isOpen, quoteDocument } from './market.ts';
import { originOf, placementDocument } from './orders.ts';

const readAccount = createRoute({
  method: 'get',
  path: '/account',
  summary: 'Cash, equity, profit, drawdown and trading state',
  ...needs('account:read'),
  responses: answers(answer<AccountDocument>('Account', 'The account at its marks.')),
});

const readEquity = createRoute({
  method: 'get',
  path: '/account/equity',
  summary: 'Equity as it was marked, oldest first',
  ...needs('account:read'),
  request: { query: z.strictObject({ limit: wire.limit.default(500) }) },
  responses: answers(
    answer<{ currency: string; marks: { time: string; equity: string }[] }>('Equity', 'The equity curve.'),
  ),
});

const readPositions = createRoute({
  method: 'get',
  path: '/positions',
  summary: 'Open positions at their marks',
  ...needs('account:read'),
  responses: answers(answer<{ positions: PositionDocument[] }>('Positions', 'What is held.')),
});

const closePosition = createRoute({
  method: 'post',
  path: '/positions/{symbol}/close',
  summary: 'Close a position at the market',
  ...needs('trade:paper'),
  request: { params: z.object({ symbol: wire.symbol }) },
  responses: answers(answer<PlacementDocument>('Placement', 'What became of an order.')),
});

export function accountRoutes(deps: ApiDeps & { orderLog: OrderLog }) {
  const { desk, clock, marketData, orderLog } = deps;
  const open = (symbol: string) => isOpen(deps, symbol, clock.now());
  return resource()
    .openapi(readAccount, async (c) => c.json(accountDocument(await desk.valuation(), clock.now()), 200))
    .openapi(readEquity, async (c) => {
      const [{ currency }, marks] = await Promise.all([desk.account(), orderLog.equity(c.req.valid('query').limit)]);
      return c.json({ currency, marks }, 200);
    })
    .openapi(readPositions, async (c) => {
      return c.json({ positions: positionDocuments(await desk.valuation(), clock.now(), open) }, 200);
    })
    .openapi(closePosition, async (c) => {
      const { symbol } = marketData.resolve(c.req.valid('param').symbol);
      const placement = await desk.closePosition(symbol, originOf(requirePrincipal(c)));
      return c.json(placementDocument(placement), 200);
    });
}

export function accountDocument({ account, equity, positions, notices }: Valuation, now: number): AccountDocument {
  const unrealised = positions.reduce((sum, each) => sum + (each.unrealised ?? 0n), 0n);
  const gross = positions.reduce((sum, each) => sum + Math.abs(toNumber(each.value ?? 0n)), 0);
  const worth = toNumber(equity);
  const peak = equity > account.peakEquity ? equity : account.peakEquity;
  return {
    id: account.id,
    asOf: toIso(now),
    currency: account.currency,
    mode: account.mode,
    broker: account.broker,
    cash: formatAmount(account.cash),
    equity: formatAmount(equity),
    deposited: formatAmount(account.deposited),
    realised: formatAmount(account.realised),
    unrealised: formatAmount(unrealised),
    fees: formatAmount(account.fees),
    peakEquity: formatAmount(peak),
    dayStartEquity: formatAmount(account.dayStartEquity),
    dayProfit: formatAmount(subtract<Money>(equity, account.dayStartEquity)),
    drawdown: peak > 0n ? Math.max(0, 1 - worth / toNumber(peak)) : 0,
    grossExposure: worth > 0 ? gross / worth : 0,
    tradingState: account.tradingState,
    ...(account.tradingStateReason ? { tradingStateReason: account.tradingStateReason } : {}),
    openPositions: account.positions.length,
    openOrders: account.openOrders.length,
    sequence: account.sequence,
    ...(positions.some((each) => each.quote?.simulated) ? { simulated: true } : {}),
    notices,
  };
}

export function positionDocuments(
  { account, positions }: Valuation,
  now: number,
  open: (symbol: string) => boolean | undefined,
): PositionDocument[] {
  return account.positions.map((position) => {
    const marked = positions.find((each) => each.symbol === position.symbol);
    const quote = marked?.quote ? quoteDocument(marked.quote, now, open(position.symbol)) : null;
    return {
      symbol: position.symbol,
      side: position.side,
      quantity: formatAmount(position.quantity),
      averagePrice: formatAmount(position.averagePrice),
      mark: marked?.mark ?? null,
      markTime: quote?.asOf ?? null,
      source: quote?.source ?? null,
      value: amountOrNull(marked?.value),
      unrealised: amountOrNull(marked?.unrealised),
      realised: formatAmount(position.realised),
      openedAt: toIso(position.openedAt),
      ...(position.stopLoss !== undefined ? { stopLoss: formatAmount(position.stopLoss) } : {}),
      ...(position.takeProfit !== undefined ? { takeProfit: formatAmount(position.takeProfit) } : {}),
      ...(quote?.simulated ? { simulated: true } : {}),
      ...(quote?.stale ? { stale: true } : {}),
    };
  });
}

const amountOrNull = (amount: Money | null | undefined) =>
  amount === null || amount === undefined ? null : formatAmount(amount);
