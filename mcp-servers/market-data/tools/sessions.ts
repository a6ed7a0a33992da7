import { z } from 'zod';
import { AppError } from '../../../src/domain/errors.ts';
import { type CalendarName, calendarNames } from '../../../src/domain/instrument.ts';
import { DAY, toIso } from '../../../src/domain/time.ts';
import type { TradingSession } from '../../../src/ports/calendar.ts';
import type { ToolDeps } from '../../deps.ts';
import { cursorField, limitField, symbolField, symbolsField, timeField } from '../../fields.ts';
import { deskMeta } from '../../meta.ts';
import { tool } from '../../tool.ts';

type Deps = Pick<ToolDeps, 'marketData' | 'sessions' | 'clock'>;

export const getClock = tool({
  name: 'get_clock',
  title: 'Get market clock',
  description: `Which markets (${calendarNames.join(', ')}, or those of the symbols) are open, and when each opens and closes next; null where one never closes.`,
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({ symbols: symbolsField.optional(), asOf: timeField.optional() }),
  output: z.object({
    timestamp: z.string(),
    markets: z.array(
      z.looseObject({
        market: z.string(),
        open: z.boolean(),
        nextOpen: z.string().nullable(),
        nextClose: z.string().nullable(),
      }),
    ),
  }),
  async run({ marketData, sessions, clock }: Deps, { symbols, asOf }) {
    const at = asOf ?? clock.now();
    const rows: { market: string; calendar: CalendarName }[] = symbols
      ? symbols
          .map((spelling) => marketData.resolve(spelling))
          .map(({ symbol, calendar }) => ({ market: symbol, calendar }))
      : calendarNames.map((calendar) => ({ market: calendar, calendar }));
    const markets = rows.map(({ market, calendar }) => {
      const open = sessions.isOpen(calendar, at);
      const close = sessions.nextClose(calendar, at);
      return {
        ...{ market, calendar, open },
        ...(!open && sessions.isOpen(calendar, at, 'extended') ? { extendedHours: true } : {}),
        nextOpen: open ? null : toIso(sessions.nextOpen(calendar, at)),
        nextClose: Number.isFinite(close) ? toIso(close) : null,
      };
    });
    return { data: { timestamp: toIso(at), markets }, meta: deskMeta(at, 'exchange calendar') };
  },
});

/** Days that one question may span. */
const MOST_DAYS = 400;
const spans = (sessions: readonly TradingSession[]) => sessions.map(({ open, close }) => [toIso(open), toIso(close)]);

export const getCalendar = tool({
  name: 'get_calendar',
  title: 'Get trading calendar',
  description:
    'Trading days of a market with their sessions in UTC, early closes and holidays. Default: the next 7 days. Example: {"market":"us-equity","from":"2025-11-24","to":"2025-12-01"}.',
  effect: 'read',
  scope: 'market:read',
  input: z.strictObject({
    market: z.enum(calendarNames).optional(),
    symbol: symbolField.optional(),
    from: timeField.optional(),
    to: timeField.optional(),
    limit: limitField(400).default(30),
    cursor: cursorField.optional(),
  }),
  output: z.object({
    market: z.string(),
    days: z.array(z.looseObject({ date: z.string(), sessions: z.array(z.array(z.string())) })),
    holidays: z.array(z.object({ date: z.string(), name: z.string() })),
  }),
  list: 'days',
  async run({ marketData, sessions, clock }: Deps, asked) {
    if ((asked.market === undefined) === (asked.symbol === undefined)) {
      throw new AppError('invalid_input', 'Give either "market" or "symbol".');
    }
    const market = asked.market ?? marketData.resolve(asked.symbol!).calendar;
    const from = asked.from ?? clock.now();
    const to = asked.to ?? from + 7 * DAY;
    if (to < from) throw new AppError('invalid_input', '"to" lies before "from".');
    if (to - from > MOST_DAYS * DAY) throw new AppError('invalid_input', `Ask for at most ${MOST_DAYS} days at once.`);
    const [first, last] = [toIso(from).slice(0, 10), toIso(to).slice(0, 10)];
    const days = sessions.days(market, first, last).map(({ date, regular, extended, earlyClose }) => ({
      date,
      sessions: spans(regular),
      ...(extended.length > 0 ? { extended: spans(extended) } : {}),
      ...(earlyClose ? { earlyClose } : {}),
    }));
    const holidays = [];
    for (let at = Date.parse(first); at <= Date.parse(last); at += DAY) {
      const date = toIso(at).slice(0, 10);
      const holiday = sessions.holiday(market, date);
      if (holiday && ![0, 6].includes(new Date(at).getUTCDay())) holidays.push({ date, name: holiday.name });
    }
    return { data: { market, days, holidays }, meta: deskMeta(clock.now(), 'exchange calendar') };
  },
});
