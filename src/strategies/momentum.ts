import { rocIndicator } from '../indicators/roc.ts';
import { defineStrategy, lookback, shorts, type Target } from './strategy.ts';

/** What has risen goes on rising: time-series momentum. */
export const momentum = defineStrategy({
  name: 'momentum',
  title: 'Momentum',
  description: 'Long after a rise of more than `threshold` per cent over `period` bars, short after such a fall.',
  parameters: {
    period: lookback(48, 'Bars looked back', 1),
    threshold: { type: 'number', default: 0, min: 0, max: 100, title: 'Least change, in per cent' },
    shorts,
  },
  warmup: ({ period }) => period,
  start({ period, threshold, shorts: mayShort }) {
    const change = rocIndicator.stream({ period });
    return {
      next(bar): Target {
        const { roc } = change.next(bar);
        if (roc > threshold) return 1;
        return roc < -threshold && mayShort ? -1 : 0;
      },
    };
  },
});
