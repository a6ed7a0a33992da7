import type { Disk } from '../ports/disk.ts';

/** A disk that lives as long as the test; what one broker or journal wrote, the next one reads. */
export function memoryDisk(): Disk & { files: Map<string, Uint8Array>; failNextWrite(): void } {
  const files = new Map<string, Uint8Array>();
  let failing = false;
  return {
    files,
    failNextWrite: () => {
      failing = true;
    },
    read: async (path) => files.get(path),
    async write(path, content) {
      if (failing) {
        failing = false;
        throw new Error('disk full');
      }
      files.set(path, content.slice());
    },
    list: async (path) => [...files.keys()].filter((name) => name.startsWith(`${path}/`)).sort(),
    remove: async (path) => void files.delete(path),
  };
}
