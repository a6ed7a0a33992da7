import { type Analyst, gatherBy } from './analyst.ts';
import { judgeEconomist } from './judges/economist.ts';

/** Compares the economies behind the price by their releases. */
export const economist: Analyst = {
  name: 'economist',
  looksAt: 'releases, surprises and rates',
  gather: gatherBy('get_economic_evidence'),
  judge: judgeEconomist,
};
