import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentNames, loadConfig, secretNames } from './config.ts';
import { AppError } from './domain/errors.ts';

const load = (env: Record<string, string>, yaml?: string, files: Record<string, string> = {}) =>
  loadConfig({
    env,
    yaml,
    readFile: (path) => {
      if (!(path in files)) throw new Error('no such file');
      return files[path]!;
    },
    resolveDataDir: (path) => path ?? '/desk/data',
  });

const mistakesOf = (action: () => unknown) => {
  try {
    action();
  } catch (failure) {
    if (failure instanceof AppError && failure.code === 'bad_config') return failure.details?.mistakes as string[];
    throw failure;
  }
  return [];
};

describe('the configuration', () => {
  it('is whole when nothing is set: paper, loopback, port 3000', () => {
    const config = load({});
    expect(config.env).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', TRADING_MODE: 'paper', OFFLINE: false });
    expect(config.risk.profile).toBe('balanced');
    expect(config.account).toEqual({ currency: 'USD', cash: '100000' });
    expect(config.dataDir).toBe('/desk/data');
  });

  it('takes an empty variable as not set, as in a copied .env.example', () => {
    expect(load({ PORT: '', OPENAI_API_KEY: ' ' }).env.PORT).toBe(3000);
  });

  it('reports every mistake at once and names each setting', () => {
    const mistakes = mistakesOf(() =>
      load({ PORT: 'abc', OFFLINE: 'maybe', DATABASE_URL: 'mysql://x', TRADING_MODE: 'live' }, 'universe: 5'),
    );
    expect(mistakes.map((line) => line.split(':')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'TRADING_MODE',
      'OFFLINE',
      'conclave.yaml',
    ]);
  });

  it('refuses a setting of conclave.yaml that does not exist instead of ignoring it', () => {
    expect(mistakesOf(() => load({}, 'univers: [EURUSD]')).join()).toMatch(/univers/);
  });

  it('says where broken YAML is', () => {
    expect(mistakesOf(() => load({}, 'a: [1,')).join()).toMatch(/conclave\.yaml/);
  });

  it('reads a secret from the file that <NAME>_FILE names', () => {
    expect(
      load({ GEMINI_API_KEY_FILE: '/run/secrets/gemini' }, undefined, { '/run/secrets/gemini': 'abc\n' }).secrets
        .GEMINI_API_KEY,
    ).toBe('abc');
  });

  it('does not guess between a secret and its file', () => {
    const mistakes = mistakesOf(() => load({ FRED_API_KEY: 'a', FRED_API_KEY_FILE: '/x' }, undefined, { '/x': 'b' }));
    expect(mistakes.join()).toMatch(/not both/);
  });

  it('never shows a value of a secret in a mistake', () => {
    const mistakes = mistakesOf(() =>
      load({ OPENAI_API_KEY: 'sk-very-secret', OPENAI_API_KEY_FILE: '/absent', PORT: '-1' }),
    );
    expect(mistakes.join()).not.toContain('sk-very-secret');
  });

  it('takes the universe and the schedule from conclave.yaml', () => {
    const config = load({}, 'universe: [AAPL]\nschedule: { cron: "*/5 * * * *", timeZone: Europe/Zurich }');
    expect(config.universe).toEqual(['AAPL']);
    expect(config.schedule).toMatchObject({ enabled: true, timeZone: 'Europe/Zurich' });
  });

  it('explains every setting in .env.example and names none that does not exist', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const named = [...example.matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]!);
    expect(named.filter((name) => !environmentNames.includes(name) && name !== 'SHARED_DIR')).toEqual([]);
    expect(environmentNames.filter((name) => !named.includes(name))).toEqual([]);
    expect(secretNames.every((name) => named.includes(name))).toBe(true);
  });
});
