import type { Bus, BusMessages, BusTopic } from '../../ports/bus.ts';

type Listener = (message: never) => void;

/** Within this process, delivered at once. One listener's failure is reported and does not reach the others. */
export function memoryBus({ onFailure = warn }: { onFailure?: (failure: Error) => void } = {}): Bus {
  const listeners = new Map<BusTopic, Set<Listener>>();
  return {
    publish<T extends BusTopic>(topic: T, message: BusMessages[T]) {
      for (const listener of [...(listeners.get(topic) ?? [])]) {
        try {
          listener(message as never);
        } catch (failure) {
          onFailure(failure as Error);
        }
      }
    },
    subscribe(topic, listener) {
      const own: Listener = (message) => listener(message);
      const known = listeners.get(topic) ?? new Set();
      listeners.set(topic, known.add(own));
      return () => {
        known.delete(own);
      };
    },
    async close() {
      listeners.clear();
    },
  };
}

const warn = (failure: Error) => process.emitWarning(failure);
