import { Redis } from 'ioredis';
import { AppError } from '../../domain/errors.ts';

/** A connection that is up, or why none can be had. The caller falls back and says so; Redis is never required. Throws `bad_config`. */
export async function connectRedis(url: string): Promise<{ redis: Redis } | { absent: string }> {
  if (!URL.canParse(url)) {
    throw new AppError('bad_config', 'REDIS_URL is not a URL.', { hint: 'Write it as redis://127.0.0.1:6379.' });
  }
  const redis: Redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 1,
    // Tried once at the start; later losses are mended in the background.
    retryStrategy: (attempt): number | null => (redis.status === 'end' ? null : Math.min(attempt * 200, 5_000)),
  });
  let reason = '';
  // Without a listener a lost connection would end the process; every command reports its own failure.
  redis.on('error', (failure: Error & { code?: string }) => {
    reason = failure.message || failure.code || 'no answer';
  });
  try {
    await within(redis.connect(), 3_000);
    await within(redis.ping(), 3_000);
    return { redis };
  } catch (failure) {
    redis.disconnect();
    // Host and port only: the URL may hold a password.
    return { absent: `Redis at ${new URL(url).host} does not answer (${reason || (failure as Error).message})` };
  }
}

function within<T>(promise: Promise<T>, limit: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), limit);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
