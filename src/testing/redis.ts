import { connectRedis } from '../adapters/cache/connect-redis.ts';

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const answer = await connectRedis(url);
if ('redis' in answer) answer.redis.disconnect();

/** A Redis that tests may use under keys of their own, or undefined. */
export const redisServer = 'redis' in answer ? url : undefined;
export const redisAbsent = 'absent' in answer ? `${answer.absent}: its half of these tests is skipped.` : '';
