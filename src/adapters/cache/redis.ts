import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';
import type { Cache } from '../../ports/cache.ts';
import { decodeCached, encodeCached } from './codec.ts';

/**
 * Memory first, then Redis, shared by all processes; a deletion reaches the memory of the others. While Redis is away
 * the memory and the loaders go on alone.
 */
export function redisCache({ redis, prefix = 'conclave' }: { redis: Redis; prefix?: string }): Cache {
  const bento = new BentoCache({
    default: 'shared',
    serializer: { serialize: encodeCached, deserialize: decodeCached },
    suppressL2Errors: true,
    l2CircuitBreakerDuration: 5_000,
    stores: {
      shared: bentostore()
        .useL1Layer(memoryDriver({ maxItems: 2_000, serialize: false }))
        .useL2Layer(redisDriver({ connection: redis, prefix }))
        .useBus(redisBusDriver({ connection: redis.duplicate() })),
    },
  });
  return {
    async through<T>(key: string, ttl: number, load: () => Promise<T>): Promise<T> {
      // What a load threw comes back wrapped; the caller wants its own error.
      let failure: { thrown: unknown } | undefined;
      const factory = async () => {
        try {
          return { value: await load() };
        } catch (thrown) {
          failure = { thrown };
          throw thrown;
        }
      };
      try {
        return (await bento.getOrSet({ key: keyOf(key), factory, ttl })).value;
      } catch (wrapped) {
        throw failure ? failure.thrown : causeOf(wrapped);
      }
    },
    async delete(key) {
      await bento.delete({ key: keyOf(key) });
    },
    async close() {
      await bento.disconnectAll();
      redis.disconnect();
    },
  };
}

/** A colon would make a folder of the part before it. */
const keyOf = (key: string) => key.replaceAll(':', '%3A');

/** Of a flight that another caller began: the loader's error lies inside. */
const causeOf = (wrapped: unknown) => (wrapped instanceof Error && wrapped.cause ? wrapped.cause : wrapped);
