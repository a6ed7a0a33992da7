import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../adapters/log.ts';
import { loadConfig } from '../config.ts';
import { openSystem } from '../system.ts';

/**
 * The whole desk in this process, behind its API: embedded database, simulated market, paper broker, six analysts over
 * MCP. Nothing in it is a stand-in; only the schedules do not run and no vendor is called.
 */
export async function apiWorld({ yaml }: { yaml?: string } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'conclave-api-'));
  const config = loadConfig({
    env: { DATA_DIR: dataDir, OFFLINE: '1' },
    yaml,
    readFile: () => '',
    resolveDataDir: () => dataDir,
  });
  const system = await openSystem({ config, log: silentLog, schedules: false });

  /** A request as this machine's own program. */
  async function ask(method: string, path: string, content?: unknown, headers: Record<string, string> = {}) {
    const raw = content instanceof Uint8Array;
    const response = await system.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${system.localToken}`,
          ...(content === undefined || raw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: content === undefined ? undefined : raw ? new Blob([new Uint8Array(content)]) : JSON.stringify(content),
      }),
    );
    return response;
  }
  return {
    system,
    dataDir,
    ask,
    /** The answer's document; throws what the desk said when it refused. */
    async get<T>(path: string): Promise<T> {
      return reading(await ask('GET', path));
    },
    async send<T>(method: string, path: string, content?: unknown): Promise<T> {
      return reading(await ask(method, path, content ?? (method === 'POST' ? {} : undefined)));
    },
    async close() {
      await system.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type ApiWorld = Awaited<ReturnType<typeof apiWorld>>;

async function reading<T>(response: Response): Promise<T> {
  const document = await response.json();
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(document)}`);
  return document as T;
}
