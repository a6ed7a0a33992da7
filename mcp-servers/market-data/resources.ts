import { barOpen, parseInterval, SECOND } from '../../src/domain/time.ts';
import type { ToolDeps } from '../deps.ts';
import type { ResourceDefinition } from '../shell.ts';
import { getBars } from './tools/bars.ts';
import { getLatestQuote } from './tools/quotes.ts';

/** A program that is told of every change reads again each time: once a second is often enough for one. */
const PACE = SECOND;

export const marketResources: readonly ResourceDefinition<ToolDeps>[] = [
  {
    name: 'bars',
    title: 'Bars',
    description: 'Newest complete bars of a symbol, e.g. market://bars/EURUSD/1h. Changes when a bar is complete.',
    uri: 'market://bars/{symbol}/{timeframe}',
    tool: getBars,
    arguments: ({ symbol, timeframe }) => ({ symbol, interval: timeframe }),
    watch({ live, marketData, sessions }, { symbol: spelling, timeframe }, changed) {
      const interval = parseInterval(timeframe!);
      const { symbol, calendar } = marketData.resolve(spelling!);
      return live.follow(
        symbol,
        (event) => {
          if (event.kind !== 'bar' || !event.complete) return;
          const openTime = barOpen(interval, event.bar.openTime);
          // The minute that completes the longer bar, by its own end or by that of the session.
          const ended = (at: number) => sessions.isComplete(calendar, interval, openTime, at);
          if (ended(event.bar.closeTime) && !ended(event.bar.openTime)) changed();
        },
        { kinds: ['bar'] },
      );
    },
  },
  {
    name: 'quote',
    title: 'Quote',
    description: 'Newest known bid and ask of a symbol, e.g. market://quote/BTCUSDT. Changes at most once a second.',
    uri: 'market://quote/{symbol}',
    tool: getLatestQuote,
    arguments: ({ symbol }) => ({ symbol }),
    watch({ live, marketData }, { symbol }, changed) {
      return live.follow(marketData.resolve(symbol!).symbol, changed, { kinds: ['quote', 'stale'], everyMs: PACE });
    },
  },
];
