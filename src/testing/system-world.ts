import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, silentLog } from '../adapters/log.ts';
import { loadConfig } from '../config.ts';
import { openSystem } from '../system.ts';
import { seedEmbedded } from './embedded-folder.ts';

export interface SystemWorldOptions {
  /** Over DATA_DIR; OFFLINE=1 where neither it nor a `fetch` is given. */
  env?: Record<string, string>;
  yaml?: string;
  /** Stands for the network. */
  fetch?: typeof fetch;
  schedules?: boolean;
  /** Opened again, as by a second start; otherwise a new folder, which goes with `close`. */
  dataDir?: string;
  log?: Log;
}

/** A network that must not be used: a test that reaches it fails. */
const noNetwork = (() => Promise.reject(new Error('A test called out.'))) as typeof fetch;

/** One whole desk in this process behind its API, on whichever database and network the test gives it. */
export async function systemWorld(options: SystemWorldOptions = {}) {
  const own = options.dataDir === undefined;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'conclave-system-'));
  const config = loadConfig({
    env: { DATA_DIR: dataDir, ...(options.fetch ? {} : { OFFLINE: '1' }), ...options.env },
    yaml: options.yaml,
    readFile: () => '',
    resolveDataDir: () => dataDir,
  });
  if (own && !config.env.DATABASE_URL) await seedEmbedded(dataDir);
  const { log = silentLog, schedules = false } = options;
  const system = await openSystem({ config, log, schedules, fetch: options.fetch ?? noNetwork });
  const forget = () => own && rmSync(dataDir, { recursive: true, force: true });

  /** Calls the API as this machine's own program; the answer's status and document. */
  async function ask<T>(method: string, path: string, content?: unknown): Promise<{ status: number; body: T }> {
    const raw = content instanceof Uint8Array;
    const response = await system.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${system.localToken}`,
          ...(content === undefined ? {} : { 'content-type': raw ? 'application/octet-stream' : 'application/json' }),
        },
        body: content === undefined ? undefined : raw ? new Blob([new Uint8Array(content)]) : JSON.stringify(content),
      }),
    );
    return { status: response.status, body: (await response.json()) as T };
  }

  /** The same, where a refusal fails the test with what the desk said. */
  async function tell<T>(method: string, path: string, content?: unknown): Promise<T> {
    const { status, body } = await ask<T>(method, path, content);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  return {
    system,
    dataDir,
    ask,
    get: <T>(path: string) => tell<T>('GET', path),
    post: <T>(path: string, content: unknown = {}) => tell<T>('POST', path, content),
    /** Ends the desk and keeps its folder. */
    stop: () => system.stop(),
    async close() {
      await system.stop();
      forget();
    },
  };
}
export type SystemWorld = Awaited<ReturnType<typeof systemWorld>>;
