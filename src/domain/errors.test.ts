import { describe, expect, it } from 'vitest';
import { AppError, errorCodes, errorDocument } from './errors.ts';

describe('an error', () => {
  it('says what happened, what to do next, and whether to try again', () => {
    const error = new AppError('unavailable', 'Yahoo did not answer.', {
      cause: new Error('socket'),
      details: { vendor: 'yahoo' },
    });
    expect(errorDocument(error)).toEqual({
      error: {
        code: 'unavailable',
        message: 'Yahoo did not answer.',
        hint: errorCodes.unavailable.hint,
        retryable: true,
        details: { vendor: 'yahoo' },
      },
    });
  });

  it('a bug shows nothing of itself: its text could hold a secret', () => {
    const text = JSON.stringify(errorDocument(new Error('password=hunter2')));
    expect(text).toContain('internal');
    expect(text).not.toContain('hunter2');
    expect(JSON.stringify(errorDocument('hunter2'))).not.toContain('hunter2');
  });

  it('every code has a hint in a sentence', () => {
    for (const { hint, http } of Object.values(errorCodes)) {
      expect(hint).toMatch(/\.$/);
      expect(http).toBeGreaterThanOrEqual(400);
    }
  });
});
