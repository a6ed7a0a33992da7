import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Config, loadConfig } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import { projectRoot } from '../version.ts';

/** Where a command reads and writes; tests give their own. */
export interface CliContext {
  /** stdout: the answer, and nothing else. */
  out(text: string): void;
  /** stderr: progress and logs. */
  note(text: string): void;
  /** Replaces the last line of stderr, where that is a terminal; with a line's end it stays. */
  redraw?(text: string): void;
  config(): Config;
  /** A path as the user meant it: relative to where they typed the command. */
  path(given: string): string;
  interactive: boolean;
}

export function processContext(): CliContext {
  const typedIn = process.env.INIT_CWD ?? process.cwd();
  let config: Config | undefined;
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    ...(process.stderr.isTTY ? { redraw: (text: string) => process.stderr.write(`\r\u001b[K${text}`) } : {}),
    config: () => {
      config ??= readConfig(typedIn);
      return config;
    },
    path: (given) => resolve(typedIn, given),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}

function readConfig(typedIn: string): Config {
  const env = resolve(projectRoot, '.env');
  if (existsSync(env)) process.loadEnvFile(env);
  const yaml = resolve(projectRoot, 'conclave.yaml');
  return loadConfig({
    env: process.env,
    yaml: existsSync(yaml) ? readFileSync(yaml, 'utf8') : undefined,
    readFile: (path) => readFileSync(path, 'utf8'),
    resolveDataDir: (given) => (given === undefined ? resolve(projectRoot, 'data') : resolve(typedIn, given)),
  });
}

/** A whole number option. Throws `invalid_input`. */
export function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new AppError('invalid_input', `${name} must be a whole number, not "${text}".`);
  return value;
}
