import { describe, expect, it, vi } from 'vitest';
import { busContract } from '../../testing/bus-contract.ts';
import { redisAbsent, redisServer } from '../../testing/redis.ts';
import { connectRedis } from '../cache/connect-redis.ts';
import { openBus } from './index.ts';
import { memoryBus } from './memory.ts';
import { redisBus } from './redis.ts';

busContract('The bus in memory', async (onFailure) => memoryBus({ onFailure }));

describe('the bus in memory', () => {
  it('serves where Redis was asked for and does not answer, and says so', async () => {
    const opened = await openBus({ redisUrl: 'redis://127.0.0.1:1' });
    expect(opened.kind).toBe('memory');
    expect(opened.notice).toContain('does not answer');
    expect(await openBus({})).toMatchObject({ kind: 'memory' });
  });
});

if (!redisServer) console.warn(redisAbsent);
describe.skipIf(!redisServer)('on a real Redis', () => {
  const channel = `conclave-test-${process.pid}-${Date.now()}`;
  const connect = async () => {
    const connection = await connectRedis(redisServer!);
    if ('absent' in connection) throw new Error(connection.absent);
    return connection.redis;
  };
  const open = async (onFailure?: (failure: Error) => void) => redisBus({ redis: await connect(), channel, onFailure });
  busContract('The bus on Redis', open);

  it('reaches the listeners of other processes, once', async () => {
    const [here, there] = [await open(), await open()];
    const [own, other] = [vi.fn(), vi.fn()];
    here.subscribe('trading-state', own);
    there.subscribe('trading-state', other);
    here.publish('trading-state', { state: 'halted', reason: 'drill' });
    await vi.waitFor(() => expect(other).toHaveBeenCalledWith({ state: 'halted', reason: 'drill' }));
    there.publish('trading-state', { state: 'active', reason: 'over' });
    await vi.waitFor(() => expect(own).toHaveBeenCalledTimes(2));
    expect(own).toHaveBeenCalledTimes(2);
    await here.close();
    await there.close();
  });

  it('goes on within the process when Redis goes away, and reports it once', async () => {
    const failures: Error[] = [];
    const redis = await connect();
    const bus = await redisBus({ redis, channel, onFailure: (failure) => failures.push(failure) });
    const listener = vi.fn();
    bus.subscribe('trading-state', listener);
    redis.disconnect();
    for (const reason of ['a', 'b', 'c']) bus.publish('trading-state', { state: 'halted', reason });
    expect(listener).toHaveBeenCalledTimes(3);
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    await bus.close();
  });

  it('is what REDIS_URL opens', async () => {
    const opened = await openBus({ redisUrl: redisServer });
    expect(opened.kind).toBe('redis');
    await opened.bus.close();
  });
});
