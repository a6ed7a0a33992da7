import { type Plain, toPlain } from '../../src/domain/canonical.ts';
import { formatAmount, type Money, subtract, toNumber } from '../../src/domain/decimal.ts';
import type { Check, Fill, Order } from '../../src/domain/order.ts';
import { type Timestamp, toIso } from '../../src/domain/time.ts';
import type { Placement, Valuation } from '../deps.ts';
import { deskMeta, figures, rounded } from '../meta.ts';
import type { Meta } from '../tool.ts';

/** Public forms of what the account holds: amounts as decimal text, times ISO, ratios as numbers. */
export function accountDocument({ account, equity, positions, notices }: Valuation) {
  const unrealised = positions.reduce((sum, each) => sum + (each.unrealised ?? 0n), 0n);
  const gross = positions.reduce((sum, each) => sum + Math.abs(toNumber(each.value ?? 0n)), 0);
  const worth = toNumber(equity);
  const peak = equity > account.peakEquity ? equity : account.peakEquity;
  return {
    account: account.id,
    mode: account.mode,
    broker: account.broker,
    currency: account.currency,
    cash: formatAmount(account.cash),
    equity: formatAmount(equity),
    unrealised: formatAmount(unrealised),
    realised: formatAmount(account.realised),
    fees: formatAmount(account.fees),
    dayProfit: formatAmount(subtract<Money>(equity, account.dayStartEquity)),
    drawdown: peak > 0n ? rounded(Math.max(0, 1 - worth / toNumber(peak))) : 0,
    grossExposure: worth > 0 ? rounded(gross / worth) : 0,
    tradingState: account.tradingState,
    tradingStateReason: account.tradingStateReason,
    openPositions: account.positions.length,
    openOrders: account.openOrders.length,
    notices: notices.length > 0 ? notices : undefined,
  };
}

export function positionDocuments({ account, positions }: Valuation) {
  return account.positions.map((position) => {
    const marked = positions.find((each) => each.symbol === position.symbol);
    const { symbol, side, quantity, averagePrice, realised, openedAt, stopLoss, takeProfit } = position;
    return {
      ...toPlain({ symbol, side, quantity, averagePrice, stopLoss, takeProfit, realised }),
      openedAt: toIso(openedAt),
      mark: typeof marked?.mark === 'number' ? figures(marked.mark) : null,
      markTime: marked?.quote ? toIso(marked.quote.eventTime) : null,
      value: marked?.value === undefined || marked.value === null ? null : formatAmount(marked.value),
      unrealised:
        marked?.unrealised === undefined || marked.unrealised === null ? null : formatAmount(marked.unrealised),
      simulated: marked?.quote?.simulated,
    };
  });
}

export function orderDocument({ createdAt, updatedAt, account: _account, ...order }: Order | Plain<Order>) {
  return { ...toPlain(order), createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}

export function fillDocument({ eventTime, receiveTime: _received, ...fill }: Fill | Plain<Fill>) {
  return { ...toPlain(fill), eventTime: toIso(eventTime) };
}

/** Failed checks in whole; those that passed by code, unless all are wanted. */
export function verdictDocument(verdict: NonNullable<Placement['verdict']>, detailed: boolean) {
  const failed = verdict.checks.filter((check) => !check.passed);
  return {
    outcome: verdict.outcome,
    passesIf: verdict.passesIf ?? null,
    failed: failed.map(checkDocument),
    passed: detailed
      ? verdict.checks.filter((check) => check.passed).map(checkDocument)
      : verdict.checks.filter((check) => check.passed).map((check) => check.code),
  };
}

const checkDocument = ({ code, actual, limit, unit, message }: Check) => ({ code, actual, limit, unit, message });

/** Of the account: exact, and as simulated as the prices behind it. */
export function accountMeta(valuation: Valuation, now: Timestamp): Meta {
  const meta = deskMeta(now, 'journal');
  const simulated = valuation.positions.some((each) => each.quote?.simulated);
  return simulated ? { ...meta, simulated: true } : meta;
}
