import { readBarsFile } from '../../adapters/market-data/file.ts';
import { decimalText } from '../../adapters/market-data/vendor.ts';
import { hasShared, sharedBytes, sharedJson } from '../shared.ts';
import samples from './samples.json' with { type: 'json' };

/** One recorded hour: open, high, low, close, volume. */
export type RecordedHour = readonly [open: number, high: number, low: number, close: number, volume: number];

const files = {
  AAPL: ['fixtures', 'alphavantage', 'TIME_SERIES_INTRADAY_60min_AAPL_2025-11-10.json.gz'],
  EURUSD: ['data', 'ohlcv', 'fx', 'EURUSD_1h_mt5_2024-11_2025-12.csv.gz'],
  BTCUSD: ['data', 'ohlcv', 'crypto', 'BTCUSDT_1h_binance_2021-01.csv'],
} as const;
export type RecordedSymbol = keyof typeof files;

/** Hours as a market made them: whole recordings of the shared data, or 48 hours of each of them without it. */
export function recordedHours(symbol: RecordedSymbol): readonly RecordedHour[] {
  if (!hasShared(...files[symbol])) return samples[symbol] as unknown as RecordedHour[];
  if (symbol === 'AAPL') return sharesOf(sharedJson(...files.AAPL));
  const { bars } = readBarsFile(sharedBytes(...files[symbol]), { symbol, interval: '1h', receiveTime: 0 });
  return bars.map(({ open, high, low, close, volume }) => [open, high, low, close, volume]);
}

function sharesOf(recorded: { 'Time Series (60min)': Record<string, Record<string, string>> }): RecordedHour[] {
  return Object.entries(recorded['Time Series (60min)'])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => Object.values(row).map((cell) => decimalText.parse(cell)) as unknown as RecordedHour);
}
