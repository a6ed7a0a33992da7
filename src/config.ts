import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError } from './domain/errors.ts';
import { assetClasses } from './domain/instrument.ts';
import { intervals } from './domain/time.ts';

/** Vendors whose server can be pointed elsewhere by `<VENDOR>_BASE_URL`, for proxies and tests. */
const vendors = [
  'ALPACA',
  'BINANCE',
  'REDDIT',
  'POLYGON',
  'FINNHUB',
  'ALPHAVANTAGE',
  'TWELVEDATA',
  'OANDA',
  'FRED',
  'NEWSAPI',
  'YAHOO',
  'FRANKFURTER',
  'GEMINI',
  'ANTHROPIC',
] as const;

/** Secrets under their vendors' usual names; each may also come from a file named by `<NAME>_FILE`. */
export const secretNames = [
  'ALPACA_API_KEY',
  'ALPACA_API_SECRET',
  'BINANCE_API_KEY',
  'BINANCE_API_SECRET',
  'REDDIT_CLIENT_ID',
  'REDDIT_CLIENT_SECRET',
  'POLYGON_API_KEY',
  'FINNHUB_API_KEY',
  'ALPHAVANTAGE_API_KEY',
  'TWELVEDATA_API_KEY',
  'OANDA_API_TOKEN',
  'OANDA_ACCOUNT_ID',
  'FRED_API_KEY',
  'NEWSAPI_KEY',
  'OPENAI_API_KEY',
  'GEMINI_API_KEY',
  'ANTHROPIC_API_KEY',
] as const;
export type SecretName = (typeof secretNames)[number];

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/, error: 'must be a web address that starts with http:// or https://' });
const flag = z
  .enum(['0', '1', 'true', 'false', ''], { error: 'must be 1 or 0' })
  .transform((value) => value === '1' || value === 'true');
const port = z.coerce
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .min(0)
  .max(65_535, 'must be at most 65535');

const Environment = z.object({
  PORT: port.default(3000),
  HOST: text.default('127.0.0.1'),
  DATA_DIR: text.optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must look like postgres://user:password@host:5432/name' })
    .optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must look like redis://host:6379' }).optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], { error: 'must be debug, info, warn, error or silent' })
    .default('info'),
  TRADING_MODE: z.literal('paper', { error: 'must be paper; live trading is not built yet' }).default('paper'),
  OFFLINE: flag.default(false),
  CONCLAVE_TOKEN: text.optional(),
  ALPACA_FEED: z.enum(['iex', 'sip'], { error: 'must be iex or sip' }).default('iex'),
  OLLAMA_BASE_URL: url.optional(),
  OPENAI_BASE_URL: url.optional(),
  OLLAMA_MODEL: text.default('qwen3:8b'),
  OPENAI_MODEL: text.default('gpt-5-mini'),
  GEMINI_MODEL: text.default('gemini-2.5-flash'),
  ANTHROPIC_MODEL: text.default('claude-sonnet-4-5'),
  ...(Object.fromEntries(vendors.map((vendor) => [`${vendor}_BASE_URL`, url.optional()])) as Record<
    `${(typeof vendors)[number]}_BASE_URL`,
    z.ZodOptional<typeof url>
  >),
  ...(Object.fromEntries(secretNames.map((name) => [name, text.optional()])) as Record<
    SecretName,
    z.ZodOptional<typeof text>
  >),
});

const symbols = z.array(text).min(1);
const days = z.number().positive();

