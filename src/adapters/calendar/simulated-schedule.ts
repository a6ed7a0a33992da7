import type { EconomicEvent } from '../../domain/news.ts';

/** A recurring release of the simulated economy. Weekdays: 1 is Monday, 5 is Friday. */
export interface Release {
  currency: string;
  name: string;
  impact: EconomicEvent['impact'];
  unit?: string;
  when:
    | { every: 'month'; weekday: number /** 1 to 4, or 0 for the last. */; nth: number }
    | { every: 'week'; weekday: number }
    | { every: 'six-weeks'; weekday: number /** 0 to 5. */; offset: number };
  zone: 'new-york' | 'london' | 'berlin' | 'utc';
  hour: number;
  minute: number;
  base: number;
  /** How far it wanders around its base. */
  swing: number;
  /** How many turns it remembers: more is slower. */
  memory: number;
  /** Usual difference of outcome and forecast. */
  miss: number;
  /** Least difference of two values. */
  step: number;
}

type Clock = Pick<Release, 'zone' | 'hour' | 'minute'>;

/** What every currency area publishes, with the hour at which it does, its usual numbers and its calendar. */
interface Area {
  currency: string;
  at: Clock;
  decides: Clock;
  /** Turn of the rate decision within six weeks, and its weekday. */
  decision: [number, number];
  rate: number;
  inflation: number;
  unemployment: number;
  /** Monthly change of employment; its usual swing and miss are shares of `hires`. */
  jobs: number;
  hires: number;
  manufacturing: number;
  services: number;
}

const clock = (zone: Clock['zone'], hour: number, minute: number): Clock => ({ zone, hour, minute });

// Hours of Asia and the Pacific are given in UTC, by their winter clocks: close enough for a world that is not.
const areas: Area[] = [
  {
    currency: 'USD',
    at: clock('new-york', 8, 30),
    decides: clock('new-york', 14, 0),
    decision: [0, 3],
    rate: 4,
    inflation: 2.8,
    unemployment: 4.1,
    jobs: 140_000,
    hires: 60_000,
    manufacturing: 49.5,
    services: 52.5,
  },
  {
    currency: 'EUR',
    at: clock('berlin', 11, 0),
    decides: clock('berlin', 14, 15),
    decision: [1, 4],
    rate: 2.25,
    inflation: 2.2,
    unemployment: 6.3,
    jobs: 45_000,
    hires: 25_000,
    manufacturing: 49,
    services: 51,
  },
  {
    currency: 'GBP',
    at: clock('london', 7, 0),
    decides: clock('london', 12, 0),
    decision: [2, 4],
    rate: 4,
    inflation: 3.2,
    unemployment: 4.6,
    jobs: 20_000,
    hires: 35_000,
    manufacturing: 48,
    services: 51.5,
  },
  {
    currency: 'JPY',
    at: clock('utc', 23, 30),
    decides: clock('utc', 3, 0),
    decision: [3, 5],
    rate: 0.75,
    inflation: 2.9,
    unemployment: 2.5,
    jobs: 30_000,
    hires: 40_000,
    manufacturing: 49.2,
    services: 52,
  },
  {
    currency: 'CHF',
    at: clock('berlin', 8, 30),
    decides: clock('berlin', 9, 30),
    decision: [4, 4],
    rate: 0.25,
    inflation: 0.6,
    unemployment: 2.8,
    jobs: 5_000,
    hires: 6_000,
    manufacturing: 48,
    services: 51,
  },
  {
    currency: 'AUD',
    at: clock('utc', 0, 30),
    decides: clock('utc', 3, 30),
    decision: [5, 2],
    rate: 3.75,
    inflation: 2.9,
    unemployment: 4.2,
    jobs: 20_000,
    hires: 25_000,
    manufacturing: 49.5,
    services: 51,
  },
  {
    currency: 'CAD',
    at: clock('new-york', 8, 30),
    decides: clock('new-york', 9, 45),
    decision: [2, 3],
    rate: 2.75,
    inflation: 2.1,
    unemployment: 6.8,
    jobs: 12_000,
    hires: 30_000,
    manufacturing: 48.5,
    services: 50,
  },
  {
    currency: 'NZD',
    at: clock('utc', 21, 45),
    decides: clock('utc', 1, 0),
    decision: [4, 3],
    rate: 3.25,
    inflation: 2.6,
    unemployment: 5.1,
    jobs: 4_000,
    hires: 8_000,
    manufacturing: 50,
    services: 49.5,
  },
];

const month = (weekday: number, nth: number) => ({ every: 'month', weekday, nth }) as const;

function releasesOf(area: Area): Release[] {
  const { currency, at, decides, decision } = area;
  const [offset, weekday] = decision;
  const percent = { unit: '%', step: 0.1 };
  const monthly = { ...at, currency, memory: 4 };
  return [
    {
      ...decides,
      currency,
      name: 'Interest Rate Decision',
      impact: 'high',
      when: { every: 'six-weeks', weekday, offset },
      unit: '%',
      base: area.rate,
      swing: 0.35,
      memory: 12,
      miss: 0.07,
      step: 0.25,
    },
    {
      ...monthly,
      ...percent,
      name: 'CPI y/y',
      impact: 'high',
      when: month(3, 2),
      base: area.inflation,
      swing: 0.4,
      miss: 0.15,
    },
    {
      ...monthly,
      name: 'Employment Change',
      impact: 'high',
      when: month(5, 1),
      base: area.jobs,
      swing: area.hires,
      miss: area.hires * 0.6,
      step: 100,
    },
    {
      ...monthly,
      ...percent,
      name: 'Unemployment Rate',
      impact: 'medium',
      when: month(5, 1),
      base: area.unemployment,
      swing: 0.15,
      miss: 0.1,
    },
    {
      ...monthly,
      name: 'Manufacturing PMI',
      impact: 'medium',
      when: month(1, 1),
      base: area.manufacturing,
      swing: 1.5,
      miss: 0.8,
      step: 0.1,
    },
    {
      ...monthly,
      name: 'Services PMI',
      impact: 'medium',
      when: month(3, 1),
      base: area.services,
      swing: 1.5,
      miss: 0.8,
      step: 0.1,
    },
    {
      ...monthly,
      ...percent,
      name: 'Retail Sales m/m',
      impact: 'medium',
      when: month(2, 3),
      base: 0.2,
      swing: 0.3,
      miss: 0.4,
    },
    {
      ...monthly,
      name: 'Consumer Confidence',
      impact: 'low',
      when: month(2, 0),
      base: 98,
      swing: 4,
      miss: 2,
      step: 0.1,
    },
  ];
}

/** All releases of the simulated economy. */
export const releases: readonly Release[] = [
  ...areas.flatMap(releasesOf),
  {
    ...clock('new-york', 8, 30),
    currency: 'USD',
    name: 'Initial Jobless Claims',
    impact: 'medium',
    when: { every: 'week', weekday: 4 },
    base: 225_000,
    swing: 12_000,
    memory: 6,
    miss: 8_000,
    step: 1_000,
  },
];
