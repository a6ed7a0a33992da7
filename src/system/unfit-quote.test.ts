import { describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { requireInstrument } from '../domain/instruments.ts';
import type { Quote } from '../domain/quote.ts';
import { HOUR, MINUTE, type Timestamp } from '../domain/time.ts';
import { unfitQuote } from './unfit-quote.ts';

const wednesday = Date.UTC(2025, 5, 18, 14);
const saturday = Date.UTC(2025, 5, 21, 14);
const ask = (symbol: string, now: Timestamp, more: Partial<Quote> = {}) =>
  unfitQuote(
    { symbol, bid: 1.1, ask: 1.1001, eventTime: now, receiveTime: now, source: 'test', ...more },
    { instrument: requireInstrument(symbol), sessions: sessionCalendar, now, maxQuoteAgeMs: 15 * MINUTE },
  );

describe('a stop is left alone by a quote', () => {
  it.each([
    ['of the weekend', ask('EURUSD', saturday), 'is closed until 2025-06-22T21:00'],
    ['of Friday on Saturday', ask('EURUSD', saturday, { eventTime: saturday - 20 * HOUR }), 'is closed'],
    ['of the night for a share', ask('AAPL', wednesday - 10 * HOUR), 'is closed'],
    [
      'of before the opening bell',
      ask('AAPL', Date.UTC(2025, 5, 18, 13, 31), { eventTime: Date.UTC(2025, 5, 18, 13, 20) }),
      'before the market opened',
    ],
    ['of an hour ago', ask('EURUSD', wednesday, { eventTime: wednesday - HOUR }), '60 minutes old'],
    ['that is crossed', ask('EURUSD', wednesday, { bid: 1.2 }), 'crossed'],
    ['as wide as a night without dealers', ask('EURUSD', wednesday, { ask: 1.13 }), 'usual spreads'],
  ])('%s', (_, flaw, why) => expect(flaw?.why).toContain(why));
});

it('A stop meets an ordinary quote, also on a weekend where the market never sleeps', () => {
  expect(ask('EURUSD', wednesday)).toBeUndefined();
  expect(ask('BTCUSDT', saturday, { bid: 60_000, ask: 60_001 })).toBeUndefined();
});
