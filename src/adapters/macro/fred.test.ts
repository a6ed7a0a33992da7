import { afterEach, describe, expect, it } from 'vitest';
import { parseTime, toIso } from '../../domain/time.ts';
import { needsShared, sharedJson } from '../../testing/shared.ts';
import { vendorDeps } from '../../testing/vendor-bench.ts';
import { type VendorAnswer, type VendorServer, vendorServer } from '../../testing/vendor-server.ts';
import { fred } from './fred.ts';

const NOW = parseTime('2024-11-02');
const KEY = 'abcdefghijklmnopqrstuvwxyz123456';
/** In the shape of api.stlouisfed.org; the three estimates of the first quarter of 2014 are FRED's own. */
const gdp: Record<string, unknown> = {
  '/fred/series': {
    seriess: [{ id: 'GDP', title: 'Gross Domestic Product', units: 'Billions of Dollars', frequency_short: 'Q' }],
  },
  '/fred/series/vintagedates': { count: 3, vintage_dates: ['2014-04-30', '2014-05-29', '2014-06-25'] },
  '/fred/series/observations': {
    count: 4,
    observations: [
      { realtime_start: '2014-06-25', realtime_end: '9999-12-31', date: '2014-01-01', value: '17016.0' },
      { realtime_start: '2014-04-30', realtime_end: '2014-05-28', date: '2014-01-01', value: '17149.6' },
      { realtime_start: '2014-05-29', realtime_end: '2014-06-24', date: '2014-01-01', value: '17101.3' },
      { realtime_start: '2014-04-30', realtime_end: '9999-12-31', date: '2013-10-01', value: '.' },
    ],
  },
};

let server: VendorServer | undefined;
afterEach(() => server?.close());

type Answer = (path: string, query: Record<string, string>) => VendorAnswer | undefined;
async function open(answer: Answer = (path) => ({ body: gdp[path] }), key: string | undefined = KEY) {
  server = await vendorServer(answer);
  return { provider: fred(vendorDeps(NOW, { FRED_API_KEY: key, FRED_BASE_URL: `${server.url}/` })), server };
}
const all = { from: 0, to: parseTime('2030-01-01') };
const refuses = (error_message: string) => () => ({ status: 400, body: { error_code: 400, error_message } });

