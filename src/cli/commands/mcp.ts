import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { readOwner } from '../../../db/data-dir.ts';
import { bridgeStdio, type Owner } from '../../../mcp-servers/stdio.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../domain/errors.ts';
import type { CliContext } from '../context.ts';

const names = ['market-data', 'analysis', 'sentiment', 'execution', 'conclave'];
const START_PATIENCE_MS = 60_000;
/** The bridge asks so often whether the desk is well, which also keeps a headless one from ending. */
const HEARTBEAT_MS = 20_000;
const RESTART_MS = 6_000;
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
  const deadline = Date.now() + START_PATIENCE_MS;
  let startedAt = 0;
  for (;;) {
    const owner = await readOwner(config.dataDir);
    if (owner?.url) return { url: owner.url, token: owner.token };
    // A command that holds the folder for a moment makes the first attempt end with `locked`: try again after it.
    if (!owner && Date.now() - startedAt > RESTART_MS) {
      startedAt = Date.now();
      await startHeadless(config.dataDir);
    }
    if (Date.now() > deadline) {
      throw new AppError('unavailable', 'The desk did not start in time.', {
        hint: `Run npm start once to see why, or read ${join(config.dataDir, 'headless.log')}.`,
      });
    }
    await sleep(150);
  }
}

/** Several bridges may do this at once: one desk wins the folder, the others end with `locked`. */
async function startHeadless(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const log = openSync(join(dataDir, 'headless.log'), 'a', 0o600);
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
  spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] }).unref();
}
