import type { Broker } from '../ports/broker.ts';
import type { Journal } from '../ports/journal.ts';

/** A process that dies at its n-th call of journal or broker, before or after the call had its effect. */
export interface Fate {
  died(): boolean;
  journal(journal: Journal): Journal;
  broker(broker: Broker): Broker;
}

/** From its death on every call fails and nobody listens, while what the journal and the broker hold stays. */
export function mortal(dies: number, when: 'before' | 'after'): Fate {
  let calls = 0;
  let dead = false;
  const crash = () => {
    dead = true;
    return new Error('the process died');
  };
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    if (dead) throw crash();
    const fatal = ++calls === dies;
    if (fatal && when === 'before') throw crash();
    const result = await act();
    if (dead || fatal) throw crash();
    return result;
  };
  return {
    died: () => dead,
    journal: (journal) => ({ ...journal, append: (...parts) => call(() => journal.append(...parts)) }),
    broker: (broker) =>
      Object.assign(Object.create(broker) as Broker, {
        submit: (order: Parameters<Broker['submit']>[0]) => call(() => broker.submit(order)),
        cancel: (id: string) => call(() => broker.cancel(id)),
        onEvent: (listener: Parameters<Broker['onEvent']>[0]) =>
          broker.onEvent(async (event) => {
            if (!dead) await Promise.resolve(listener(event)).catch(() => undefined);
          }),
      }),
  };
}
