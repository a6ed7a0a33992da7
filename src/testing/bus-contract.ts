import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bus } from '../ports/bus.ts';

const account = (sequence: number) => ({ account: 'main', sequence });

/** What every bus must do. */
export function busContract(name: string, open: (onFailure: (failure: Error) => void) => Promise<Bus>) {
  const used: Bus[] = [];
  const failures: Error[] = [];
  const busOf = async () => {
    const bus = await open((failure) => failures.push(failure));
    used.push(bus);
    return bus;
  };
  afterEach(async () => {
    failures.splice(0);
    for (const bus of used.splice(0)) await bus.close();
  });

  describe(`${name} keeps a bus's promises`, () => {
    it('brings each message to every listener of its topic, in order, at once', async () => {
      const bus = await busOf();
      const [first, second, other] = [vi.fn(), vi.fn(), vi.fn()];
      bus.subscribe('account', first);
      bus.subscribe('account', second);
      bus.subscribe('trading-state', other);
      bus.publish('account', account(1));
      bus.publish('account', account(2));
      for (const listener of [first, second]) {
        expect(listener.mock.calls.map(([message]) => message.sequence)).toEqual([1, 2]);
      }
      expect(other).not.toHaveBeenCalled();
    });

    it('stops where the listener left, also when one function listens twice', async () => {
      const bus = await busOf();
      const listener = vi.fn();
      const leave = bus.subscribe('account', listener);
      bus.subscribe('account', listener);
      leave();
      leave();
      bus.publish('account', account(1));
      expect(listener).toHaveBeenCalledTimes(1);
    });

    it('lets no listener stop the others, and reports the one that failed', async () => {
      const bus = await busOf();
      const listener = vi.fn();
      bus.subscribe('account', () => {
        throw new Error('the page is gone');
      });
      bus.subscribe('account', listener);
      bus.publish('account', account(1));
      expect(listener).toHaveBeenCalledOnce();
      expect(failures.map((failure) => failure.message)).toEqual(['the page is gone']);
    });

    it('is silent after it was closed', async () => {
      const bus = await busOf();
      const listener = vi.fn();
      bus.subscribe('account', listener);
      await bus.close();
      bus.publish('account', account(1));
      expect(listener).not.toHaveBeenCalled();
    });
  });
}