describe('fred', () => {
  it('describes a series by title, unit, frequency and the economy it is of', async () => {
    const { provider } = await open();
    expect(await provider.series('GDP')).toEqual({
      ...{ id: 'GDP', title: 'Gross Domestic Product', unit: 'Billions of Dollars' },
      ...{ frequency: 'quarterly', currency: 'USD', source: 'fred' },
    });
  });

  it.each([
    ['Consumer Price Index: All Items: Total for Japan', 'M', 'JPY', 'monthly'],
    ['ECB Deposit Facility Rate for Euro Area', 'D', 'EUR', 'daily'],
    ['U.S. Dollars to Euro Spot Exchange Rate', 'D', 'USD', 'daily'],
    ['Long-Term Population Projections for New Zealand', '5Y', 'NZD', 'irregular'],
  ])('reads whose economy "%s" is', async (title, frequency_short, currency, frequency) => {
    const seriess = [{ id: 'X', title, units: 'Index', frequency_short }];
    const { provider } = await open(() => ({ body: { seriess } }));
    expect(await provider.series('X')).toMatchObject({ currency, frequency });
  });

  it('gives every estimate of a quarter with the day on which it was released', async () => {
    const { provider, server } = await open();
    const told = await provider.observations({ series: 'GDP', ...all });
    // The hour is not told, so a value counts from the end of the day in St. Louis.
    expect(told.map(({ period, value, eventTime }) => [toIso(period), value, toIso(eventTime)])).toEqual([
      ['2014-01-01T00:00:00.000Z', 17149.6, '2014-05-01T05:00:00.000Z'],
      ['2014-01-01T00:00:00.000Z', 17101.3, '2014-05-30T05:00:00.000Z'],
      ['2014-01-01T00:00:00.000Z', 17016, '2014-06-26T05:00:00.000Z'],
    ]);
    expect(told[0]).toMatchObject({ series: 'GDP', source: 'fred', receiveTime: NOW });
    expect(told.every(({ estimatedRelease }) => estimatedRelease === undefined)).toBe(true);
    expect(server.requests.at(-1)!.query).toMatchObject({
      ...{ observation_start: '1970-01-01', observation_end: '2029-12-31', output_type: '1' },
      ...{ realtime_start: '2014-04-30', realtime_end: '9999-12-31', file_type: 'json', api_key: KEY },
    });
  });

  it('asks for no more than 2,000 release days at once, and takes a value cut in two there for one', async () => {
    const vintage_dates = Array.from({ length: 2_500 }, (_, i) => toIso(parseTime('2010-01-01') + i * 86_400_000));
    const days = vintage_dates.map((time) => time.slice(0, 10));
    const { provider, server } = await open((path, { realtime_start }) => {
      if (path.endsWith('vintagedates')) return { body: { vintage_dates: days } };
      // A value from before the stretch comes back with the stretch's own start.
      const observations = [{ realtime_start, date: '2009-12-01', value: '3.5' }];
      if (realtime_start === days[2_000]) observations.push({ realtime_start, date: '2015-01-01', value: '2.1' });
      return { body: { count: observations.length, observations } };
    });
    const told = await provider.observations({ series: 'DGS10', ...all });
    expect(told.map(({ value, eventTime }) => [value, toIso(eventTime).slice(0, 10)])).toEqual([
      [3.5, '2010-01-02'],
      [2.1, '2015-06-25'],
    ]);
    const asked = server.requests.slice(1).map(({ query }) => [query.realtime_start, query.realtime_end]);
    expect(asked).toEqual([
      ['2010-01-01', '2015-06-23'],
      ['2015-06-24', '9999-12-31'],
    ]);
  });

  it('turns pages until it has all', async () => {
    const { provider, server } = await open((path, { offset }) => {
      if (!path.endsWith('observations')) return { body: gdp[path] };
      const date = offset === '0' ? '2014-01-01' : '2014-04-01';
      return { body: { count: 100_001, observations: [{ realtime_start: '2014-07-30', date, value: '1' }] } };
    });
    expect(await provider.observations({ series: 'GDP', ...all })).toHaveLength(2);
    expect(server.requests.map(({ query }) => query.offset)).toEqual([undefined, '0', '100000']);
  });

  it('guesses a late release for a series whose releases are not kept, and says that it is a guess', async () => {
    const { provider } = await open((path) =>
      path.endsWith('vintagedates')
        ? refuses('Bad Request.  The series does not exist in ALFRED but may exist in FRED.')()
        : { body: gdp[path] },
    );
    const told = await provider.observations({ series: 'GDP', ...all });
    expect(told[0]).toMatchObject({ estimatedRelease: true, eventTime: parseTime('2014-07-04') });
  });

  it.each([
    ['Bad Request.  The value for variable api_key is not registered.', 'unavailable', 'refused the key'],
    ['Bad Request.  The series does not exist.', 'not_found', 'no series "GDP"'],
    ['Bad Request.  Invalid value for variable realtime_start.', 'unavailable', 'refused the question'],
  ])('explains "%s"', async (sentence, code, message) => {
    const { provider } = await open(refuses(sentence));
    const asked = provider.observations({ series: 'GDP', ...all });
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each<[string, VendorAnswer, string]>([
    ['a page of HTML', { body: '<html>' }, 'unavailable'],
    ['another shape', { body: { vintage_dates: 7 } }, 'unavailable'],
    ['a refusal of the door', { status: 403, body: {} }, 'unavailable'],
    ['too many calls', { status: 429, headers: { 'retry-after': '60' }, body: {} }, 'rate_limited'],
  ])('fails on %s with a code and without its key', async (_, answer, code) => {
    const { provider } = await open(() => answer);
    const failure = await provider.observations({ series: 'GDP', ...all }).catch((thrown) => thrown);
    expect(failure).toMatchObject({ name: 'AppError', code });
    expect(JSON.stringify([failure, failure.message, failure.details])).not.toContain(KEY);
  });

  it('refuses a value that is no number', async () => {
    const observations = [{ realtime_start: '2014-07-30', date: '2014-01-01', value: 'n/a' }];
    const { provider } = await open((path) =>
      path.endsWith('observations') ? { body: { count: 1, observations } } : { body: gdp[path] },
    );
    await expect(provider.observations({ series: 'GDP', ...all })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not offered without its key, and asks nothing for an empty range', async () => {
    expect((await open(undefined, '')).provider.unavailable).toBe('Set FRED_API_KEY.');
    await server!.close();
    const { provider, server: stand } = await open();
    expect(await provider.observations({ series: 'GDP', from: 5, to: 5 })).toEqual([]);
    expect(stand.requests).toEqual([]);
  });

  it.skipIf(!needsShared('recorded answers of FRED', 'fixtures', 'fred'))('reads its recorded answers', async () => {
    const file = (name: string) => sharedJson<{ body: unknown }>('fixtures', 'fred', name).body;
    const recorded = file('series_observations_0.json') as { observations: { date: string; value: string }[] };
    const { provider, server } = await open((path) => ({
      body: path.endsWith('vintagedates')
        ? file('series_vintagedates_0.json')
        : path.endsWith('observations')
          ? recorded
          : file('series_info_0.json'),
    }));
    expect(await provider.series('GDP')).toMatchObject({ frequency: 'quarterly', unit: 'Billions of Dollars' });
    const told = await provider.observations({ series: 'GDP', ...all, from: parseTime('1800-01-01') });
    const real = recorded.observations.filter(({ value }) => value !== '.');
    expect(told.map(({ value }) => value)).toEqual(real.map(({ value }) => Number(value)));
    expect(toIso(told.at(-1)!.period).slice(0, 10)).toBe(real.at(-1)!.date);
    expect(server.requests.at(-1)!.query.realtime_start).toBe('1991-12-04');
  });
});
