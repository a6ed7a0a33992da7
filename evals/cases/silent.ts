import { sliceSeries } from '../../src/domain/bar.ts';
import { type EvalCase, seeds } from '../case.ts';
import { analystAbstains, consensusIs } from '../graders/direction.ts';
import { cited, grounded } from '../graders/grounding.ts';
import { headlines, release, world } from './worlds.ts';

const noise = world({});
const young = (seed: number) => {
  const facts = noise.facts(seed);
  const series = sliceSeries(facts.series, 0, 8);
  return { ...facts, series, asOf: series.closeTime[7]! };
};

export const silentCases: EvalCase[] = [
  {
    id: 'no-news',
    group: 'silent',
    about: 'Without headlines the news analyst has no view, and says no_news.',
    seeds: seeds(3),
    facts: noise.facts,
    graders: [analystAbstains('news-analyst', 'no_news'), analystAbstains('economist', 'no_releases')],
  },
  {
    id: 'news-of-others',
    group: 'silent',
    about: 'Headlines that speak of something else are no news.',
    seeds: seeds(3),
    facts: (seed) => {
      const facts = noise.facts(seed);
      const told = headlines(facts.asOf, ['Bitcoin crashes', 'Apple soars'], { symbols: ['BTCUSDT', 'AAPL'] });
      return { ...facts, news: told };
    },
    graders: [analystAbstains('news-analyst', 'no_news')],
  },
  {
    id: 'news-of-tomorrow',
    group: 'silent',
    about: 'What was published after asOf does not exist yet, nor does what was released.',
    seeds: seeds(3),
    facts: (seed) => {
      const facts = noise.facts(seed);
      return {
        ...facts,
        news: headlines(facts.asOf, ['Euro soars'], { eventTime: facts.asOf + 1 }),
        events: [release(facts.asOf, { eventTime: facts.asOf + 3_600_000, actual: 9 })],
      };
    },
    graders: [analystAbstains('news-analyst', 'no_news'), analystAbstains('economist', 'no_releases')],
  },
  {
    id: 'young',
    group: 'silent',
    about: 'Eight bars are no history: nobody reads a trend or a rule into them.',
    seeds: seeds(3),
    facts: young,
    graders: [
      analystAbstains('strategist', 'not_enough_history'),
      analystAbstains('trend-analyst', 'not_enough_history'),
      consensusIs('flat', 1),
      grounded,
      cited,
    ],
  },
];
