import type { RiskRule } from '../rule.ts';
import { buyingPower } from './buying-power.ts';
import { correlationCluster } from './correlation-cluster.ts';
import { currencyExposure } from './currency-exposure.ts';
import { dailyLoss } from './daily-loss.ts';
import { dataQuality } from './data-quality.ts';
import { drawdown } from './drawdown.ts';
import { duplicateOrder } from './duplicate-order.ts';
import { eventBlackout } from './event-blackout.ts';
import { grossExposure } from './gross-exposure.ts';
import { heat } from './heat.ts';
import { instrumentTradable } from './instrument-tradable.ts';
import { leverage } from './leverage.ts';
import { liveUnlock } from './live-unlock.ts';
import { lossStreak } from './loss-streak.ts';
import { lotAndTick } from './lot-and-tick.ts';
import { maxPositions } from './max-positions.ts';
import { minConviction } from './min-conviction.ts';
import { orderNotional } from './order-notional.ts';
import { orderRate } from './order-rate.ts';
import { positionNotional } from './position-notional.ts';
import { priceCollar } from './price-collar.ts';
import { rewardToRisk } from './reward-to-risk.ts';
import { riskPerOrder } from './risk-per-order.ts';
import { sessionOpen } from './session-open.ts';
import { shortAllowed } from './short-allowed.ts';
import { spread } from './spread.ts';
import { staleQuote } from './stale-quote.ts';
import { stopRequired } from './stop-required.ts';
import { tradingState } from './trading-state.ts';

/** Every rule, in the order in which a person reads the verdict. All are judged always. */
export const rules: readonly RiskRule[] = [
  tradingState,
  liveUnlock,
  instrumentTradable,
  sessionOpen,
  staleQuote,
  dataQuality,
  spread,
  priceCollar,
  lotAndTick,
  eventBlackout,
  dailyLoss,
  drawdown,
  lossStreak,
  minConviction,
  stopRequired,
  rewardToRisk,
  riskPerOrder,
  heat,
  orderNotional,
  positionNotional,
  grossExposure,
  currencyExposure,
  correlationCluster,
  leverage,
  buyingPower,
  maxPositions,
  orderRate,
  duplicateOrder,
  shortAllowed,
];
