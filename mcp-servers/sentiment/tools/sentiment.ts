import { z } from 'zod';
import { DAY, HOUR, toIso } from '../../../src/domain/time.ts';
import { type NewsTrend, newsTrend } from '../../../src/sentiment/index.ts';
import { askedTime, limitField, symbolField, timeField } from '../../fields.ts';
import { rounded } from '../../meta.ts';
import { tool } from '../../tool.ts';
import { type NewsDeps, newsMeta, newsOf } from './news.ts';

/** What one moment's news looks back on. */
const WINDOW = 3 * DAY;

const summary = ({ score, rawScore, cap, change, recent, stories, volumeRatio, sources }: NewsTrend) => ({
  score: rounded(score),
  rawScore: rounded(rawScore),
  cap,
  change: rounded(change),
  recent,
  stories,
  volumeRatio: rounded(volumeRatio),
  sources,
});

export const getSentiment = tool({
  name: 'get_sentiment',
  title: 'Get news sentiment',
  description:
    'News sentiment per symbol: capped decayed mean of 3 days in [-0.6, 0.6] (null = silence), change against the days before, story counts. Example: {"symbols":["EURUSD","BTCUSDT"]}.',
  effect: 'read',
  openWorld: true,
  scope: 'sentiment:read',
  input: z.strictObject({ symbols: z.array(symbolField).min(1).max(10), asOf: timeField.optional() }),
  output: z.object({ sentiment: z.array(z.looseObject({ symbol: z.string(), score: z.number().nullable() })) }),
  async run(deps: NewsDeps, { symbols, asOf: asked }, { signal }) {
    const now = deps.clock.now();
    const asOf = askedTime(asked, now);
    const instruments = symbols.map((spelling) => deps.marketData.resolve(spelling));
    const window = { asOf, from: asOf - WINDOW, signal };
    const items = await Promise.all(instruments.map(({ symbol }) => newsOf(deps, symbol, window)));
    const sentiment = instruments.map((instrument, i) => ({
      symbol: instrument.symbol,
      ...summary(newsTrend(items[i]!, instrument, asOf)),
    }));
    return { data: { sentiment }, meta: newsMeta(items.flat(), asOf, now) };
  },
});

export const getSentimentTrend = tool({
  name: 'get_sentiment_trend',
  title: 'Get sentiment trend',
  description:
    'How news sentiment of a symbol moved: one point every `hours` hours, oldest first, each from what was published by then. Example: {"symbol":"AAPL","hours":24,"limit":7}.',
  effect: 'read',
  openWorld: true,
  scope: 'sentiment:read',
  input: z.strictObject({
    symbol: symbolField,
    hours: z.int().min(1).max(168).default(24),
    limit: limitField(30).default(7),
    asOf: timeField.optional(),
  }),
  output: z.object({
    symbol: z.string(),
    points: z.array(z.looseObject({ time: z.string(), score: z.number().nullable(), stories: z.int() })),
  }),
  async run(deps: NewsDeps, { symbol: spelling, hours, limit, asOf: asked }, { signal }) {
    const instrument = deps.marketData.resolve(spelling);
    const now = deps.clock.now();
    const asOf = askedTime(asked, now);
    const times = Array.from({ length: limit }, (_, i) => asOf - (limit - 1 - i) * hours * HOUR);
    const items = await newsOf(deps, instrument.symbol, { asOf, from: times[0]! - WINDOW, signal });
    const points = times.map((time) => {
      const { score, recent, stories, sources } = newsTrend(items, instrument, time);
      return { time: toIso(time), score: rounded(score), recent, stories, sources };
    });
    return { data: { symbol: instrument.symbol, points }, meta: newsMeta(items, asOf, now) };
  },
});
