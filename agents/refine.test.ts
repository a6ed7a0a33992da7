import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../src/domain/record.ts';
import { type Direction, directionSign, type View } from '../src/domain/signal.ts';
import { fakeClock } from '../src/testing/fake-clock.ts';
import { scriptedModel } from '../src/testing/scripted-model.ts';
import { applyProposal, MOST_SHADE } from './bounds.ts';
import { groundedText, isGrounded } from './grounding.ts';
import { loadPrompts, parsePrompt } from './prompts.ts';
import { refine } from './refine.ts';
import { trendAnalyst } from './trend-analyst.ts';

const asOf = Date.UTC(2025, 5, 30);
const fact = (id: string, value: number | string) => ({ id, value, eventTime: asOf, source: 'test' });
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  analyst: 'trend-analyst',
  symbol: 'EURUSD',
  interval: '1h',
  asOf,
  facts: Object.fromEntries(
    [
      fact('trend.adx', 31.2345),
      fact('trend.alignment', -0.666_6),
      fact('trend.share', 0.634),
      fact('trend.name', 'CPI 2025'),
      fact('trend.stories', 1_234),
    ].map((each) => [each.id, each]),
  ),
  ...more,
});
const view = (more: Partial<View> = {}): View => ({
  kind: 'view',
  analyst: 'trend-analyst',
  direction: 'long',
  probability: 0.55,
  calibrated: true,
  confidence: 0.5,
  horizon: { interval: '1h', bars: 8 },
  expectedMove: 0.002,
  evidence: ['trend.adx'],
  rationale: 'The trend is up.',
  ...more,
});
const prompts = loadPrompts();
const deps = (model: Parameters<typeof refine>[3]['model'], clock = fakeClock()) => ({
  model,
  prompts,
  clock,
  deadlineMs: 4_000,
});

describe('a sentence of a model', () => {
  it.each([
    ['ADX stands at 31.2.', true],
    ['ADX stands at 31.', true],
    ['ADX stands at 32.', false],
    ['Alignment is -0.67.', true],
    ['Alignment is −0.67 and falling.', true],
    ['About 63% agree.', true],
    ['About 64% agree.', false],
    ['There were 1,234 stories.', true],
    ['The trend is firm.', true],
    ['CPI 2025 came in hot.', true],
    ['The 200 day average holds.', false],
  ])('%s grounded: %s', (sentence, grounded) => {
    expect(isGrounded(sentence, evidence())).toBe(grounded);
  });

  it('is struck when its number matches no fact, and when it gives orders', () => {
    const said = 'ADX is 31.2. Price will hit 1.2500! Buy 3 lots now. Set the stop-loss tight. Momentum is firm.';
    expect(groundedText(said, evidence())).toEqual({ text: 'ADX is 31.2. Momentum is firm.', struck: 3 });
  });

  it('never runs on', () => {
    expect(groundedText('It is firm. '.repeat(200), evidence()).text.length).toBeLessThanOrEqual(600);
  });
});

const proposals = fc.record({
  direction: fc.constantFrom<Direction>('long', 'flat', 'short'),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  rationale: fc.string(),
});
const views = fc
  .record({
    direction: fc.constantFrom<Direction>('long', 'flat', 'short'),
    confidence: fc.double({ min: 0, max: 0.9, noNaN: true }),
    analyst: fc.constantFrom('trend-analyst' as const, 'risk-analyst' as const, 'news-analyst' as const),
  })
  .map((more) => view(more));