/** What `conclave.yaml` may say; everything has a default. */
const File = z.strictObject({
  universe: symbols.default(['EURUSD', 'GBPUSD', 'USDJPY', 'XAUUSD', 'BTCUSDT', 'ETHUSDT', 'AAPL', 'SPY']),
  interval: z.enum(intervals).default('1h'),
  account: z
    .strictObject({
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'must be three capital letters')
        .default('USD'),
      cash: z.coerce.string().default('100000'),
    })
    .prefault({}),
  risk: z
    .strictObject({
      profile: z.enum(['conservative', 'balanced', 'aggressive']).default('balanced'),
      overrides: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
  schedule: z
    .strictObject({
      enabled: z.boolean().default(true),
      cron: text.default('2 * * * *'),
      timeZone: text.default('UTC'),
      symbols: symbols.optional(),
    })
    .prefault({}),
  /** Who is asked first, per asset class: one list for everything, or one for history and one for live prices. */
  chains: z
    .partialRecord(
      z.enum(assetClasses),
      z.union([z.array(text), z.strictObject({ history: z.array(text).optional(), live: z.array(text).optional() })]),
    )
    .default({}),
  /** What a vendor's plan allows, where it is not the free one that its adapter knows. */
  vendors: z
    .record(
      text,
      z.strictObject({
        calls: z.number().int().positive().optional(),
        perSeconds: z.number().positive().optional(),
        perDay: z.number().int().positive().optional(),
      }),
    )
    .default({}),
  /** Days that prices stay in the database; older bars go to Parquet files in DATA_DIR/archive and stay readable. null keeps them for ever. */
  retention: z
    .strictObject({
      ticks: days.default(7),
      '1m': days.nullable().default(90),
      '5m': days.nullable().default(365),
      '15m': days.nullable().default(365),
      '30m': days.nullable().default(365),
      '1h': days.nullable().default(null),
      '4h': days.nullable().default(null),
      '1d': days.nullable().default(null),
      '1w': days.nullable().default(null),
      '1M': days.nullable().default(null),
    })
    .prefault({}),
  live: z
    .strictObject({
      /** A feed that is silent for so long while its session is open is stale. */
      staleAfterSeconds: z.number().positive().default(60),
      /** Ticks kept in memory for each symbol. */
      recentTicks: z.number().int().min(1).max(100_000).default(1_000),
    })
    .prefault({}),
  models: z
    .strictObject({
      order: z
        .array(z.enum(['ollama', 'gemini', 'openai', 'anthropic']))
        .default(['ollama', 'gemini', 'openai', 'anthropic']),
      deadlineMs: z.number().int().positive().default(4_000),
      budget: z
        .strictObject({
          decisionUsd: z.number().nonnegative().default(0.05),
          hourUsd: z.number().nonnegative().default(0.5),
          dayUsd: z.number().nonnegative().default(2),
        })
        .prefault({}),
    })
    .prefault({}),
  news: z.strictObject({ feeds: z.array(url).optional() }).prefault({}),
  calendar: z.strictObject({ file: text.optional() }).prefault({}),
  simulated: z.strictObject({ seed: z.number().int().default(42) }).prefault({}),
});

export type FileConfig = z.output<typeof File>;
export type Environment = z.output<typeof Environment>;

export interface Config extends FileConfig {
  env: Environment;
  /** Absolute path. */
  dataDir: string;
  secrets: Partial<Record<SecretName, string>>;
}

export interface ConfigSources {
  env: Record<string, string | undefined>;
  /** Text of conclave.yaml, where there is one. */
  yaml?: string;
  /** Reads a secret's file; throws when it cannot. */
  readFile: (path: string) => string;
  /** Makes DATA_DIR absolute. */
  resolveDataDir: (path: string | undefined) => string;
}

/**
 * One schema for everything that can be set; every mistake is reported at once.
 * Throws AppError `bad_config` whose message has one line for each mistake and never shows a secret's value.
 */
export function loadConfig({ env, yaml, readFile, resolveDataDir }: ConfigSources): Config {
  const mistakes: string[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value.trim() !== '') given[name] = value;
  for (const name of [...secretNames, 'CONCLAVE_TOKEN'] as const) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) mistakes.push(`${name}: set either ${name} or ${name}_FILE, not both`);
    try {
      given[name] = readFile(path).trim();
    } catch {
      mistakes.push(`${name}_FILE: ${path} cannot be read`);
    }
  }
  const environment = Environment.safeParse(given);
  if (!environment.success) mistakes.push(...issues(environment.error));

  const file = File.safeParse(readYaml(yaml, mistakes));
  if (!file.success) mistakes.push(...issues(file.error).map((line) => `conclave.yaml: ${line}`));

  if (mistakes.length > 0 || !environment.success || !file.success) {
    throw new AppError(
      'bad_config',
      `The configuration has ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}:\n- ${mistakes.join('\n- ')}`,
      {
        details: { mistakes },
      },
    );
  }
  const secrets: Config['secrets'] = {};
  for (const name of secretNames) {
    const value = environment.data[name];
    if (value !== undefined) secrets[name] = value;
  }
  return { ...file.data, env: environment.data, secrets, dataDir: resolveDataDir(environment.data.DATA_DIR) };
}

function readYaml(yaml: string | undefined, mistakes: string[]): unknown {
  if (yaml === undefined) return {};
  try {
    return parseYaml(yaml) ?? {};
  } catch (failure) {
    mistakes.push(`conclave.yaml: ${failure instanceof Error ? failure.message.split('\n')[0] : 'is not YAML'}`);
    return {};
  }
}

const issues = (error: z.ZodError) =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));

/** Every setting of the environment, for `.env.example` and its test. */
export const environmentNames = Object.keys(Environment.shape);
