import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Disk } from '../ports/disk.ts';

const absent = (failure: unknown) => (failure as NodeJS.ErrnoException).code === 'ENOENT';

/** The files below one folder, readable by their owner only. Throws `read_only` where the disk refuses a write. */
export function folderDisk(folder: string): Disk {
  const root = resolve(folder);
  const pathOf = (path: string) => {
    const full = resolve(root, path);
    const inside = relative(root, full);
    if (inside === '' || inside.startsWith('..')) throw new AppError('internal', `${path} leaves its folder.`);
    return full;
  };
  return {
    async read(path) {
      try {
        return await readFile(pathOf(path));
      } catch (failure) {
        if (absent(failure)) return undefined;
        throw failure;
      }
    },
    async write(path, content) {
      const full = pathOf(path);
      const aside = `${full}.${randomBytes(4).toString('hex')}`;
      try {
        await mkdir(dirname(full), { recursive: true, mode: 0o700 });
        const file = await open(aside, 'w', 0o600);
        try {
          await file.writeFile(content);
          await file.datasync();
        } finally {
          await file.close();
        }
        await rename(aside, full);
      } catch (cause) {
        await rm(aside, { force: true });
        throw new AppError('read_only', `${join(folder, path)} cannot be written: ${(cause as Error).message}`, {
          cause,
        });
      }
    },
    async list(path) {
      try {
        const entries = await readdir(path === '' ? root : pathOf(path), { withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => entry.name)
          .sort();
      } catch (failure) {
        if (absent(failure)) return [];
        throw failure;
      }
    },
    async remove(path) {
      await rm(pathOf(path), { force: true });
    },
  };
}
