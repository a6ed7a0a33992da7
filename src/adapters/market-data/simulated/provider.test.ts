import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample, toSeries } from '../../../domain/bar.ts';
import { toNumber } from '../../../domain/decimal.ts';
import type { Instrument } from '../../../domain/instrument.ts';
import { instrumentOf, instruments } from '../../../domain/instruments.ts';
import { DAY, HOUR, type Interval, MINUTE, parseTime, WEEK } from '../../../domain/time.ts';
import { fakeClock } from '../../../testing/fake-clock.ts';
import { sessionCalendar } from '../../calendar/sessions.ts';
import { simulatedMarket } from './provider.ts';

const now = parseTime('2026-03-18T15:00:00Z');
const market = simulatedMarket({ clock: fakeClock(now) });
const of = (symbol: string) => instrumentOf(symbol) as Instrument;
const bars = (symbol: string, interval: Interval, from: number, to: number, at = now) =>
  market.barsAt(of(symbol), interval, from, to, at);

describe('the simulated market', () => {
  it('knows every instrument of the registry, at a sensible level', async () => {
    for (const instrument of instruments) {
      const quote = await market.quote!(instrument);
      expect(quote.ask, instrument.symbol).toBeGreaterThan(quote.bid);
      expect(quote).toMatchObject({ simulated: true, source: 'simulated', symbol: instrument.symbol });
    }
    const eurusd = await market.quote!(of('EURUSD'));
    expect(eurusd.bid).toBeGreaterThan(0.8);
    expect(eurusd.bid).toBeLessThan(1.6);
    expect((await market.quote!(of('USDJPY'))).bid).toBeGreaterThan(80);
  });

  it('gives the same bar for the same minute, whatever range was asked for', () => {
    const anywhere = fc.integer({ min: parseTime('2001-01-01'), max: now - 2 * DAY });
    fc.assert(
      fc.property(
        fc.constantFrom('EURUSD', 'BTCUSDT', 'AAPL'),
        anywhere,
        fc.integer({ min: 1, max: 300 }),
        (symbol, from, minutes) => {
          const one = simulatedMarket({ clock: fakeClock(now) });
          const wide = one.barsAt(of(symbol), '1m', from - 5 * HOUR, from + 10 * HOUR, now);
          const narrow = bars(symbol, '1m', from, from + minutes * MINUTE);
          expect(narrow).toEqual(wide.filter((bar) => bar.openTime >= from && bar.openTime < from + minutes * MINUTE));
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each<[string, Interval]>([
    ['EURUSD', '1h'],
    ['EURUSD', '1d'],
    ['BTCUSDT', '4h'],
    ['AAPL', '1d'],
    ['XAUUSD', '15m'],
    ['VOD.L', '1d'],
    ['SAP.DE', '1h'],
    ['7203.T', '1d'],
    ['6E', '4h'],
  ])('%s: %s bars are exactly their minutes', (symbol, interval) => {
    const from = parseTime('2026-03-02');
    const fine = toSeries(symbol, '1m', bars(symbol, '1m', from, from + WEEK));
    const coarse = toSeries(symbol, interval, bars(symbol, interval, from, from + WEEK));
    const built = resample(fine, interval);
    for (const column of ['openTime', 'open', 'high', 'low', 'close'] as const) {
      expect([...coarse[column].subarray(0, built.length)]).toEqual([...built[column]]);
    }
    for (let i = 0; i < built.length; i++) expect(coarse.volume[i]).toBeCloseTo(built.volume[i]!, 3);
    expect(built.length).toBeGreaterThan(coarse.length - 2);
  });

  it('makes sound bars on the tick, only while the market is open', () => {
    for (const [symbol, interval] of [
      ['EURUSD', '1m'],
      ['USDJPY', '5m'],
      ['TSLA', '1m'],
      ['AZN.L', '1m'],
      ['7203.T', '1m'],
      ['BTCUSDT', '1m'],
    ] as const) {
      const instrument = of(symbol);
      const tick = toNumber(instrument.tick);
      const week = bars(symbol, interval, parseTime('2026-03-05'), parseTime('2026-03-10'));
      expect(week.length).toBeGreaterThan(300);
      for (const bar of week) {
        expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
        expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
        expect(Math.abs(bar.close / tick - Math.round(bar.close / tick))).toBeLessThan(1e-5);
        expect(sessionCalendar.openBetween(instrument.calendar, bar.openTime, bar.closeTime)).toBeGreaterThan(0);
        expect(bar.volume).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('moves about as much in a year as its asset class does', () => {
    const yearly = (symbol: string) => {
      const daily = bars(symbol, '1d', now - 730 * DAY, now).filter((bar) => new Date(bar.openTime).getUTCDay() !== 0);
      const returns = daily.slice(1).map((bar, i) => Math.log(bar.close / daily[i]!.close));
      return Math.sqrt((returns.reduce((sum, each) => sum + each * each, 0) / returns.length) * 252);
    };
    expect(yearly('EURUSD')).toBeGreaterThan(0.04);
    expect(yearly('EURUSD')).toBeLessThan(0.12);
    expect(yearly('BTCUSDT')).toBeGreaterThan(0.25);
    expect(yearly('SPX')).toBeLessThan(0.3);
    expect(yearly('TSLA')).toBeGreaterThan(yearly('SPX'));
  });

  it('keeps crosses and their legs together', () => {
    const last = (symbol: string) => bars(symbol, '1m', now - 10 * MINUTE, now).at(-1)!.close;
    expect(last('EURUSD') * last('USDJPY')).toBeCloseTo(last('EURJPY'), 1);
    expect(last('SPY') / last('SPX')).toBeCloseTo(597 / 5980, 3);
    expect(last('IWM') / last('RUT')).toBeCloseTo(209 / 2110, 3);
    expect(last('6E')).toBeCloseTo(last('EURUSD'), 4);
  });

  it.each(['VOD.L', 'SAP.DE', '7203.T'])(
    '%s moves from minute to minute by little, whatever clocks change',
    (symbol) => {
      for (const monday of ['2026-03-02', '2026-03-30', '2026-10-26']) {
        const week = bars(symbol, '1m', parseTime(monday) - DAY, parseTime(monday) + 5 * DAY, parseTime('2027-01-01'));
        const moves = week.slice(1).map((bar, i) => Math.abs(Math.log(bar.open / week[i]!.close)));
        expect(week.length).toBeGreaterThan(1_500);
        expect(Math.max(...moves)).toBeLessThan(0.06);
      }
    },
  );

  it('shows the forming bar up to now, and nothing of the future', () => {
    const at = parseTime('2026-03-18T14:20:30Z');
    const forming = bars('EURUSD', '1h', at - 2 * HOUR, at + DAY, at).at(-1)!;
    expect(forming.openTime).toBe(parseTime('2026-03-18T14:00:00Z'));
    const minutes = bars('EURUSD', '1m', forming.openTime, at, at);
    expect(minutes).toHaveLength(20);
    expect(forming.close).toBe(minutes.filter((bar) => bar.closeTime <= at).at(-1)!.close);
    expect(bars('EURUSD', '1h', at + HOUR, at + DAY, at)).toEqual([]);
  });

  it('quotes inside the bar of that minute, and the last close while shut', () => {
    const at = parseTime('2026-03-18T14:20:30Z');
    const minute = bars('EURUSD', '1m', at - 30_000, at + 30_000, at + MINUTE)[0]!;
    const quote = market.quoteAt(of('EURUSD'), at);
    const middle = (quote.bid + quote.ask) / 2;
    expect(middle).toBeGreaterThanOrEqual(minute.low - 0.00002);
    expect(middle).toBeLessThanOrEqual(minute.high + 0.00002);
    expect(quote.ask - quote.bid).toBeCloseTo(0.00008, 4);
    const sunday = market.quoteAt(of('AAPL'), parseTime('2026-03-15T12:00:00Z'));
    expect(sunday.eventTime).toBe(parseTime('2026-03-13T20:00:00Z') - 1);
  });

  it('is another market for another seed', () => {
    const other = simulatedMarket({ clock: fakeClock(now), seed: 2 });
    expect(other.quoteAt(of('EURUSD'), now).bid).not.toBe(market.quoteAt(of('EURUSD'), now).bid);
  });

  it('refuses an instrument it has no recipe for', async () => {
    const odd = { ...of('AAPL'), symbol: 'ODD' };
    await expect(market.bars({ instrument: odd, interval: '1h', from: 0, to: now })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('skips nights in shares, so that a day may open away from the last close', () => {
    const days = bars('TSLA', '1d', now - 60 * DAY, now);
    const gaps = days.slice(1).filter((bar, i) => bar.open !== days[i]!.close);
    expect(gaps.length).toBeGreaterThan(days.length / 2);
  });
});
