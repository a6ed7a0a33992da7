import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStores } from '../../../db/stores.ts';
import { AppError } from '../../domain/errors.ts';
import type { MacroObservation } from '../../domain/macro.ts';
import { DAY, HOUR, parseTime } from '../../domain/time.ts';
import type { MacroProvider } from '../../ports/market-data.ts';
import { openMemoryDatabase } from '../../testing/database.ts';
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts';
import { createMacroData } from './macro-data.ts';
import { simulatedMacro } from './simulated.ts';

const NOW = parseTime('2014-07-15T12:00:00Z');
const quarter = parseTime('2014-01-01');
let clock: FakeClock;
let stores: ReturnType<typeof createStores>;
let asked: string[];
let broken: AppError | undefined;
let told: [value: number, released: string][];

let database: Awaited<ReturnType<typeof openMemoryDatabase>>;
beforeAll(async () => {
  database = await openMemoryDatabase();
  await database.migrate();
  return () => database.close();
});
beforeEach(async () => {
  await database.pool.query('delete from macro_observations');
  await database.pool.query('delete from macro_series');
  clock = fakeClock(NOW);
  stores = createStores(database, clock);
  asked = [];
  broken = undefined;
  told = [
    [17149.6, '2014-05-01T05:00:00Z'],
    [17101.3, '2014-05-30T05:00:00Z'],
    [17016, '2014-06-26T05:00:00Z'],
  ];
});

const office = (change: Partial<MacroProvider> = {}): MacroProvider => ({
  name: 'fred',
  simulated: false,
  async series(id) {
    asked.push(id);
    if (broken) throw broken;
    return { id, title: 'GDP', unit: 'Billions', frequency: 'quarterly', currency: 'USD', source: 'fred' };
  },
  observations: async ({ series }) =>
    told.map(
      ([value, released]): MacroObservation => ({
        ...{ series, period: quarter, value, eventTime: parseTime(released), receiveTime: clock.now(), source: 'fred' },
      }),
    ),
  ...change,
});
const open = ({ provider = office(), offline = false } = {}) =>
  createMacroData({ clock, store: stores.macro, providers: [provider, simulatedMacro({ clock })], offline });

describe('macro series', () => {
  it('show the estimate that was current, and nothing before the first was released', async () => {
    const macro = open();
    const at = async (asOf: string) =>
      (await macro.read({ series: ' gdp ', asOf: parseTime(asOf), limit: 5 })).observations.map(({ value }) => value);
    expect(await at('2014-05-01T04:59:59Z')).toEqual([]);
    expect(await at('2014-05-01T05:00:00Z')).toEqual([17149.6]);
    expect(await at('2014-06-01')).toEqual([17101.3]);
    expect(await at('2014-07-15')).toEqual([17016]);
    const { series, notices } = await macro.read({ series: 'GDP', limit: 5 });
    expect([series.id, notices]).toEqual(['GDP', []]);
  });

  it('are asked for once a day, by many at once or after a new start', async () => {
    const macro = open();
    await Promise.all([1, 2, 3].map(() => macro.read({ series: 'GDP', limit: 5 })));
    await open().read({ series: 'GDP', limit: 5 });
    expect(asked).toEqual(['GDP']);
    await clock.advance(DAY);
    told.push([17010, '2014-07-15T20:00:00Z']);
    expect((await macro.read({ series: 'GDP', limit: 5 })).observations.map(({ value }) => value)).toEqual([17010]);
    expect(asked).toEqual(['GDP', 'GDP']);
  });

  it('stay as they are when their source fails, which is said, and it is left alone for an hour', async () => {
    const macro = open();
    await macro.read({ series: 'GDP', limit: 5 });
    await clock.advance(2 * DAY);
    broken = new AppError('unavailable', 'fred refused the key.');
    for (const count of [2, 2]) {
      const { observations, notices } = await macro.read({ series: 'GDP', limit: 5 });
      expect(observations).toHaveLength(1);
      expect(notices).toEqual(['fred gave nothing: fred refused the key.', 'GDP is as it was fetched on 2014-07-15.']);
      expect(asked).toHaveLength(count);
    }
    await clock.advance(HOUR);
    broken = undefined;
    expect((await macro.read({ series: 'GDP', limit: 5 })).notices).toEqual([]);
  });

  it('that nobody has are not found, and of which nothing can be asked are unavailable', async () => {
    broken = new AppError('not_found', 'FRED has no series "XYZ".');
    await expect(open().read({ series: 'XYZ', limit: 5 })).rejects.toMatchObject({ code: 'not_found' });
    for (const macro of [open({ offline: true }), open({ provider: office({ unavailable: 'Set FRED_API_KEY.' }) })]) {
      await expect(macro.read({ series: 'GDP', limit: 5 })).rejects.toMatchObject({
        code: 'unavailable',
        hint: expect.stringContaining('FRED_API_KEY'),
      });
    }
    await expect(open().read({ series: 'GDP; drop', limit: 5 })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('that were fetched before are read without a network', async () => {
    await open().read({ series: 'GDP', limit: 5 });
    await clock.advance(2 * DAY);
    const macro = open({ offline: true });
    const { observations, notices } = await macro.read({ series: 'GDP', limit: 5 });
    expect(observations).toHaveLength(1);
    expect(notices[0]).toBe('fred is off: OFFLINE is set.');
    expect(macro.providers().map(({ name, unavailable }) => [name, unavailable])).toEqual([
      ['fred', 'OFFLINE is set.'],
      ['simulated', undefined],
    ]);
  });

  it('whose releases were guessed say so', async () => {
    const guessing = office({
      observations: async ({ series }) => [
        {
          ...{ series, period: quarter, value: 1, eventTime: NOW, receiveTime: NOW, source: 'fred' },
          estimatedRelease: true,
        },
      ],
    });
    const { notices } = await open({ provider: guessing }).read({ series: 'GDP', limit: 5 });
    expect(notices).toEqual([expect.stringContaining('late guess')]);
  });

  it('of the simulated economy are labelled, cut to asOf and never stored', async () => {
    const macro = open({ offline: true });
    const asOf = NOW - 30 * DAY;
    const { observations, notices } = await macro.read({ series: 'sim_usd_cpi_y_y', asOf, limit: 3 });
    expect(observations).toHaveLength(3);
    expect(observations.every(({ eventTime, simulated }) => eventTime <= asOf && simulated)).toBe(true);
    expect(notices).toEqual([expect.stringMatching(/^SIMULATED/)]);
    expect(await stores.macro.series()).toEqual([]);
  });
});
