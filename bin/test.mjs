// What `npm test` runs: lint and format, types, then every test with coverage. `--long` runs the long campaigns instead.
// Ends with one plain line, `N passed, N failed`, so that any machine can read the outcome.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { setup, projectNode } = createRequire(import.meta.url)('./setup.cjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const long = process.argv.includes('--long');
setup({ web: true });

const node = Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : (projectNode() ?? process.execPath);
const module = (path) => join(root, 'node_modules', path);
const run = (title, args) => {
  console.log(`\n== ${title}`);
  return spawnSync(node, args, { cwd: root, stdio: 'inherit' }).status === 0;
};

const folder = mkdtempSync(join(tmpdir(), 'conclave-test-'));
const report = join(folder, 'report.json');
const vitest = [
  module('vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
];
const steps = long
  ? [['long campaigns', [...vitest, '--config', 'vitest.long.config.ts', '--passWithNoTests']]]
  : [
      ['lint and format', [module('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '.']],
      ['types', [module('typescript/bin/tsc'), '--noEmit', '-p', '.']],
      ['tests', [...vitest, '--coverage']],
    ];

const failedSteps = steps.filter(([title, args]) => !run(title, args)).map(([title]) => title);
const { passed, failed, skipped } = totals();
const otherFailures = failedSteps.filter((title) => title !== 'tests' && title !== 'long campaigns').length;
// A run whose tests all pass can still fail, by coverage or an unhandled error: that counts as one failure.
const hidden = failedSteps.length > otherFailures && failed === 0 ? 1 : 0;
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`);
console.log(
  `\n${passed} passed, ${failed + otherFailures + hidden} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
rmSync(folder, { recursive: true, force: true });
process.exit(failedSteps.length > 0 ? 1 : 0);

function totals() {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    // A file that fails to load has no tests of its own to count.
    return {
      passed: numPassedTests,
      failed: numFailedTests || (numFailedTestSuites > 0 ? 1 : 0),
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
