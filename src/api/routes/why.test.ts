import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '../../domain/record.ts';
import { whyOf } from './why.ts';

const decision = (consensus: object, rest: object = {}) =>
  whyOf({
    panel: { consensus: { direction: 'long', conviction: 0.42, ...consensus } },
    verdict: null,
    intent: null,
    notices: [],
    ...rest,
  } as unknown as DecisionRecord);

const verdict = (outcome: string, ...failed: string[]) => ({
  intent: {},
  verdict: { outcome, checks: failed.map((message) => ({ passed: false, message })) },
});

describe('why a decision trades or not', () => {
  it.each([
    [
      decision({ direction: 'flat', conviction: -0.04, reason: 'inside_band' }),
      'No trade: the conviction stayed inside the no-trade band (conviction -0.04).',
    ],
    [
      decision({ direction: 'flat', conviction: 0, reason: 'no_quorum' }),
      'No trade: too few analysts had a view (conviction +0.00).',
    ],
    [decision({}, { notices: ['The account is long already.'] }), 'No trade: the account is long already.'],
    [decision({}, verdict('rejected', 'The market is closed')), 'No trade: the market is closed.'],
    [
      decision({}, verdict('rejected', 'EURUSD is too large.', 'b', 'c')),
      'No trade: EURUSD is too large. 2 more checks failed.',
    ],
    [decision({}, verdict('approved')), 'The panel is long with conviction +0.42; every risk check passed.'],
    [
      decision({}, verdict('resized')),
      'The panel is long with conviction +0.42; every risk check passed, made smaller to fit the limits.',
    ],
  ])('%s', (said, expected) => expect(said).toBe(expected));
});
