import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The command line as a process of its own, as users have it: `process.execPath` on this file. */
export const commandEntry = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

const PATIENCE_MS = 120_000;

/** A desk that touches nothing outside its folder: no network, no server, any free port. */
export const offlineEnv = (dataDir: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: 'production',
  DATA_DIR: dataDir,
  OFFLINE: '1',
  PORT: '0',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'warn',
  DATABASE_URL: undefined,
  REDIS_URL: undefined,
  CONCLAVE_TOKEN: undefined,
  ...extra,
});

export interface Ended {
  /** Null where a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Command {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
}

/** Starts a command without waiting for anything. */
export function startCommand(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const child = spawn(process.execPath, [commandEntry, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.end();
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs a command to its end. */
export const runCommand = (args: readonly string[], env: NodeJS.ProcessEnv) => startCommand(args, env).ended;

/** Asks again and again until the answer is not undefined; throws what was expected when patience is over. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  patience = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`Not within ${patience / 1_000} s: ${what}`);
    await sleep(10);
  }
}

export interface RunningDesk extends Command {
  url: string;
  link: string;
  /** An API call as the owner's program; throws with the error's document when it is refused. */
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Starts the desk and waits for its link. */
export async function startDeskProcess(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<RunningDesk> {
  const command = startCommand(['start', ...args], env);
  let over: Ended | undefined;
  void command.ended.then((ended) => {
    over = ended;
  });
  const link = await until('the desk prints its link', () => {
    if (over) throw new Error(`The desk ended with ${over.code} before it was ready:\n${over.stderr}`);
    return /https?:\S+\?token=\S+/.exec(command.stdout())?.[0];
  }).catch((failure: unknown) => {
    command.child.kill('SIGKILL');
    throw failure;
  });
  const url = new URL(link).origin;
  const token = await accessToken(link);
  return {
    ...command,
    url,
    link,
    async call<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.json();
      if (!response.ok)
        throw new Error(`${method} ${path} was refused with ${response.status}: ${JSON.stringify(answer)}`);
      return answer as T;
    },
    end(signal = 'SIGINT') {
      command.child.kill(signal);
      return command.ended;
    },
  };
}

/** Turns the printed link into a token for programs. */
export async function accessToken(link: string): Promise<string> {
  const { origin, searchParams } = new URL(link);
  const response = await fetch(new URL('/api/auth/token', origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: searchParams.get('token'), label: 'test' }),
  });
  if (!response.ok) throw new Error(`The link's token was refused: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

/** Temporary folders, all removed at once. */
export function folders() {
  const made: string[] = [];
  return {
    make(name = 'desk') {
      const folder = mkdtempSync(join(tmpdir(), `conclave-${name}-`));
      made.push(folder);
      return folder;
    },
    removeAll() {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
