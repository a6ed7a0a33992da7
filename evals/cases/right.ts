import { type EvalCase, seeds } from '../case.ts';
import { analystSays, consensusIs, consensusIsNot, quiet } from '../graders/direction.ts';
import { headlines, release, world } from './worlds.ts';

const rising = world({ drift: 0.0003 });
const falling = world({ drift: -0.0003 });
const turnedUp = world({ drift: (bar) => (bar < 480 ? -0.0003 : 0.0005) });
const turnedDown = world({ drift: (bar) => (bar < 480 ? 0.0003 : -0.0005) });
const noise = world({});
const still = world({ volatility: 0.000_01 });
const storm = world({ volatility: (bar) => (bar < 570 ? 0.0005 : 0.005) });

const many = seeds(20);
const news = (texts: string[]) => (seed: number) => {
  const { asOf } = noise.facts(seed);
  return noise.facts(seed, { news: headlines(asOf, texts) });
};
const economy =
  (currency: string, actual: number, name = 'CPI y/y') =>
  (seed: number) => {
    const { asOf } = noise.facts(seed);
    const events = [0, 1, 2].map((day) =>
      release(asOf, { id: `${day}`, currency, name, actual, eventTime: asOf - (day + 1) * 86_400_000 }),
    );
    return noise.facts(seed, { events });
  };

export const rightCases: EvalCase[] = [
  {
    id: 'rising',
    group: 'right',
    about: 'A market that rises 0.3 deviations a bar is bought, and hardly ever sold.',
    seeds: many,
    facts: rising.facts,
    graders: [consensusIs('long', 0.8), consensusIsNot('short', 0.9)],
  },
  {
    id: 'falling',
    group: 'right',
    about: 'The same market upside down is sold.',
    seeds: many,
    facts: falling.facts,
    graders: [consensusIs('short', 0.8), consensusIsNot('long', 0.9)],
  },
  {
    id: 'turned-up',
    group: 'right',
    about: 'A long fall that has been a rise for 120 bars is no longer sold.',
    seeds: many,
    facts: turnedUp.facts,
    graders: [consensusIs('long', 0.7), consensusIsNot('short', 0.9)],
  },
  {
    id: 'turned-down',
    group: 'right',
    about: 'A long rise that has been a fall for 120 bars is no longer bought.',
    seeds: many,
    facts: turnedDown.facts,
    graders: [consensusIs('short', 0.7), consensusIsNot('long', 0.9)],
  },
  {
    id: 'noise',
    group: 'right',
    about: 'A random walk sounds like one: the desk stays mostly out of it.',
    seeds: seeds(40),
    facts: noise.facts,
    graders: [quiet(0.25), consensusIs('flat', 0.4)],
  },
  {
    id: 'still',
    group: 'right',
    about: 'A market that costs more to cross than it moves finds no rule that earns.',
    seeds: seeds(10),
    facts: still.facts,
    graders: [consensusIs('flat', 0.9)],
  },
  {
    id: 'storm',
    group: 'right',
    about: 'When volatility is ten times its median the risk analyst asks to stand aside.',
    seeds: seeds(10),
    facts: storm.facts,
    graders: [analystSays('risk-analyst', 'flat', 1)],
  },
  {
    id: 'good-news',
    group: 'right',
    about: 'Good words for the euro from several wires are good for EURUSD.',
    seeds: seeds(4),
    facts: news(['Euro surges after strong German data', 'ECB raises rates more than expected', 'Euro extends gains']),
    graders: [analystSays('news-analyst', 'long')],
  },
  {
    id: 'good-news-for-the-quote',
    group: 'right',
    about: 'Good words for the dollar are bad for EURUSD.',
    seeds: seeds(4),
    facts: news(['Dollar surges after payrolls beat expectations', 'Hawkish Fed lifts dollar', 'Dollar extends gains']),
    graders: [analystSays('news-analyst', 'short')],
  },
  {
    id: 'hot-american-inflation',
    group: 'right',
    about: 'American inflation above forecast lifts the dollar against the euro.',
    seeds: seeds(4),
    facts: economy('USD', 3.4),
    graders: [analystSays('economist', 'short')],
  },
  {
    id: 'american-unemployment',
    group: 'right',
    about: 'More unemployment than forecast weighs on the dollar.',
    seeds: seeds(4),
    facts: economy('USD', 3.6, 'Unemployment Rate'),
    graders: [analystSays('economist', 'long')],
  },
];
