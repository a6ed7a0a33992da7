import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Puts an empty embedded database into a desk's folder. It is made once per installed version and copied from then on:
 * each desk of a test then starts some seconds sooner.
 */
export async function seedEmbedded(dataDir: string): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const cache = here('../../node_modules/.cache/conclave/');
  const template = join(cache, `database-${version}`);
  if (!existsSync(template)) {
    const aside = `${template}.${randomBytes(4).toString('hex')}`;
    await mkdir(cache, { recursive: true });
    await promisify(execFile)(process.execPath, [here('../../db/create-embedded.ts'), aside]);
    // Another test process may have been faster; its copy is as good.
    await rename(aside, template).catch(() => rm(aside, { recursive: true, force: true }));
  }
  await cp(template, join(dataDir, 'database'), { recursive: true });
}
