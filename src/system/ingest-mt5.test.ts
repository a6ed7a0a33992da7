import { beforeEach, describe, expect, it } from 'vitest';
import { sessionCalendar } from '../adapters/calendar/sessions.ts';
import { requireInstrument } from '../domain/instruments.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso } from '../domain/time.ts';
import { memoryBars, memoryQuotes } from '../testing/memory-bars.ts';
import { type Mt5Push, mt5Push, parseRequest } from '../wire.ts';
import { createMt5Ingest } from './ingest-mt5.ts';

/** Wednesday, 15:00 UTC; the server's clock is three hours ahead. */
const NOW = Date.UTC(2025, 5, 18, 15);
const AHEAD = 3 * HOUR;
let bars = memoryBars();
let quotes = memoryQuotes();
beforeEach(() => {
  bars = memoryBars();
  quotes = memoryQuotes();
});
const push = (given: object) => {
  const clock = { now: () => NOW };
  const ingest = createMt5Ingest({
    ...{ marketData: { resolve: requireInstrument }, sessions: sessionCalendar, bars, quotes, clock },
  });
  return ingest(parseRequest<Mt5Push>(mt5Push as never, { utcOffsetSeconds: AHEAD / SECOND, ...given }));
};
/** Rows as MqlRates has them: seconds of the server's clock. */
const hours = (from: number, count: number, close = (i: number) => 1.15 + i / 1e4) =>
  Array.from({ length: count }, (_, i) => [
    (from + i * HOUR) / SECOND,
    1.15,
    close(i) + 0.001,
    1.149,
    close(i),
    900 + i,
  ]);
const stored = (interval: '1h' | '1d' = '1h') =>
  bars.read({ symbol: 'EURUSD', interval, source: 'mt5', asOf: NOW + DAY, limit: 999 });
/** 09:00 UTC on the server. */
const NINE = NOW - 6 * HOUR + AHEAD;

describe('prices that a MetaTrader 5 terminal pushes', () => {
  it('become bars of the source mt5 at their time in UTC, but for the one that still forms', async () => {
    const answer = await push({ bars: [{ symbol: 'EURUSD', interval: '1h', rows: hours(NINE, 7) }] });
    expect(answer.bars).toEqual([
      { symbol: 'EURUSD', interval: '1h', accepted: 6, rejected: 0, forming: 1, written: 6 },
    ]);
    const kept = await stored();
    expect(kept.map((bar) => toIso(bar.openTime).slice(11, 16))).toEqual([
      '09:00',
      '10:00',
      '11:00',
      '12:00',
      '13:00',
      '14:00',
    ]);
    expect(kept[0]).toMatchObject({ close: 1.15, volume: 900, receiveTime: NOW, backfilled: true });
    expect(kept.at(-1)!.backfilled).toBeUndefined();
  });

  it('a bad bar is kept apart with its reason, measured against the bars that came before', async () => {
    await push({ bars: [{ symbol: 'EURUSD', interval: '1h', rows: hours(NINE - 24 * HOUR, 24) }] });
    const rows = hours(NINE, 5, (i) => (i === 1 ? 115 : 1.15));
    rows[4]![3] = -1;
    const { bars: told } = await push({ bars: [{ symbol: 'EURUSD', interval: '1h', rows }] });
    expect(told).toMatchObject([{ accepted: 3, rejected: 2 }]);
    const apart = await bars.quarantined('EURUSD', 9);
    expect(apart).toMatchObject([{ source: 'mt5' }, { source: 'mt5' }]);
    expect(apart.map(({ flag }) => flag).sort()).toEqual(['not-positive', expect.stringMatching(/spike|wrong-scale/)]);
    expect(await stored()).toHaveLength(27);
  });

  it('history is placed by the zone of the server, across a change of clocks', async () => {
    const winter = { symbol: 'EURUSD', interval: '1h', rows: hours(Date.UTC(2025, 0, 15, 10), 2) };
    await expect(push({ bars: [winter] })).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('serverTimeZone'),
    });
    await push({ utcOffsetSeconds: undefined, serverTimeZone: 'broker', bars: [winter] });
    expect(toIso((await stored())[0]!.openTime)).toBe('2025-01-15T08:00:00.000Z');
  });

  it("a day is the server's date", async () => {
    await push({
      bars: [{ symbol: 'EURUSD', interval: '1d', rows: [[Date.UTC(2025, 5, 17) / SECOND, 1, 1.1, 0.9, 1, 5]] }],
    });
    expect(toIso((await stored('1d'))[0]!.openTime)).toBe('2025-06-17T00:00:00.000Z');
  });

  it('ticks move the latest quote, and a crossed one does not', async () => {
    const tick = (ago: number, bid: number, ask: number) => ({ symbol: 'EURUSD', time: NOW + AHEAD - ago, bid, ask });
    const answer = await push({ quotes: [tick(3_000, 1.15, 1.1502), tick(1_000, 1.151, 1.1512), tick(500, 1.2, 1.1)] });
    expect(answer.quotes).toEqual({ accepted: 2, rejected: 1 });
    expect(await quotes.latest('EURUSD', NOW)).toMatchObject({ bid: 1.151, eventTime: NOW - 1_000, source: 'mt5' });
  });

  it.each<[string, object, string]>([
    [
      'a clock that is ahead',
      { quotes: [{ symbol: 'EURUSD', time: NOW + AHEAD + HOUR, bid: 1, ask: 1.1 }] },
      'invalid_input',
    ],
    [
      'a bar off its grid',
      { bars: [{ symbol: 'EURUSD', interval: '1h', rows: hours(NINE + MINUTE, 2) }] },
      'invalid_input',
    ],
    ['no zone at all', { utcOffsetSeconds: undefined }, 'invalid_input'],
    ['both an offset and a zone', { serverTimeZone: 'UTC' }, 'invalid_input'],
    [
      'a symbol that nobody knows',
      { bars: [{ symbol: 'EURSUD', interval: '1h', rows: hours(NINE, 2) }] },
      'unknown_symbol',
    ],
    ['no such zone', { utcOffsetSeconds: undefined, serverTimeZone: 'Mars', bars: [] }, 'invalid_input'],
  ])('%s is refused and nothing is stored', async (_, given, code) => {
    const good = { symbol: 'EURUSD', interval: '1h', rows: hours(NINE, 3) };
    const all = { ...given, bars: [good, ...('bars' in given ? (given.bars as object[]) : [])] };
    await expect(Promise.resolve().then(() => push(all))).rejects.toMatchObject({ code });
    expect(await bars.coverage()).toEqual([]);
  });
});
