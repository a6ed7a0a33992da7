import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { readOwner } from '../../../db/data-dir.ts';
import { bridgeStdio, type Owner } from '../../../mcp-servers/stdio.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../domain/errors.ts';
import type { CliContext } from '../context.ts';
import { errorFromDocument } from '../fail.ts';

const names = ['market-data', 'analysis', 'sentiment', 'execution', 'conclave'];
const START_PATIENCE_MS = 60_000;
/** The bridge asks so often whether the desk is well, which also keeps a headless one from ending. */
const HEARTBEAT_MS = 20_000;
const IDLE_EXIT_SECONDS = 90;

export const mcpCommand = (context: CliContext) =>
  new Command('mcp')
    .description('An MCP server on stdio: market-data, analysis, sentiment, execution, or conclave (alias gateway).')
    .argument('<name>', `one of ${names.join(', ')}, gateway`)
    .addHelpText(
      'after',
      `
For Claude Desktop, in claude_desktop_config.json:
  { "mcpServers": { "conclave": { "command": "node", "args": ["${fileURLToPath(new URL('../../../bin/conclave.mjs', import.meta.url))}", "mcp", "conclave"] } } }`,
    )
    .action(async (given: string) => {
      const name = given === 'gateway' ? 'conclave' : given;
      if (!names.includes(name)) {
        throw new AppError('invalid_input', `There is no MCP server "${given}".`, {
          hint: `Use one of ${names.join(', ')}.`,
        });
      }
      const config = context.config();
      const owner = await ensureOwner(config);
      const heartbeat = setInterval(async () => {
        const current = await readOwner(config.dataDir).catch(() => undefined);
        if (current?.url) await fetch(new URL('/api/health', current.url)).catch(() => undefined);
      }, HEARTBEAT_MS).unref();
      await bridgeStdio({ ...owner, name, relocate: () => ensureOwner(config), log: context.note });
      clearInterval(heartbeat);
    });

/** The desk that owns the folder; where none runs, a headless one is started, which ends when idle. */
async function ensureOwner(config: Config): Promise<Owner> {
  const { dataDir } = config;
  const deadline = Date.now() + START_PATIENCE_MS;
  let starting: ChildProcess | undefined;
  try {
    for (;;) {
      const owner = await readOwner(dataDir);
      if (owner) return { url: owner.url, token: owner.token };
      if (starting && (starting.exitCode !== null || starting.signalCode !== null)) {
        await rm(join(dataDir, TURN), { force: true });
        const why = await lastFailure(dataDir);
        // A command that holds the folder for a moment makes a start end with `locked`: tried again after it.
        if (why && why.code !== 'locked') throw why;
        starting = undefined;
      }
      starting ??= await startHeadless(dataDir);
      if (Date.now() > deadline) {
        throw new AppError('unavailable', 'The desk did not start in time.', {
          hint: `Run npm start once to see why, or read ${join(dataDir, LOG)}.`,
        });
      }
      await sleep(150);
    }
  } finally {
    if (starting) await rm(join(dataDir, TURN), { force: true });
  }
}

/** What the headless desk wrote before it ended. */
async function lastFailure(dataDir: string): Promise<AppError | undefined> {
  const log = await readFile(join(dataDir, LOG), 'utf8').catch(() => '');
  try {
    return errorFromDocument(JSON.parse(log.trim().split('\n').at(-1)!), 500);
  } catch {
    return undefined;
  }
}

const LOG = 'headless.log';
/** Clients start all their servers at once; whose bridge makes this file starts the desk, and the others wait for it. */
const TURN = 'headless.starting';
const TURN_MS = 20_000;

async function startHeadless(dataDir: string): Promise<ChildProcess | undefined> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const turn = join(dataDir, TURN);
  const mine = await writeFile(turn, '', { flag: 'wx', mode: 0o600 }).then(
    () => true,
    () => false,
  );
  if (!mine) {
    // Left by a bridge that was killed.
    const made = await stat(turn).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > TURN_MS) await rm(turn, { force: true });
    return undefined;
  }
  const log = openSync(join(dataDir, LOG), 'a', 0o600);
  const entry = fileURLToPath(new URL('../main.ts', import.meta.url));
  const args = [
    '--max-semi-space-size=8',
    entry,
    'start',
    '--headless',
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    '--idle-exit',
    String(IDLE_EXIT_SECONDS),
  ];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  return child;
}
