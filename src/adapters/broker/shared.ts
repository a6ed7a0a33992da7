import { AppError } from '../../domain/errors.ts';
import type { BrokerEvent } from '../../ports/broker.ts';
import type { Disk, SharedDisk } from '../../ports/disk.ts';
import type { PaperBroker } from './paper.ts';

export interface SharedBrokerOptions {
  disk: SharedDisk;
  /** A broker whose whole memory is the disk that it is given. */
  open: (disk: Disk) => PaperBroker;
  /** Told when a listener throws: the event is kept, and reconciliation will find it. */
  onListenerFailure: (failure: unknown) => void;
}

/**
 * One paper exchange for several desks. Each call is a turn on the shared disk: nobody else trades meanwhile, and it
 * counts whole or not at all. The broker in memory serves as long as nobody else wrote; after that, or after a turn that
 * failed, it is opened again from what is kept. Events leave once the turn is kept, to the desk whose call made them.
 */
export function sharedBroker({ disk: shared, open, onListenerFailure }: SharedBrokerOptions): PaperBroker {
  const listeners = new Set<(event: BrokerEvent) => void | Promise<void>>();
  let held: { broker: PaperBroker; revision: number } | undefined;
  let files: Disk | undefined;
  let told: BrokerEvent[] = [];
  let calls: Promise<unknown> = Promise.resolve();
  let deliveries: Promise<void> = Promise.resolve();
  let closed = false;

  /** The disk of the turn at hand, whichever that is. */
  const current = (): Disk => {
    if (files) return files;
    throw new AppError('internal', 'The paper exchange was touched outside a turn.');
  };
  const disk: Disk = {
    read: (path) => current().read(path),
    write: (path, content) => current().write(path, content),
    list: (path) => current().list(path),
    remove: (path) => current().remove(path),
  };

  function brokerAt(revision: number): PaperBroker {
    if (held?.revision === revision) return held.broker;
    const broker = open(disk);
    broker.onEvent((event) => void told.push(event));
    held = { broker, revision };
    return broker;
  }

  async function turn<T>(call: (broker: PaperBroker) => Promise<T>): Promise<T> {
    told = [];
    try {
      const { value, revision } = await shared.turn(async (turnDisk, before) => {
        files = turnDisk;
        const broker = brokerAt(before);
        const answer = await call(broker);
        await broker.settled();
        return answer;
      });
      held!.revision = revision;
      const ready = told;
      if (ready.length > 0) deliveries = deliveries.then(() => deliver(ready));
      return value;
    } catch (failure) {
      // What it holds in memory may be more than what was kept.
      held = undefined;
      throw failure;
    } finally {
      files = undefined;
    }
  }

  function inTurn<T>(call: (broker: PaperBroker) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new AppError('unavailable', 'The paper broker is closed.'));
    const result = calls.then(() => turn(call));
    calls = result.catch(() => undefined);
    return result;
  }

  async function deliver(events: readonly BrokerEvent[]) {
    for (const event of events) {
      for (const listener of [...listeners]) {
        try {
          await listener(event);
        } catch (failure) {
          onListenerFailure(failure);
        }
      }
    }
  }

  return {
    name: 'paper',
    mode: 'paper',
    submit: (order) => inTurn((broker) => broker.submit(order)),
    cancel: (clientOrderId) => inTurn((broker) => broker.cancel(clientOrderId)),
    order: (clientOrderId) => inTurn((broker) => broker.order(clientOrderId)),
    openOrders: () => inTurn((broker) => broker.openOrders()),
    fillsSince: (time) => inTurn((broker) => broker.fillsSince(time)),
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onQuote: (quote) => inTurn((broker) => broker.onQuote(quote)),
    onBar: (symbol, bar, simulated) => inTurn((broker) => broker.onBar(symbol, bar, simulated)),
    metUntil: (symbol, simulated) => inTurn((broker) => broker.metUntil(symbol, simulated)),
    async settled() {
      // A listener may have called the broker, whose answer may have made events.
      for (let last: unknown; last !== deliveries; ) {
        last = deliveries;
        await calls;
        await deliveries;
      }
    },
    async close() {
      closed = true;
      await calls;
      await deliveries;
      listeners.clear();
    },
  };
}
