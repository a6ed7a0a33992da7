import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/conclave.mjs', import.meta.url));
const START_MS = 120_000;

export interface ServedDesk {
  /** The printed link, with its token. */
  link: string;
  url: string;
  dataDir: string;
  /** What it wrote to stderr so far. */
  stderr: () => string;
  stop(): Promise<void>;
}

/**
 * Starts the desk as a user would, on a free port, a folder of its own and no network, and waits for the printed link.
 * DESK_LINK names one that already runs, to work on the stories themselves.
 */
export async function startDesk(environment: NodeJS.ProcessEnv = {}): Promise<ServedDesk> {
  const running = process.env.DESK_LINK;
  if (running)
    return { link: running, url: new URL(running).origin, dataDir: '', stderr: () => '', stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), 'conclave-desk-'));
  const child = spawn(process.execPath, [launcher, 'start', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATA_DIR: dataDir,
      OFFLINE: '1',
      DATABASE_URL: undefined,
      REDIS_URL: undefined,
      LOG_LEVEL: 'warn',
      ...environment,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const link = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The desk printed no link within ${START_MS / 1_000} s:\n${stderr}`));
    }, START_MS);
    child.stdout.on('data', (text) => {
      stdout += text;
      const found = /https?:\S+\?token=\S+/.exec(stdout)?.[0];
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`The desk ended with ${code} before it was ready:\n${stderr}`));
    });
  });
  return {
    link,
    url: new URL(link).origin,
    dataDir,
    stderr: () => stderr,
    async stop() {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(hard);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
