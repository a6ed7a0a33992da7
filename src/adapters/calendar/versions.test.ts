import { describe, expect, it } from 'vitest';
import { createStores } from '../../../db/stores.ts';
import { parseTime } from '../../domain/time.ts';
import { openMemoryDatabase } from '../../testing/database.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { needsShared, sharedBytes } from '../../testing/shared.ts';
import { parseCalendar } from './parse-calendar.ts';

const folder = ['data', 'macro', 'calendar'] as const;

describe.skipIf(!needsShared('a week of Forex Factory', ...folder))('a week that was fetched twice', () => {
  it('keeps the forecasts and times of its first fetch for whoever asks about then', async () => {
    const fetches = [
      { at: parseTime('2026-08-09T04:43:34Z'), file: 'forexfactory_week_2026-08-09_first.json' },
      { at: parseTime('2026-08-14T12:42:18Z'), file: 'forexfactory_week_2026-08-09_last.json' },
    ] as const;
    const clock = fakeClock(fetches[0].at);
    const database = await openMemoryDatabase();
    await database.migrate();
    const { calendar } = createStores(database, clock);
    for (const { at, file } of fetches) {
      await clock.set(at);
      await calendar.write(parseCalendar(sharedBytes(...folder, file), file));
    }
    const read = async (asOf: number, name: string, currency: string) => {
      const range = { from: parseTime('2026-08-08'), to: parseTime('2026-08-16') };
      const events = await calendar.read({ currencies: [currency], asOf, ...range });
      return events.filter((event) => event.name === name).map(({ forecast, eventTime }) => [forecast, eventTime]);
    };
    const released = parseTime('2026-08-13T06:00:00Z');
    const [, second] = fetches;
    expect(await read(released, 'GDP m/m', 'GBP')).toEqual([[-0.1, released]]);
    expect(await read(second.at - 1, 'GDP m/m', 'GBP')).toEqual([[-0.1, released]]);
    expect(await read(second.at, 'GDP m/m', 'GBP')).toEqual([[0, released]]);
    // A forecast that was missing at first was public when the release was, though it was fetched two days later.
    const stocks = parseTime('2026-08-12T14:30:00Z');
    expect(await read(stocks - 1, 'Crude Oil Inventories', 'USD')).toEqual([[undefined, stocks]]);
    expect((await read(stocks, 'Crude Oil Inventories', 'USD'))[0]?.[0]).toBeLessThan(0);
    // A release that was moved stands at one time only, at every moment.
    const survey = 'Cleveland Fed Inflation Expectations';
    expect(await read(second.at - 1, survey, 'USD')).toEqual([[undefined, parseTime('2026-08-10T13:48:00Z')]]);
    expect(await read(second.at, survey, 'USD')).toEqual([[undefined, parseTime('2026-08-10T13:45:00Z')]]);
    await database.close();
  });
});
