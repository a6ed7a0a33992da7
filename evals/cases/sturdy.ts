import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts';
import { type EvalCase, seeds } from '../case.ts';
import { judgedStands, modelBounded } from '../graders/safety.ts';
import { world } from './worlds.ts';

const rising = world({ drift: 0.0003 });

const broken: [id: string, about: string, answer: ScriptedAnswer, reason: string][] = [
  ['model-down', 'A model that is down', { fail: 'unavailable' }, 'unavailable'],
  ['model-slow', 'A model that is slow', { fail: 'timeout' }, 'timeout'],
  ['model-over-budget', 'A model whose budget is spent', { fail: 'budget' }, 'budget'],
  ['model-garbage', 'A model that answers garbage', { answer: 'moon' }, 'invalid'],
  [
    'model-wrong-shape',
    'A model that answers another shape',
    { answer: { direction: 'up', confidence: 2 } },
    'invalid',
  ],
  ['model-bug', 'A model that throws', { throws: 'segmentation fault' }, 'segmentation fault'],
];

export const sturdyCases: EvalCase[] = broken.map(([id, about, answer, reason]) => ({
  id,
  group: 'sturdy',
  about: `${about} changes no view, and the record says why.`,
  seeds: seeds(2),
  facts: rising.facts,
  model: () => scriptedModel(answer),
  graders: [judgedStands(reason), modelBounded],
}));
