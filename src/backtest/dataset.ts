import { createHash } from 'node:crypto';
import type { BarSeries } from '../domain/bar.ts';

/** sha256 over symbol, interval and every column: two reports on the same bars say so. */
export function datasetHash(series: BarSeries): string {
  const hash = createHash('sha256').update(`${series.symbol} ${series.interval} ${series.length}\n`);
  const { openTime, closeTime, open, high, low, close, volume } = series;
  for (const column of [openTime, closeTime, open, high, low, close, volume]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex');
}

/** At most `limit` rows of `count`, spread evenly, the last one always among them. */
export function thin(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: limit }, (_, i) => Math.round(((i + 1) * count) / limit) - 1);
}
