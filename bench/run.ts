import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Finding } from './measure.ts';

/**
 * Runs the benchmarks of this folder, each in a process of its own, one after another, and makes one table of what they
 * found. A benchmark prints findings as lines of JSON (see measure.ts); anything else that it prints is a note.
 * `node bench/run.ts backtest indicators` runs only those.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const notBenchmarks = new Set(['run.ts', 'measure.ts']);

export type Claim = Finding & { text: string };

/** Throws when a name is unknown or a benchmark fails: a claim that cannot be measured is not made. */
export async function runBenchmarks(names: readonly string[], note: (text: string) => void): Promise<Claim[]> {
  const known = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !notBenchmarks.has(name))
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();
  const stranger = names.find((name) => !known.includes(name));
  if (stranger) throw new Error(`There is no benchmark ${stranger}; there are ${known.join(', ')}.`);
  const findings: Finding[] = [];
  for (const name of names.length > 0 ? names : known) {
    note(`measuring ${name} ...`);
    findings.push(...(await runOne(name, note)));
  }
  const texts = table(findings);
  return findings.map((finding, i) => ({ ...finding, text: texts[i]! }));
}

async function runOne(name: string, note: (text: string) => void): Promise<Finding[]> {
  const bench = spawn(process.execPath, ['--expose-gc', `${folder}${name}.ts`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const findings: Finding[] = [];
  let rest = '';
  const line = (text: string) => {
    const finding = findingOf(text);
    if (finding) findings.push(finding);
    else if (text.trim() !== '') note(`  ${text}`);
  };
  bench.stdout.setEncoding('utf8');
  for await (const chunk of bench.stdout as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop()!;
    for (const each of lines) line(each);
  }
  line(rest);
  const code = bench.exitCode ?? (await new Promise<number | null>((resolve) => bench.once('exit', resolve)));
  if (code !== 0) throw new Error(`The benchmark ${name} failed.`);
  return findings;
}

function findingOf(text: string): Finding | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Finding>;
    return typeof value.bench === 'string' && typeof value.value === 'number' ? (value as Finding) : undefined;
  } catch {
    return undefined;
  }
}

const digits = (value: number) =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** One aligned line per finding. */
function table(findings: readonly Finding[]): string[] {
  const rows = findings.map(({ bench, claim, value, unit, target, met }) => [
    bench,
    claim,
    `${digits(value)} ${unit}`,
    target === undefined ? '' : `target ${target}`,
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

if (import.meta.main) {
  const claims = await runBenchmarks(process.argv.slice(2), (text) => void process.stderr.write(`${text}\n`));
  for (const { text } of claims) process.stdout.write(`${text}\n`);
}
