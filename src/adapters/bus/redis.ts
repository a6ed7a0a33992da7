import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Bus, BusMessages, BusTopic } from '../../ports/bus.ts';
import { memoryBus } from './memory.ts';

interface Envelope {
  from: string;
  topic: BusTopic;
  message: never;
}

export interface RedisBusOptions {
  redis: Redis;
  channel?: string;
  onFailure?: (failure: Error) => void;
}

/**
 * To every process on the same Redis. This process's own listeners hear at once and do not depend on Redis; the others
 * miss what is said while it is away.
 */
export async function redisBus({ redis, channel = 'conclave:bus', onFailure }: RedisBusOptions): Promise<Bus> {
  const self = randomUUID();
  const local = memoryBus({ onFailure });
  const report = onFailure ?? ((failure: Error) => process.emitWarning(failure));
  const listening = redis.duplicate();
  // Reconnects and subscribes again by itself.
  listening.on('error', () => undefined);
  await listening.subscribe(channel);
  listening.on('message', (_channel, text) => {
    const { from, topic, message } = JSON.parse(text) as Envelope;
    if (from !== self) local.publish(topic, message);
  });

  let away = false;
  return {
    publish<T extends BusTopic>(topic: T, message: BusMessages[T]) {
      local.publish(topic, message);
      redis.publish(channel, JSON.stringify({ from: self, topic, message })).then(
        () => {
          away = false;
        },
        (failure) => {
          // Said once per outage, not once per quote.
          if (!away) report(failure);
          away = true;
        },
      );
    },
    subscribe: local.subscribe,
    async close() {
      await local.close();
      listening.disconnect();
      redis.disconnect();
    },
  };
}
