import type { Cache } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';
import { connectRedis } from './connect-redis.ts';
import { memoryCache } from './memory.ts';

export interface OpenedCache {
  cache: Cache;
  kind: 'memory' | 'redis';
  /** Set when Redis was asked for and is not there: for the log, `doctor` and /api/health. */
  notice?: string;
  /** Whether Redis answers at this moment; true where none is asked for. */
  answers: () => boolean;
}

/** Redis where REDIS_URL names one that answers, else this process's memory, with a notice. */
export async function openCache({
  redisUrl,
  clock,
}: {
  redisUrl?: string;
  clock: Pick<Clock, 'now'>;
}): Promise<OpenedCache> {
  if (!redisUrl) return { cache: memoryCache({ clock }), kind: 'memory', answers: () => true };
  const connection = await connectRedis(redisUrl);
  if ('absent' in connection) {
    const notice = `${connection.absent}: the cache stays in this process and is not shared.`;
    return { cache: memoryCache({ clock }), kind: 'memory', notice, answers: () => false };
  }
  // Loaded only where it is used: the default desk starts faster without it.
  const { redisCache } = await import('./redis.ts');
  const { redis } = connection;
  return { cache: redisCache({ redis }), kind: 'redis', answers: () => redis.status === 'ready' };
}
