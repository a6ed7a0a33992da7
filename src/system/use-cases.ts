import { applyProposal } from '../../agents/bounds.ts';
import { judges } from '../../agents/judges/index.ts';
import type { DeskUseCases } from '../api/deps.ts';
import { analyze } from '../engine/analyze.ts';
import { cancelOrder } from '../engine/cancel-order.ts';
import { closePosition } from '../engine/close-position.ts';
import { toDocument } from '../engine/decision-record.ts';
import type { Desk } from '../engine/desk.ts';
import { placeDecision } from '../engine/place-decision.ts';
import { placeOrder } from '../engine/place-order.ts';
import { replay } from '../engine/replay.ts';
import { runCycle } from '../engine/run-cycle.ts';
import { setLimits } from '../engine/set-limits.ts';
import { emergencyStop, setTradingState } from '../engine/set-trading-state.ts';
import type { MarketData } from '../ports/market-data.ts';
import { valueNow } from './valuation.ts';

/** The engine's use cases on one desk: every door gets these and nothing else. */
export function bindUseCases(desk: Desk, marketData: MarketData): DeskUseCases & { policy: Desk['policy'] } {
  return {
    accountId: desk.accountId,
    account: () => desk.book.read(desk.accountId),
    valuation: async () => valueNow(await desk.book.read(desk.accountId), marketData),
    policy: () => desk.policy(),
    limits: async () => (await desk.book.ledger(desk.accountId)).limits(),
    setLimits: (limits) => setLimits(desk, limits),
    analyze: (question) => analyze(desk, question),
    document: toDocument,
    replay: async (record) => replay(record, { judges, applyProposal }),
    placeDecision: (decisionId, origin) => placeDecision(desk, decisionId, origin),
    placeOrder: (request) => placeOrder(desk, request),
    cancelOrder: (clientOrderId, origin) => cancelOrder(desk, clientOrderId, origin),
    closePosition: (symbol, origin) => closePosition(desk, { symbol, origin }),
    setTradingState: (request) => setTradingState(desk, request),
    emergencyStop: (request) => emergencyStop(desk, request),
    runCycle: (request) => runCycle(desk, request),
  };
}
