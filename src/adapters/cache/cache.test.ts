import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { cacheContract } from '../../testing/cache-contract.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { redisAbsent, redisServer } from '../../testing/redis.ts';
import { connectRedis } from './connect-redis.ts';
import { openCache } from './index.ts';
import { memoryCache } from './memory.ts';
import { redisCache } from './redis.ts';

const clock = fakeClock();
cacheContract(
  'The cache in memory',
  async () => memoryCache({ clock }),
  (ms) => clock.advance(ms),
);

describe('the cache in memory', () => {
  it('forgets what was used longest ago when it is full', async () => {
    const cache = memoryCache({ clock, maxEntries: 2 });
    const load = vi.fn(async () => 1);
    for (const key of ['a', 'b', 'a', 'c', 'a']) await cache.through(key, 60_000, load);
    expect(load).toHaveBeenCalledTimes(3);
    await cache.through('b', 60_000, load);
    expect(load).toHaveBeenCalledTimes(4);
  });

  it('does not remember what was being loaded when it was told to forget', async () => {
    const cache = memoryCache({ clock });
    const gate = Promise.withResolvers<string>();
    const before = cache.through('limits', 60_000, () => gate.promise);
    await cache.delete('limits');
    gate.resolve('old');
    expect(await before).toBe('old');
    expect(await cache.through('limits', 60_000, async () => 'new')).toBe('new');
  });

  it('serves where Redis was asked for and does not answer, and says so without the password', async () => {
    const opened = await openCache({ redisUrl: 'redis://:hunter2@127.0.0.1:1', clock });
    expect(opened.kind).toBe('memory');
    expect(opened.notice).toContain('127.0.0.1:1 does not answer');
    expect(opened.notice).not.toContain('hunter2');
    await expect(openCache({ redisUrl: 'not a url', clock })).rejects.toMatchObject({ code: 'bad_config' });
    expect(await openCache({ clock })).toMatchObject({ kind: 'memory' });
  });
});

if (!redisServer) console.warn(redisAbsent);
describe.skipIf(!redisServer)('on a real Redis', () => {
  const prefix = `conclave-test-${process.pid}-${Date.now()}`;
  const open = async () => {
    const connection = await connectRedis(redisServer!);
    if ('absent' in connection) throw new Error(connection.absent);
    return redisCache({ redis: connection.redis, prefix });
  };
  cacheContract('The cache on Redis', open, (ms) => sleep(ms));

  it('one process finds what another has loaded, and forgets with it', async () => {
    const [first, second] = [await open(), await open()];
    await first.through('shared', 60_000, async () => 'from the first');
    expect(await second.through('shared', 60_000, async () => 'loaded again')).toBe('from the first');
    await second.delete('shared');
    await vi.waitFor(async () => expect(await first.through('shared', 50, async () => 'fresh')).toBe('fresh'));
    await first.close();
    await second.close();
  });

  it('is what REDIS_URL opens', async () => {
    const opened = await openCache({ redisUrl: redisServer, clock });
    expect(opened).toMatchObject({ kind: 'redis' });
    await opened.cache.close();
  });
});
