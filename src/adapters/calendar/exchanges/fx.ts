import { newYorkTime } from '../new-york.ts';
import type { Exchange } from './exchange.ts';

/** FX and metals: each trading day from 17:00 of the day before to 17:00 in New York, without 25 December and 1 January. */
export const fx: Exchange = ({ year, month, day }) => {
  if (month === 12 && day === 25) return { regular: [], holiday: 'Christmas Day' };
  if (month === 1 && day === 1) return { regular: [], holiday: "New Year's Day" };
  return { regular: [{ open: newYorkTime(year, month, day - 1, 17), close: newYorkTime(year, month, day, 17) }] };
};
