import { newYorkTime } from '../new-york.ts';
import { usTradingDay } from '../us-holidays.ts';
import type { Exchange } from './exchange.ts';

/**
 * NYSE and Nasdaq: 9:30 to 16:00 New York, until 13:00 on early closes; before that from 4:00, after it until 20:00 (17:00
 * on early closes).
 * @see https://www.nyse.com/markets/hours-calendars
 */
export const usEquity: Exchange = ({ year, month, day }) => {
  const kind = usTradingDay(year, month, day);
  if (kind === 'closed') return { regular: [], holiday: 'Exchange holiday' };
  const early = kind === 'early';
  const at = (hour: number, minute = 0) => newYorkTime(year, month, day, hour, minute);
  const close = at(early ? 13 : 16);
  return {
    regular: [{ open: at(9, 30), close }],
    extended: [
      { open: at(4), close: at(9, 30) },
      { open: close, close: at(early ? 17 : 20) },
    ],
    ...(early ? { earlyClose: true, holiday: 'Early close' } : {}),
  };
};
