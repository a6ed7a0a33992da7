import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Random } from '../ports/random.ts';

// Crockford's base 32: no I, L, O or U, and its order is the order of the characters.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const TAIL_LENGTH = 16;

/**
 * Ids such as `dec_01KAM3V7Q0ABCDEFGHJKMNPQRS`: 48 bits of time, then 80 random bits (the shape of a ULID). Within one
 * millisecond the tail counts up, so that ids of one maker sort in the order in which they were made.
 */
export function timeOrderedIds({ clock, random }: { clock: Clock; random: Random }): Ids {
  let lastTime = -1;
  let tail: number[] = [];
  return {
    next(prefix) {
      // The first digit starts in its lower half, so that counting up never overflows within a millisecond.
      // A clock that steps back must not let a newer id sort before an older one.
      const now = Math.max(clock.now(), lastTime);
      tail =
        now === lastTime
          ? countUp(tail)
          : Array.from({ length: TAIL_LENGTH }, (_, i) => Math.floor(random.next() * (i === 0 ? 16 : 32)));
      lastTime = now;
      return `${prefix}_${encodeTime(now)}${tail.map((digit) => alphabet[digit]).join('')}`;
    },
  };
}

function countUp(digits: readonly number[]): number[] {
  const next = [...digits];
  for (let i = next.length - 1; i >= 0; i--) {
    if (next[i]! < 31) {
      next[i] = next[i]! + 1;
      return next;
    }
    next[i] = 0;
  }
  return next;
}

function encodeTime(time: number): string {
  let text = '';
  for (let rest = time, i = 0; i < TIME_LENGTH; i++, rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
  return text;
}
