import { newYorkTime } from '../new-york.ts';
import type { Exchange } from './exchange.ts';

const isShut = (month: number, day: number) => (month === 12 && day === 25) || (month === 1 && day === 1);

/** FX and metals: each trading day from 17:00 of the day before to 17:00 in New York, without 25 December and 1 January. */
export const fx: Exchange = ({ year, month, day }) =>
  isShut(month, day)
    ? { regular: [], holiday: month === 1 ? "New Year's Day" : 'Christmas Day' }
    : { regular: [{ open: newYorkTime(year, month, day - 1, 17), close: newYorkTime(year, month, day, 17) }] };

/**
 * Currency futures of CME: each trading day from 17:00 of the day before to 16:00 in Chicago. Its early halts on
 * holidays of the United States change from year to year and are not laid out here.
 * @see https://www.cmegroup.com/trading-hours.html
 */
export const cmeFx: Exchange = ({ year, month, day }) =>
  isShut(month, day)
    ? { regular: [], holiday: month === 1 ? "New Year's Day" : 'Christmas Day' }
    : // Chicago is an hour behind New York, all year.
      { regular: [{ open: newYorkTime(year, month, day - 1, 18), close: newYorkTime(year, month, day, 17) }] };
