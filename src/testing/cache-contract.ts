import { afterEach, describe, expect, it, vi } from 'vitest';
import { money } from '../domain/decimal.ts';
import type { Cache } from '../ports/cache.ts';

/** What every cache must do. `expire` lets `ms` pass; `open` gives a further process's view of the same cache. */
export function cacheContract(name: string, open: () => Promise<Cache>, expire: (ms: number) => Promise<void>) {
  const used: Cache[] = [];
  const cacheOf = async () => {
    const cache = await open();
    used.push(cache);
    return cache;
  };
  afterEach(async () => {
    for (const cache of used.splice(0)) await cache.close();
  });
  let counter = 0;
  const freshKey = () => `bars:EURUSD:${name}:${process.pid}:${++counter}`;

  describe(`${name} keeps a cache's promises`, () => {
    it('loads once, then remembers until the time is up', async () => {
      const cache = await cacheOf();
      const key = freshKey();
      const load = vi.fn(async () => ({ close: 1.1 }));
      expect(await cache.through(key, 100, load)).toEqual({ close: 1.1 });
      expect(await cache.through(key, 100, load)).toEqual({ close: 1.1 });
      expect(load).toHaveBeenCalledTimes(1);
      await expire(150);
      await cache.through(key, 100, load);
      expect(load).toHaveBeenCalledTimes(2);
    });

    it('asks a vendor once, however many want to know at the same time', async () => {
      const cache = await cacheOf();
      const key = freshKey();
      const load = vi.fn(() => new Promise<number>((resolve) => setTimeout(resolve, 20, 7)));
      const answers = await Promise.all(Array.from({ length: 50 }, () => cache.through(key, 60_000, load)));
      expect(new Set(answers)).toEqual(new Set([7]));
      expect(load).toHaveBeenCalledTimes(1);
    });

    it('passes a failure on as it is and does not remember it', async () => {
      const cache = await cacheOf();
      const key = freshKey();
      const away = new Error('the vendor is away');
      const failing = () => cache.through(key, 60_000, () => Promise.reject(away));
      const outcomes = await Promise.allSettled([failing(), failing()]);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { message: away.message } });
      expect(await cache.through(key, 60_000, async () => 'back')).toBe('back');
    });

    it('forgets what it is told to', async () => {
      const cache = await cacheOf();
      const key = freshKey();
      await cache.through(key, 60_000, async () => 1);
      await cache.delete(key);
      expect(await cache.through(key, 60_000, async () => 2)).toBe(2);
      await cache.delete(freshKey());
    });

    it('gives back exact amounts, columns, and nothing at all', async () => {
      const [cache, other] = [await cacheOf(), await cacheOf()];
      const key = freshKey();
      const value = { cash: money('1.000000001'), close: Float64Array.of(1.1, Number.NaN, 3), list: [null, 'x'] };
      expect(await cache.through(key, 60_000, async () => value)).toEqual(value);
      expect(await other.through(key, 60_000, async () => value)).toEqual(value);
      const nothing = freshKey();
      const load = vi.fn(async () => undefined);
      await cache.through(nothing, 60_000, load);
      expect(await cache.through(nothing, 60_000, load)).toBeUndefined();
      expect(load).toHaveBeenCalledTimes(1);
    });
  });
}
