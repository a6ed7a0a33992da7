import type { Bus } from '../../ports/bus.ts';
import { connectRedis } from '../cache/connect-redis.ts';
import { memoryBus } from './memory.ts';
import { redisBus } from './redis.ts';

export interface OpenedBus {
  bus: Bus;
  kind: 'memory' | 'redis';
  /** Set when Redis was asked for and is not there: for the log, `doctor` and /api/health. */
  notice?: string;
}

/** Redis where REDIS_URL names one that answers, else this process alone, with a notice. */
export async function openBus({
  redisUrl,
  channel,
  onFailure,
}: {
  redisUrl?: string;
  /** Desks hear each other on the same one only. */
  channel?: string;
  onFailure?: (failure: Error) => void;
}): Promise<OpenedBus> {
  if (!redisUrl) return { bus: memoryBus({ onFailure }), kind: 'memory' };
  const connection = await connectRedis(redisUrl);
  if ('absent' in connection) {
    const notice = `${connection.absent}: quotes and events reach only the pages of this process.`;
    return { bus: memoryBus({ onFailure }), kind: 'memory', notice };
  }
  return { bus: await redisBus({ redis: connection.redis, channel, onFailure }), kind: 'redis' };
}
