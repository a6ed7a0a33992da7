import { type EvalCase, seeds } from '../case.ts';
import { brierAtMost, confidenceSeparates, modestViews } from '../graders/calibration.ts';
import { cited, grounded } from '../graders/grounding.ts';
import { world } from './worlds.ts';

const trending = world({ drift: 0.0002 });
const noise = world({});
// Every seed drifts its own way: the desk must tell the strong drifts from the weak.
const drifts = [-0.0004, -0.0002, 0, 0.0002, 0.0004];
const worlds = drifts.map((drift) => world({ drift }));
const mixed = (seed: number) => worlds[seed % drifts.length]!;

export const calibratedCases: EvalCase[] = [
  {
    id: 'trend-followed',
    group: 'calibrated',
    about: 'Where there is something to know, probabilities beat a coin.',
    seeds: seeds(60),
    facts: trending.facts,
    move: trending.move,
    graders: [modestViews, brierAtMost(0.248)],
  },
  {
    id: 'noise-followed',
    group: 'calibrated',
    about: 'Where there is nothing to know, probabilities cost next to nothing.',
    seeds: seeds(60, 500),
    facts: noise.facts,
    move: noise.move,
    graders: [modestViews, brierAtMost(0.26)],
  },
  {
    id: 'surer-is-righter',
    group: 'calibrated',
    about: 'Views that came true were held with more confidence than those that did not.',
    seeds: seeds(80, 1_000),
    facts: (seed) => mixed(seed).facts(seed),
    move: (seed) => mixed(seed).move(seed),
    graders: [confidenceSeparates(1.05)],
  },
  {
    id: 'own-words',
    group: 'grounded',
    about: 'Every sentence of the judges shows only facts, and cites only what was known.',
    seeds: seeds(30, 2_000),
    facts: (seed) => mixed(seed).facts(seed),
    graders: [grounded, cited],
  },
];
