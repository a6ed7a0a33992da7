import type { SharedDisk } from '../ports/disk.ts';
import { memoryDisk } from './memory-disk.ts';

/** A shared disk in memory: turns one after the other, each kept whole or not at all. */
export function memorySharedDisk(): SharedDisk & { turns: () => number; failNextTurn(): void } {
  let kept = new Map<string, Uint8Array>();
  let revision = 0;
  let turns = 0;
  let failing = false;
  let queue: Promise<unknown> = Promise.resolve();
  return {
    turns: () => turns,
    /** The next turn does its work and is lost, as when the server dies before it commits. */
    failNextTurn: () => {
      failing = true;
    },
    turn(work) {
      const result = queue.then(async () => {
        turns += 1;
        const disk = memoryDisk();
        for (const [path, content] of kept) disk.files.set(path, content);
        let wrote = false;
        const watched = {
          ...disk,
          async write(path: string, content: Uint8Array) {
            wrote = true;
            await disk.write(path, content);
          },
        };
        const value = await work(watched, revision);
        if (failing) {
          failing = false;
          throw new Error('server died');
        }
        if (wrote) {
          kept = disk.files;
          revision += 1;
        }
        return { value, revision };
      });
      queue = result.catch(() => undefined);
      return result;
    },
  };
}