describe('a model', () => {
  it('moves neither confidence nor, by turning, strength beyond the bound, whatever it proposes', () => {
    fc.assert(
      fc.property(views, proposals, (judged, proposal) => {
        const shaded = applyProposal(judged, proposal, evidence());
        const strength = (each: View) => directionSign[each.direction] * each.confidence;
        expect(Math.abs(shaded.confidence - judged.confidence)).toBeLessThanOrEqual(MOST_SHADE + 1e-9);
        expect(Math.abs(strength(shaded) - strength(judged))).toBeLessThanOrEqual(MOST_SHADE + 1e-9);
        if (judged.confidence > MOST_SHADE) expect(shaded.direction).toBe(judged.direction);
        if (judged.analyst === 'risk-analyst') expect(shaded.direction).toBe(judged.direction);
        expect(shaded.probability).toBeGreaterThanOrEqual(0.5);
        expect(shaded.probability).toBeLessThanOrEqual(0.65);
        expect(Math.abs(shaded.expectedMove)).toBeLessThanOrEqual(0.004);
        expect(Object.keys(shaded).sort()).toEqual(Object.keys(judged).sort());
      }),
    );
  });

  it('that was bounded once is not bounded again: a replay gives the same view', () => {
    fc.assert(
      fc.property(views, proposals, (judged, proposal) => {
        const once = applyProposal(judged, proposal, evidence());
        expect(applyProposal(judged, once, evidence())).toEqual(once);
      }),
    );
  });

  it('cannot turn a view that rests on outsiders words, nor lift it over their cap', () => {
    const cap = fact('news.cap', 0.25);
    const news = evidence({ quotes: [{ id: 'q', text: 'x' }], facts: { 'news.cap': cap } });
    const judged = view({ analyst: 'news-analyst', confidence: 0.2 });
    const shaded = applyProposal(judged, { direction: 'short', confidence: 1 }, news);
    expect(shaded).toMatchObject({ direction: 'long', confidence: 0.25 });
  });

  it('that agrees changes only the words', async () => {
    const model = scriptedModel({ answer: { direction: 'long', confidence: 0.5, rationale: 'ADX is 31.2.' } });
    const { signal } = await refine(trendAnalyst, view(), evidence(), deps(model));
    expect(signal).toEqual({ ...view(), rationale: 'ADX is 31.2.', refinedBy: 'scripted' });
  });

  it('that writes nothing true keeps the judged words', async () => {
    const model = scriptedModel({
      answer: { direction: 'long', confidence: 0.6, rationale: 'It rose 99% in 7 days.' },
    });
    const { signal } = await refine(trendAnalyst, view(), evidence(), deps(model));
    expect(signal).toMatchObject({ rationale: 'The trend is up.', confidence: 0.6, calibrated: false });
  });

  it.each(['timeout', 'unavailable', 'invalid', 'budget'] as const)(
    'that ends in %s leaves the judged view, and the record says so',
    async (fail) => {
      const { signal, refinement } = await refine(trendAnalyst, view(), evidence(), deps(scriptedModel({ fail })));
      expect(signal).toEqual({ ...view(), unrefined: `${fail}: scripted ${fail}` });
      expect(refinement).toMatchObject({ failure: expect.stringContaining(fail), model: 'scripted' });
      expect(refinement!.proposal).toBeUndefined();
    },
  );

  it('that throws, or answers another shape, is no different', async () => {
    for (const script of [{ throws: 'segfault' }, { answer: { direction: 'up' } }]) {
      const { signal } = await refine(trendAnalyst, view(), evidence(), deps(scriptedModel(script)));
      expect(signal).toMatchObject({ direction: 'long', confidence: 0.5, unrefined: expect.any(String) });
    }
  });

  it('that breaks its promise of a deadline is left behind', async () => {
    const clock = fakeClock();
    const hanging = { name: 'stuck', available: true, generate: () => new Promise<never>(() => undefined) };
    const pending = refine(trendAnalyst, view(), evidence(), deps(hanging, clock));
    await clock.advance(4_500);
    expect((await pending).signal).toMatchObject({ unrefined: 'timeout: no answer within 4000 ms' });
  });

  it('is never asked about an abstention, nor where none is configured', async () => {
    const model = scriptedModel({ answer: {} });
    const abstention = {
      kind: 'abstention' as const,
      analyst: 'trend-analyst' as const,
      reason: 'no_news',
      evidence: [],
      rationale: '',
    };
    expect(await refine(trendAnalyst, abstention, evidence(), deps(model))).toEqual({ signal: abstention });
    expect(await refine(trendAnalyst, view(), evidence(), deps({ ...model, available: false }))).toEqual({
      signal: view(),
    });
    expect(model.requests).toEqual([]);
  });
});

describe('prompts', () => {
  it('exist for every analyst and hold the rules that bind it', () => {
    expect(prompts.names()).toEqual([
      'chart-analyst',
      'economist',
      'news-analyst',
      'risk-analyst',
      'strategist',
      'trend-analyst',
    ]);
    for (const name of prompts.names()) {
      const prompt = prompts.get(name);
      const values = Object.fromEntries(prompt.variables.map((each) => [each, `<${each}>{{symbol}}`]));
      const { system, prompt: question } = prompt.render(values);
      expect(system).toContain('Never write a size');
      expect(question).toContain('<facts>{{symbol}}');
      expect(prompt.version).toMatch(/^[a-z-]+@\d+$/);
    }
  });

  it.each([
    ['no head', 'hello'],
    ['an unknown field', '---\nname: a\nversion: 1\nvariables: []\nmood: good\n---\n# System\na\n# Question\nb'],
    ['an undeclared variable', '---\nname: a\nversion: 1\nvariables: []\n---\n# System\n{{x}}\n# Question\nb'],
    ['an idle variable', '---\nname: a\nversion: 1\nvariables: [x]\n---\n# System\na\n# Question\nb'],
  ])('with %s are refused', (_case, text) => {
    expect(() => parsePrompt(text, 'a.md')).toThrow(expect.objectContaining({ code: 'bad_config' }));
  });

  it('that miss a value or a name say so', () => {
    expect(() => prompts.get('trend-analyst').render({})).toThrow(/needs symbol/);
    expect(() => prompts.get('nobody')).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
