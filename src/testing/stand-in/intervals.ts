import { type Interval, parseInterval } from '../../domain/time.ts';

/** Vendors' spellings of an interval: 1Min, 15min, 1Hour, 1day, M5, H4, D, 60. Undefined for none of ours. */
export function intervalNamed(name: string): Interval | undefined {
  const short = name
    .replace(/^([MHDW])(\d*)$/, (_, unit: string, count: string) => `${count || 1}${unit}`)
    .replace(/^(\d+)$/, '$1m')
    .toLowerCase()
    .replace(/min(ute)?$/, 'm')
    .replace(/hour$/, 'h')
    .replace(/day$/, 'd');
  try {
    return parseInterval(short);
  } catch {
    return undefined;
  }
}
