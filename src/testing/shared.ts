import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/**
 * Real data for tests lies beside the clone, never in it: SHARED_DIR, by default ../shared. A test that needs it uses
 * `describe.skipIf(!hasShared('data'))` and prints `skipText` so that nobody takes a skip for a pass.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = resolve(root, process.env.SHARED_DIR ?? '../shared');

export const sharedPath = (...parts: string[]) => resolve(folder, ...parts);

export const hasShared = (...parts: string[]) => existsSync(sharedPath(...parts));

export const skipText = (what: string) => `SKIPPED: ${what}: no shared test data here (SHARED_DIR, default ../shared).`;

/** True when the data is there; otherwise prints why the tests behind it are skipped. */
export function needsShared(what: string, ...parts: string[]): boolean {
  const there = hasShared(...parts);
  if (!there) console.warn(skipText(what));
  return there;
}

/** The bytes of a file, as they are. */
export const sharedBytes = (...parts: string[]): Buffer => readFileSync(sharedPath(...parts));

/** The text of a file, unpacked where its name ends in .gz. */
export function sharedText(...parts: string[]): string {
  const bytes = sharedBytes(...parts);
  return (parts.at(-1)?.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export const sharedJson = <T>(...parts: string[]): T => JSON.parse(sharedText(...parts)) as T;
