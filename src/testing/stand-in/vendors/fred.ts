import { hasShared, sharedJson } from '../../shared.ts';
import { KEY, type StandIn } from '../stand-in.ts';

const dates = { realtime_start: '2024-10-30', realtime_end: '2024-10-30' };
const wrong = (message: string) => ({
  status: 400,
  body: { error_code: 400, error_message: `Bad Request.  ${message}` },
});
/** Where the recordings are absent: one quarter of GDP in the documented shape. */
const samples: Record<string, object> = {
  series_info: {
    ...dates,
    seriess: [
      {
        ...{
          id: 'GDP',
          ...dates,
          title: 'Gross Domestic Product',
          units: 'Billions of Dollars',
          frequency: 'Quarterly',
        },
        ...{ observation_start: '1947-01-01', observation_end: '2024-07-01', last_updated: '2024-10-30 07:54:01-05' },
        ...{ frequency_short: 'Q', units_short: 'Bil. of $', seasonal_adjustment_short: 'SAAR', notes: '' },
      },
    ],
  },
  series_observations: { ...dates, count: 1, observations: [{ ...dates, date: '2024-07-01', value: '29349.924' }] },
  series_vintagedates: { ...dates, count: 1, vintage_dates: ['2024-10-30'] },
  release_dates: { ...dates, count: 1, release_dates: [{ release_id: 53, date: '2024-10-30' }] },
};
const paths: Record<string, string> = {
  '/fred/series': 'series_info',
  '/fred/series/observations': 'series_observations',
  '/fred/series/vintagedates': 'series_vintagedates',
  '/fred/release/dates': 'release_dates',
};

/** GDP as it was recorded, its times left as they are. @see https://fred.stlouisfed.org/docs/api/fred/ */
export const fred: StandIn = {
  name: 'fred',
  keys: { FRED_API_KEY: KEY },
  mayAsk: ({ query }) => query.api_key === KEY,
  refusal: wrong('The value for variable api_key is not registered.'),
  limit: { status: 429, body: { error_code: 429, error_message: 'Too Many Requests.  Exceeded Rate Limit' } },
  unknown: wrong('The series does not exist.'),
  answer({ path, query }) {
    const name = paths[path];
    if (!name || (query.series_id !== undefined && query.series_id !== 'GDP')) return undefined;
    const file = ['fixtures', 'fred', `${name}_0.json`] as const;
    return { body: hasShared(...file) ? sharedJson<{ body: object }>(...file).body : samples[name] };
  },
};
