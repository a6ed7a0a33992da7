import { describe, expect, it } from 'vitest';
import { fakeClock, hastyClock } from '../testing/fake-clock.ts';
import { systemClock } from './clock.ts';
import { timeOrderedIds } from './ids.ts';
import { seededRandom, systemRandom } from './random.ts';

describe('ids', () => {
  it('never repeat and sort in the order in which they were made', async () => {
    const clock = fakeClock();
    const ids = timeOrderedIds({ clock, random: seededRandom(7) });
    const made: string[] = [];
    for (let i = 0; i < 300; i++) {
      made.push(ids.next('dec'));
      if (i % 50 === 0) await clock.advance(1);
    }
    expect(new Set(made).size).toBe(300);
    expect([...made].sort()).toEqual(made);
    expect(made[0]).toMatch(/^dec_[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('keep their order when the clock steps back, and count over the end of a digit', async () => {
    const clock = fakeClock();
    const ids = timeOrderedIds({ clock, random: { next: () => 0.999 } });
    const first = ids.next('x');
    await clock.set(clock.now() - 5_000);
    expect(ids.next('x') > first).toBe(true);
  });
});

describe('chance', () => {
  it('repeats for the same seed', () => {
    const a = seededRandom(42);
    const b = seededRandom(42);
    const numbers = Array.from({ length: 1000 }, () => a.next());
    expect(numbers).toEqual(Array.from({ length: 1000 }, () => b.next()));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, each) => sum + each, 0) / 1000).toBeCloseTo(0.5, 1);
    expect(systemRandom.next()).toBeLessThan(1);
  });
});

describe('clocks', () => {
  it('the system clock sleeps and can be woken by an abort', async () => {
    await systemClock.sleep(1);
    expect(systemClock.now()).toBeGreaterThan(Date.UTC(2024, 0, 1));
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(systemClock.sleep(1, stop.signal)).rejects.toThrow('enough');
  });

  it('the fake clock wakes sleepers in order, only when moved', async () => {
    const clock = fakeClock();
    const woken: number[] = [];
    void clock.sleep(200).then(() => woken.push(200));
    void clock.sleep(100).then(() => woken.push(100));
    const stop = new AbortController();
    const aborted = clock.sleep(300, stop.signal);
    expect(clock.sleepers()).toBe(3);
    await clock.advance(99);
    expect(woken).toEqual([]);
    await clock.advance(150);
    expect(woken).toEqual([100, 200]);
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const hasty = hastyClock();
    const before = hasty.now();
    await hasty.sleep(500);
    expect([hasty.now() - before, hasty.slept]).toEqual([500, [500]]);
  });
});
