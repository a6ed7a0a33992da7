import { describe, expect, it } from 'vitest';
import { createFlights } from './flights.ts';

/** A question whose answer is given when the test says so. */
function question() {
  let answered: (value: string) => void = () => {};
  let called = 0;
  let calledOff = false;
  return {
    load: (signal: AbortSignal) => {
      called += 1;
      signal.addEventListener('abort', () => {
        calledOff = true;
      });
      return new Promise<string>((resolve) => {
        answered = resolve;
      });
    },
    answer: (value: string) => answered(value),
    called: () => called,
    calledOff: () => calledOff,
  };
}

describe('flights', () => {
  it('ask once for all who ask the same', async () => {
    const share = createFlights();
    const asked = question();
    const answers = [share('EURUSD', undefined, asked.load), share('EURUSD', new AbortController().signal, asked.load)];
    asked.answer('1.08');
    expect(await Promise.all(answers)).toEqual(['1.08', '1.08']);
    expect(asked.called()).toBe(1);
  });

  it('go on for the others when one leaves', async () => {
    const share = createFlights();
    const asked = question();
    const impatient = new AbortController();
    const first = share('EURUSD', impatient.signal, asked.load);
    const second = share('EURUSD', new AbortController().signal, asked.load);
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked.calledOff()).toBe(false);
    asked.answer('1.08');
    expect(await second).toBe('1.08');
  });

  it('are called off when the last one has left, and asked anew by the next', async () => {
    const share = createFlights();
    const asked = question();
    const impatient = new AbortController();
    const only = share('EURUSD', impatient.signal, asked.load);
    impatient.abort();
    await expect(only).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked.calledOff()).toBe(true);
    const next = share('EURUSD', undefined, asked.load);
    asked.answer('1.09');
    expect(await next).toBe('1.09');
    expect(asked.called()).toBe(2);
  });

  it('never keep an answer for later', async () => {
    const share = createFlights();
    const asked = question();
    for (const value of ['1.08', '1.09']) {
      const answer = share('EURUSD', undefined, asked.load);
      asked.answer(value);
      expect(await answer).toBe(value);
    }
    expect(asked.called()).toBe(2);
  });
});
