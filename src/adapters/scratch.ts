import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Scratch } from '../ports/scratch.ts';

/**
 * Files of a folder that only this process uses: what an earlier process left there is removed on the first use. Throws
 * `unavailable` when the disk is full.
 */
export function folderScratch(folder: string): Scratch {
  let ready: Promise<void> | undefined;
  const prepare = async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  };
  return {
    async keep(chunks) {
      ready ??= prepare();
      await ready;
      const path = join(folder, randomUUID());
      const file = await open(path, 'wx+', 0o600);
      const drop = async () => {
        await file.close();
        await rm(path, { force: true });
      };
      let size = 0;
      try {
        for await (const chunk of chunks) {
          for (let from = 0; from < chunk.length; ) {
            const { bytesWritten } = await file.write(chunk, from, chunk.length - from, size + from);
            from += bytesWritten;
          }
          size += chunk.length;
        }
      } catch (failure) {
        await drop();
        if ((failure as NodeJS.ErrnoException).code !== 'ENOSPC') throw failure;
        throw new AppError('unavailable', 'The disk is full: the unpacked file does not fit beside the data.', {
          cause: failure,
          hint: `Make room where ${folder} lies, or import the file in parts.`,
        });
      }
      const read = async (from: number, to: number) => {
        const buffer = Buffer.alloc(Math.max(0, Math.min(to, size) - from));
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      };
      return { size, read, drop };
    },
  };
}
