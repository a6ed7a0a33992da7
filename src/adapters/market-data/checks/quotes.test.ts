import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireInstrument } from '../../../domain/instruments.ts';
import type { Quote } from '../../../domain/quote.ts';
import type { Tick } from '../../../domain/tick.ts';
import { HOUR, MINUTE, parseTime, SECOND } from '../../../domain/time.ts';
import { sessionCalendar } from '../../calendar/sessions.ts';
import { checkQuote, checkTick, type LiveContext } from './quotes.ts';

const wednesday = parseTime('2025-06-18T14:30:00Z');
const at = (change: Partial<LiveContext> = {}): LiveContext => ({
  ...{ instrument: requireInstrument('EURUSD'), now: wednesday, calendar: sessionCalendar },
  ...change,
});
const quote = (change: Partial<Quote> = {}): Quote => ({
  ...{ symbol: 'EURUSD', bid: 1.1499, ask: 1.1501, eventTime: wednesday, receiveTime: wednesday, source: 'oanda' },
  ...change,
});
const tick = (change: Partial<Tick> = {}): Tick => ({
  ...{ symbol: 'EURUSD', price: 1.15, size: 1, eventTime: wednesday, receiveTime: wednesday, source: 'oanda' },
  ...change,
});
const last = { price: 1.15, eventTime: wednesday - MINUTE };
const around = (price: number) => ({ bid: price * 0.9999, ask: price * 1.0001 });

describe('checkQuote', () => {
  it.each<[string, Partial<Quote>, string | undefined]>([
    ['a usual quote', {}, undefined],
    ['a locked market', { bid: 1.15, ask: 1.15 }, undefined],
    ['a crossed one', { bid: 1.1502 }, 'crossed'],
    ['one without an ask', { ask: 0 }, 'one-sided'],
    ['one without a bid', { bid: Number.NaN }, 'one-sided'],
    ['one of nothing', { bid: 0, ask: 0 }, 'not-positive'],
    ['one of below zero', { bid: -2, ask: -1 }, 'not-positive'],
    ['one of a minute ahead', { eventTime: wednesday + MINUTE }, 'future'],
    ['one whose clock is a moment ahead', { eventTime: wednesday + 5 * SECOND }, undefined],
    ['one of an hour ago', { eventTime: wednesday - HOUR }, 'stale'],
    ['one a quarter of an hour late', { eventTime: wednesday - 16 * MINUTE }, undefined],
    ['one in points', around(115_000), 'wrong-scale'],
    ['one of 5 % away within a minute', around(1.2075), 'spike'],
    ['one of 1 % away within a minute', around(1.1615), undefined],
  ])('judges %s', (_, change, flag) => {
    expect(checkQuote(quote(change), at({ last }))?.flag).toBe(flag);
  });

  it('takes the last quote of Friday as sound on a Sunday', () => {
    const friday = parseTime('2025-06-20T20:58:00Z');
    expect(checkQuote(quote({ eventTime: friday }), at({ now: parseTime('2025-06-22T12:00:00Z') }))).toBeUndefined();
  });

  it('believes a crash when a second print shows it, but not the same print twice', () => {
    const crash = quote(around(0.9));
    expect(checkQuote(crash, at({ last }))?.flag).toBe('spike');
    const suspect = { price: 0.9, eventTime: crash.eventTime, source: crash.source };
    expect(checkQuote(crash, at({ last, suspect }))?.flag).toBe('spike');
    expect(checkQuote({ ...crash, source: 'finnhub' }, at({ last, suspect }))).toBeUndefined();
    expect(checkQuote({ ...crash, eventTime: wednesday + SECOND }, at({ last, suspect }))).toBeUndefined();
    expect(checkQuote({ ...crash, ...around(1.3), source: 'finnhub' }, at({ last, suspect }))?.flag).toBe('spike');
  });

  it('does not take the morning after a 10:1 split for a mistake', () => {
    const AAPL = requireInstrument('AAPL');
    const evening = { price: 1_200, eventTime: wednesday - 18 * HOUR };
    expect(checkQuote(quote(around(120)), at({ instrument: AAPL, last: evening }))).toBeUndefined();
    const moment = { price: 1_200, eventTime: wednesday - MINUTE };
    expect(checkQuote(quote(around(120)), at({ instrument: AAPL, last: moment }))?.flag).toBe('wrong-scale');
  });

  it('passes a quote exactly when it is two-sided, in order, in time and near the last price', () => {
    const side = fc.oneof(fc.double({ min: 0.5, max: 2, noNaN: true }), fc.constantFrom(0, -1, Number.NaN));
    const age = fc.integer({ min: -2 * MINUTE, max: 2 * HOUR });
    fc.assert(
      fc.property(side, side, age, (bid, ask, old) => {
        const eventTime = wednesday - old;
        const fault = checkQuote(quote({ bid, ask, eventTime }), at({ last }));
        const away = Math.abs(Math.log((bid + ask) / 2 / last.price));
        const limit = 0.02 * Math.sqrt(Math.max(1, Math.abs(eventTime - last.eventTime) / HOUR));
        const sound = bid > 0 && ask >= bid && old >= -10 * SECOND && old <= 30 * MINUTE && away <= limit;
        expect(fault === undefined).toBe(sound);
      }),
    );
  });
});

describe('checkTick', () => {
  it.each<[string, Partial<Tick>, string | undefined]>([
    ['a usual print', {}, undefined],
    ['a print whose size nobody tells', { size: 0 }, undefined],
    ['a price of zero', { price: 0 }, 'not-positive'],
    ['an endless price', { price: Number.POSITIVE_INFINITY }, 'not-positive'],
    ['a size below zero', { size: -1 }, 'not-positive'],
    ['a time that is none', { eventTime: Number.NaN }, 'future'],
    ['an old print', { eventTime: wednesday - HOUR }, 'stale'],
    ['a hundredth of the price', { price: 0.0115 }, 'wrong-scale'],
    ['a print far off', { price: 1.3 }, 'spike'],
  ])('judges %s', (_, change, flag) => {
    expect(checkTick(tick(change), at({ last }))?.flag).toBe(flag);
  });

  it('judges a print as it judges a quote around it', () => {
    const price = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
    const age = fc.integer({ min: -HOUR, max: 90 * MINUTE });
    fc.assert(
      fc.property(price, price, age, (now, before, old) => {
        const context = at({ last: { price: before, eventTime: wednesday - 2 * HOUR } });
        const eventTime = wednesday - old;
        const asQuote = checkQuote(quote({ bid: now, ask: now, eventTime }), context);
        expect(checkTick(tick({ price: now, eventTime }), context)?.flag).toBe(asQuote?.flag);
      }),
    );
  });
});
