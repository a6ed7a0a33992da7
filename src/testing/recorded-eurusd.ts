import { readBarsFile } from '../adapters/market-data/file.ts';
import { type BarSeries, countKnown, sliceSeries, toSeries } from '../domain/bar.ts';
import type { Timestamp } from '../domain/time.ts';
import { sharedBytes } from './shared.ts';

/** Hourly EURUSD from 2024-11 until `to`, at most 2025-12, as a broker recorded it. Only where the shared data is. */
export function recordedEurusd(to: Timestamp): BarSeries {
  const bytes = sharedBytes('data', 'ohlcv', 'fx', 'EURUSD_1h_mt5_2024-11_2025-12.csv.gz');
  const { bars } = readBarsFile(bytes, { symbol: 'EURUSD', interval: '1h', receiveTime: 0 });
  const series = toSeries('EURUSD', '1h', bars);
  return sliceSeries(series, 0, countKnown(series, to));
}
