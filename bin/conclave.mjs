#!/usr/bin/env node
// The launcher: makes sure that packages are installed, then runs the command with a Node that knows TypeScript.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { setup, projectNode, SetupError } = createRequire(import.meta.url)('./setup.cjs');
const entry = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const args = process.argv.slice(2);

try {
  setup({ web: args[0] === 'start' });
} catch (failure) {
  if (!(failure instanceof SetupError)) throw failure;
  fail('bad_config', failure.message, 'Correct this and run the same command again.');
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import(entry);
} else {
  const node = projectNode();
  if (!node)
    fail(
      'bad_config',
      `Node ${process.versions.node} cannot run Conclave and this platform has no bundled Node.`,
      'Install Node.js 24 from nodejs.org.',
    );
  // A small young generation keeps the embedded database's process some hundred megabytes smaller.
  const child = spawn(node, ['--max-semi-space-size=8', entry, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal itself; a signal sent to the launcher alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (failure) =>
    fail(
      'internal',
      `The bundled Node did not start: ${failure.message}`,
      'Remove node_modules and run npm start again.',
    ),
  );
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}

function fail(code, message, hint) {
  process.stderr.write(`${JSON.stringify({ error: { code, message, hint, retryable: false } })}\n`);
  process.exit(1);
}
