import type { PaperBroker } from '../adapters/broker/paper.ts';
import { DAY, MINUTE } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';

/** One-minute bars up to a week back; what happened before is caught by hourly bars. */
const FINE = 7 * DAY;
const LIMIT = 20_000;

/**
 * Lets resting paper orders meet the bars of the time when no process ran: a stop that the market reached overnight
 * was reached. Only whole bars after an order's making count, so an order never fills in its own past.
 */
export async function catchUpOrders(options: {
  broker: PaperBroker;
  marketData: MarketData;
  clock: Pick<Clock, 'now'>;
}): Promise<string[]> {
  const { broker, marketData, clock } = options;
  const notices: string[] = [];
  const since = new Map<string, number>();
  for (const { symbol, createdAt, simulated } of await broker.openOrders()) {
    // What an order has met does not count again: a stop that was moved since must not meet last week's low.
    const met = (await broker.metUntil(symbol, Boolean(simulated))) ?? 0;
    since.set(symbol, Math.max(createdAt, met, since.get(symbol) ?? 0));
  }
  for (const [symbol, from] of since) {
    const away = clock.now() - from;
    if (away < 2 * MINUTE) continue;
    try {
      const interval = away > FINE ? '1h' : '1m';
      const history = await marketData.history({ symbol, interval, limit: LIMIT, from });
      for (const bar of history.bars) if (bar.openTime >= from) await broker.onBar(symbol, bar, history.simulated);
    } catch (failure) {
      notices.push(
        `Resting orders of ${symbol} were not matched for the time away: ${failure instanceof Error ? failure.message : failure}`,
      );
    }
  }
  await broker.settled();
  return notices;
}
