import { HORIZON_BARS } from '../../agents/judges/index.ts';
import type { BarSeries } from '../../src/domain/bar.ts';
import type { EconomicEvent, NewsItem } from '../../src/domain/news.ts';
import { DAY, MINUTE, type Timestamp } from '../../src/domain/time.ts';
import type { DatedFacts } from '../../src/evidence/situation.ts';
import { factsOf, type PathOptions, plantedSeries } from '../../src/testing/market-fixture.ts';

/** A planted path that goes on a horizon beyond asOf, so that a case knows what followed. */
export function world(options: Omit<PathOptions, 'seed'>) {
  const bars = options.bars ?? 600;
  const whole = (seed: number): BarSeries => plantedSeries({ ...options, bars: bars + HORIZON_BARS, seed });
  return {
    facts: (seed: number, more: Partial<DatedFacts> = {}): DatedFacts => {
      const series = whole(seed);
      return factsOf(series, { asOf: series.closeTime[bars - 1]!, ...more });
    },
    move: (seed: number): number => {
      const { close } = whole(seed);
      return Math.log(close[bars + HORIZON_BARS - 1]! / close[bars - 1]!);
    },
  };
}

export const headlines = (asOf: Timestamp, texts: readonly string[], more: Partial<NewsItem> = {}): NewsItem[] =>
  texts.map((headline, i) => ({
    id: `n${i}-${headline.length}`,
    headline,
    source: `source ${i}`,
    tier: 1,
    eventTime: asOf - (i + 1) * 20 * MINUTE,
    receiveTime: asOf,
    symbols: ['EURUSD'],
    ...more,
  }));

export const release = (asOf: Timestamp, more: Partial<EconomicEvent>): EconomicEvent => ({
  id: `${more.currency ?? 'USD'}-${more.name ?? 'CPI'}`,
  name: 'CPI y/y',
  currency: 'USD',
  impact: 'high',
  eventTime: asOf - DAY,
  announcedTime: asOf - 20 * DAY,
  forecast: 3,
  source: 'eval',
  ...more,
});
