import { LOOKBACK } from '../analysis/snapshot.ts';
import { ewmaVolatility, tradingPace } from '../analysis/volatility.ts';
import type { Account } from '../domain/account.ts';
import { sliceSeries } from '../domain/bar.ts';
import type { Market } from '../domain/market.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import { atr } from '../indicators/atr.ts';
import { cleanQuality, createReader } from './panel.ts';
import type { BacktestRequest } from './request.ts';

const ATR_BARS = 14;
const VOLUME_BARS = 20;

/**
 * The market at a close, as sizing and risk need it: the same numbers as the situation's market (held by a test) for a
 * fraction of its time, because nobody looks at patterns here. On the days around a high-impact release, with other
 * symbols to correlate, or before the smoothed measures are warm, the situation itself is asked.
 */
export function createRuleMarket(request: BacktestRequest, currency: string) {
  const { instrument, series, source, simulated, sessions, events = [], others = {} } = request;
  const isEventful = eventful(events.filter(({ impact }) => impact === 'high').map(({ eventTime }) => eventTime));
  const read = createReader(request, currency);
  const alone = Object.keys(others).length === 0;
  const quality = request.quality ?? cleanQuality(series.length);
  const half = instrument.typicalSpread / 2;

  return (row: number, account: Account, rate: number): Market => {
    const asOf = series.closeTime[row]!;
    const view = sliceSeries(series, row + 1 - LOOKBACK, row + 1);
    const range = atr(view, ATR_BARS)[view.length - 1]!;
    const perBar = ewmaVolatility(view.close)[view.length - 1]!;
    if (!alone || Number.isNaN(range) || Number.isNaN(perBar) || isEventful(asOf)) {
      return read(asOf, account, rate).market;
    }
    const close = series.close[row]!;
    const volume = view.volume.subarray(Math.max(0, view.length - VOLUME_BARS));
    const sessionOpen = sessions?.isOpen(instrument.calendar, asOf) ?? true;
    return {
      asOf,
      currency,
      correlations: {},
      instruments: {
        [instrument.symbol]: {
          instrument,
          bid: close - half,
          ask: close + half,
          quoteTime: asOf,
          source: `${source} (last close and the usual spread)`,
          simulated,
          quality,
          atr: range,
          dailyVolatility: perBar * Math.sqrt(tradingPace(view).barsPerDay),
          averageVolume: volume.reduce((sum, value) => sum + value, 0) / volume.length,
          sessionOpen,
          ...(sessions && !sessionOpen ? { nextOpen: sessions.nextOpen(instrument.calendar, asOf) } : {}),
          blackout: null,
          rate,
          regime: 'unknown',
        },
      },
    };
  };
}

/** Whether a release lies within a day of a time: far more than any blackout lasts. */
function eventful(times: Timestamp[]): (at: Timestamp) => boolean {
  const days = new Set(times.flatMap((time) => [-1, 0, 1].map((offset) => Math.floor(time / DAY) + offset)));
  return (at) => days.has(Math.floor(at / DAY));
}
