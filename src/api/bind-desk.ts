import { analyze } from '../engine/analyze.ts';
import { cancelOrder } from '../engine/cancel-order.ts';
import { closePosition } from '../engine/close-position.ts';
import { toDocument } from '../engine/decision-record.ts';
import type { Desk } from '../engine/desk.ts';
import { placeDecision } from '../engine/place-decision.ts';
import { placeOrder } from '../engine/place-order.ts';
import { type ReplayTools, replay } from '../engine/replay.ts';
import { runCycle } from '../engine/run-cycle.ts';
import { setLimits } from '../engine/set-limits.ts';
import { setTradingState } from '../engine/set-trading-state.ts';
import { type Valuer, valuationOf } from '../engine/value-account.ts';
import type { DeskUseCases } from './deps.ts';

/** The engine's use cases on one desk, as every door takes them. */
export function bindDesk(
  desk: Desk,
  { valuer, replayTools }: { valuer: Valuer; replayTools: ReplayTools },
): DeskUseCases {
  return {
    accountId: desk.accountId,
    account: () => desk.book.read(),
    policy: () => desk.policy(),
    valuation: async () => valuationOf(await desk.book.read(), valuer),
    limits: async () => (await desk.book.ledger()).limits(),
    setLimits: (limits) => setLimits(desk, limits),
    analyze: (question) => analyze(desk, question),
    document: toDocument,
    replay: async (record) => replay(record, replayTools),
    placeDecision: (decisionId, origin) => placeDecision(desk, decisionId, origin),
    placeOrder: (request) => placeOrder(desk, request),
    cancelOrder: (clientOrderId, origin) => cancelOrder(desk, clientOrderId, origin),
    closePosition: (symbol, origin) => closePosition(desk, { symbol, origin }),
    setTradingState: (request) => setTradingState(desk, request),
    runCycle: (request) => runCycle(desk, request),
  };
}
