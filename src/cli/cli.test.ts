import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../adapters/log.ts';
import type { QualityDocument } from '../api/documents.ts';
import { serveApp } from '../api/serve.ts';
import { type Config, loadConfig } from '../config.ts';
import type { DecisionDocument } from '../domain/record.ts';
import { openSystem, type System } from '../system.ts';
import { folders } from '../testing/command.ts';
import type { CliContext } from './context.ts';
import { failureOf } from './fail.ts';
import { program } from './program.ts';

const SLOW = 120_000;
const temp = folders();
afterAll(() => temp.removeAll());

const configFor = (dataDir: string): Config =>
  loadConfig({
    env: { DATA_DIR: dataDir, OFFLINE: '1', LOG_LEVEL: 'error' },
    readFile: (path) => readFileSync(path, 'utf8'),
    resolveDataDir: (given) => given!,
  });

interface Said {
  out: string;
  notes: string;
  /** What `process.exitCode` would be. */
  exitCode: number;
}

/** Types a command and reads what it prints; errors are thrown as main.ts gets them. */
async function type(dataDir: string, ...words: string[]): Promise<Said> {
  const out: string[] = [];
  const notes: string[] = [];
  const context: CliContext = {
    out: (text) => out.push(text),
    note: (text) => notes.push(text),
    config: () => configFor(dataDir),
    path: (given) => join(dataDir, given),
    interactive: false,
  };
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await program(context).parseAsync(words, { from: 'user' });
    return { out: out.join('\n'), notes: notes.join('\n'), exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
  }
}

const typeJson = async <T>(dataDir: string, ...words: string[]): Promise<T> =>
  JSON.parse((await type(dataDir, ...words, '--json')).out) as T;

/** What main.ts writes to stderr, and the exit code, when the command fails. */
const typeBadly = (dataDir: string, ...words: string[]) =>
  type(dataDir, ...words).then(
    ({ out }) => {
      throw new Error(`It did not fail: ${out}`);
    },
    (failure: unknown) => {
      const { document, exitCode, bug } = failureOf(failure);
      if (bug) throw bug;
      return { ...document.error, exitCode };
    },
  );

/** 1,500 hours of a made-up market, times without a zone, as many exports have them. */
const csv = (() => {
  const rows = ['Date,Open,High,Low,Close,Volume'];
  let close = 1.08;
  for (let hour = 0; rows.length <= 1_500; hour++) {
    const at = new Date(Date.UTC(2025, 1, 3) + hour * 3_600_000);
    const [day, time] = [at.getUTCDay(), at.getUTCHours()];
    if (day === 6 || (day === 0 && time < 22) || (day === 5 && time >= 21)) continue;
    const open = close;
    close = Number((1.08 + 0.02 * Math.sin(hour / 60) + 0.003 * Math.sin(hour / 7)).toFixed(5));
    const [high, low] = [Math.max(open, close) + 0.0004, Math.min(open, close) - 0.0004];
    const stamp = at.toISOString().slice(0, 16).replace('T', ' ');
    rows.push([stamp, open, high.toFixed(5), low.toFixed(5), close, 100 + (hour % 50)].join(','));
  }
  return rows.join('\n');
})();

describe('commands on a folder of their own', { timeout: SLOW }, () => {
  const dataDir = temp.make('cli');
  beforeAll(() => writeFileSync(join(dataDir, 'prices.csv'), csv));

  it('import bars, whose zone the file does not say', async () => {
    const imported = await typeJson<Record<string, unknown> & { notices: string[] }>(
      dataDir,
      ...['import', 'prices.csv', '--symbol', 'EUR/USD', '--interval', '60min', '--timezone', 'UTC'],
    );
    expect(imported).toMatchObject({
      symbol: 'EURUSD',
      interval: '1h',
      source: 'file',
      accepted: 1_500,
      rejected: 0,
      from: '2025-02-03T00:00:00.000Z',
    });
  });

  it('say in words what was imported, and what was inferred', async () => {
    const { out } = await type(dataDir, 'import', 'prices.csv', '-s', 'EURUSD', '-i', '1h');
    expect(out).toMatch(/^EURUSD 1h: 1500 bars from 2025-02-0\dT.*, 0 kept apart as defective\n/);
    expect(out).toMatch(/Note: .*zone/i);
  });

  it('show rejected bars, and accept one when told to', async () => {
    const other = temp.make('cli');
    const rows = readFileSync(join(dataDir, 'prices.csv'), 'utf8').split('\n');
    const cells = rows[100]!.split(',');
    cells[2] = (Number(cells[2]) * 3).toFixed(5);
    writeFileSync(join(other, 'spiked.csv'), rows.with(100, cells.join(',')).join('\n'));
    expect((await type(other, 'quality')).out).toBe('No real bars are stored.');
    await type(other, 'import', 'spiked.csv', '-s', 'EURUSD', '-i', '1h', '--timezone', 'UTC');
    expect((await type(other, 'quality')).out).toMatch(/EURUSD +1h +file .*1 rejected: spike/);
    const { rejected } = await typeJson<QualityDocument>(other, 'quality', 'EUR/USD', '--interval', 'H1');
    expect(rejected).toMatchObject([{ flag: 'spike', bar: { high: Number(cells[2]) } }]);
    const { id } = rejected[0]!;
    expect((await type(other, 'quality', 'EURUSD', '--interval', '1h')).out).toContain(id);
    expect((await type(other, 'quality', 'EURUSD', '--repair')).out).toContain('Nothing to repair');
    expect(await typeBadly(other, 'quality', 'EURUSD', '--repair', id)).toMatchObject({ code: 'invalid_input' });
    expect(await typeBadly(other, 'quality', 'EURUSD', '--accept', 'x')).toMatchObject({ code: 'not_found' });
    expect(await typeBadly(other, 'quality', '--accept', id)).toMatchObject({ code: 'invalid_input' });
    expect((await type(other, 'quality', 'EURUSD', '--accept', id)).out).toBe(`${id}: accepted by owner`);
    const after = await typeJson<QualityDocument>(other, 'quality', 'EURUSD', '--interval', '1h');
    expect(after.rejected[0]).toMatchObject({ id, settled: { rule: 'accepted by owner' } });
    expect(after.quality.flags).not.toContain('spike');
  });

  it('import a file that is named after its symbol, without a word about it', async () => {
    const other = temp.make('cli');
    writeFileSync(join(other, 'EUR_USD_1h_broker.csv'), csv);
    const { out } = await type(other, 'import', 'EUR_USD_1h_broker.csv', '--dry-run');
    expect(out).toMatch(/^EURUSD 1h: 1500 bars/);
    expect(out).toContain('Nothing was stored');
    for (const said of ['comma between cells', 'close=close', 'year-month-day', 'oldest first, 1500 rows']) {
      expect(out).toContain(said);
    }
    expect(await typeBadly(other, 'export', 'bars', 'EURUSD')).toMatchObject({ code: 'not_found' });
  });

  it.each(['parquet', 'json'])('export bars as %s that import as the same bars', async (format) => {
    await type(dataDir, 'export', 'bars', 'EURUSD', '--format', format, '--out', `again.${format}`);
    const other = temp.make('cli');
    writeFileSync(join(other, `EURUSD.${format}`), readFileSync(join(dataDir, `again.${format}`)));
    await type(other, 'import', `EURUSD.${format}`);
    const both = await Promise.all([dataDir, other].map((folder) => type(folder, 'export', 'bars', 'EURUSD')));
    expect(both[1]!.out).toBe(both[0]!.out);
    expect(both[0]!.out.split('\n')).toHaveLength(1_501);
  });

  it('export bars that import as the same bars', async () => {
    await type(dataDir, 'export', 'bars', '-s', 'EURUSD', '-i', '1h', '-o', 'again.csv');
    const exported = readFileSync(join(dataDir, 'again.csv'), 'utf8');
    expect(exported.trim().split('\n')).toHaveLength(1_501);
    const other = temp.make('cli');
    writeFileSync(join(other, 'again.csv'), exported);
    await type(other, 'import', 'again.csv', '-s', 'EURUSD', '-i', '1h');
    const { out } = await type(other, 'export', 'bars', '-s', 'EURUSD', '-i', '1h');
    expect(`${out}\n`).toBe(exported);
  });

  it('carry a desk from one folder to another by a backup', async () => {
    const decision = await typeJson<DecisionDocument>(dataDir, 'analyze', 'BTCUSDT');
    const saved = await typeJson<{ file: string; rows: number }>(dataDir, 'backup', 'desk.jsonl.gz');
    expect(saved.rows).toBeGreaterThan(1_500);
    expect(gunzipSync(readFileSync(join(dataDir, 'desk.jsonl.gz'))).length).toBeGreaterThan(10_000);

    const other = temp.make('cli');
    writeFileSync(join(other, 'desk.jsonl.gz'), readFileSync(join(dataDir, 'desk.jsonl.gz')));
    expect(await typeBadly(other, 'restore', 'desk.jsonl.gz')).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('--yes'),
    });
    const { out } = await type(other, 'restore', 'desk.jsonl.gz', '--yes');
    expect(out).toBe(`Restored ${saved.rows} rows from desk.jsonl.gz.`);
    expect(await typeJson(other, 'replay', decision.decisionId)).toMatchObject({ equal: true, hash: decision.hash });
    expect(await typeBadly(other, 'restore', 'desk.jsonl.gz', '--yes')).toMatchObject({
      code: 'conflict',
      exitCode: 1,
    });
  });
});

describe('commands beside a desk that runs', { timeout: SLOW }, () => {
  const dataDir = temp.make('cli');
  let system: System;
  let server: Awaited<ReturnType<typeof serveApp>>;
  beforeAll(async () => {
    writeFileSync(join(dataDir, 'prices.csv'), csv);
    const config = configFor(dataDir);
    system = await openSystem({ config, log: createLog('error'), schedules: true });
    server = await serveApp(system.app, { host: '127.0.0.1', port: 0 });
    await system.announce(server.url);
    await type(dataDir, 'import', 'prices.csv', '-s', 'EURUSD', '-i', '1h', '--timezone', 'UTC');
  }, SLOW);
  afterAll(async () => {
    await server?.close();
    await system?.stop();
  });

  it('analyze: the whole document', async () => {
    const decision = await typeJson<DecisionDocument>(dataDir, 'analyze', 'eur/usd');
    expect(decision).toMatchObject({
      symbol: 'EURUSD',
      interval: '1h',
      source: 'file',
      quality: { stale: true },
      consensus: { direction: expect.any(String), conviction: expect.any(Number) },
      risk: { outcome: expect.any(String), checks: expect.any(Array) },
      decisionId: expect.stringMatching(/^dec_/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      elapsedMs: expect.any(Number),
      notices: expect.any(Array),
    });
    expect(decision).toHaveProperty('intent');
    expect(decision.asOf <= '2025-06-01').toBe(true);
    expect(decision).not.toHaveProperty('simulated');
    expect(decision.signals).toHaveLength(6);
    for (const signal of decision.signals) {
      expect(Object.keys(signal)).toEqual(
        expect.arrayContaining([
          ...['analyst', 'kind', 'direction', 'probability', 'confidence', 'weight', 'contribution'],
          ...['evidence', 'rationale'],
        ]),
      );
    }
    for (const check of decision.risk.checks) {
      expect(check).toMatchObject({
        code: expect.any(String),
        passed: expect.any(Boolean),
        message: expect.any(String),
      });
    }
  });

  it('analyze: as a person reads it, and as of a day', async () => {
    const { out } = await type(dataDir, 'analyze', 'EURUSD', '--as-of', '2025-03-28T12:00:00Z', '-i', '1h');
    expect(out).toMatch(/^EURUSD 1h as of 2025-03-28T12:00:00.000Z, from file/);
    for (const part of [
      'strategist',
      'economist',
      'Consensus: ',
      'Order: ',
      'Risk: ',
      'Decision dec_',
      'Not investment advice',
    ]) {
      expect(out).toContain(part);
    }
    const simulated = await type(dataDir, 'analyze', 'SOLUSDT');
    expect(simulated.out).toContain('[SIMULATED]');
  });

  it('replay: the same hash', async () => {
    const { decisionId, hash } = await typeJson<DecisionDocument>(dataDir, 'analyze', 'BTCUSDT');
    expect(await typeJson(dataDir, 'replay', decisionId)).toMatchObject({
      decisionId,
      hash,
      recordedHash: hash,
      equal: true,
      differences: [],
    });
    expect((await type(dataDir, 'replay', decisionId)).out).toBe(`Equal: ${hash}`);
    expect(await typeBadly(dataDir, 'replay', 'dec_unknown')).toMatchObject({ code: 'not_found', exitCode: 1 });
  });

  it('cycle: says of each symbol why it traded or not', async () => {
    const first = await typeJson<{ id: string; outcomes: { symbol: string; outcome: string; why: string }[] }>(
      dataDir,
      ...['cycle', '--symbols', 'EURUSD, BTCUSDT', '--once'],
    );
    expect(first.outcomes.map(({ symbol }) => symbol)).toEqual(['EURUSD', 'BTCUSDT']);
    for (const { outcome, why } of first.outcomes) {
      expect(['traded', 'no_trade', 'rejected']).toContain(outcome);
      expect(why.length).toBeGreaterThan(10);
    }
    const { out } = await type(dataDir, 'cycle', '-s', 'BTCUSDT', '--once');
    expect(out).toMatch(/^BTCUSDT {2}(traded|no_trade|rejected)/);
    const audit = await typeJson<{ ok: boolean }>(dataDir, 'verify-audit');
    expect(audit.ok).toBe(true);
  });

  it.each(['consensus', 'sma-cross'])('backtest: %s over the imported bars', async (strategy) => {
    const words = ['backtest', '--strategy', strategy, '--symbol', 'EURUSD', '-i', '1h', '--from', '2025-03-01'];
    const report = await typeJson<Record<string, unknown>>(dataDir, ...words, '--to', '2025-04-15');
    expect(report).toMatchObject({ symbol: 'EURUSD', interval: '1h', strategy });
    expect(report.metrics).toBeTypeOf('object');
    if (strategy === 'consensus') return;
    const told = await type(dataDir, ...words, '--to', '2025-04-15', '--cash', '50000');
    expect(told.notes).toContain(`backtesting ${strategy} on EURUSD 1h`);
    expect(told.out).toMatch(/maxDrawdown/);
  });

  it('scoreboard, doctor and verify-audit: in words and as documents', async () => {
    const board = await type(dataDir, 'scoreboard');
    expect(board.out).toMatch(/^analyst +forecasts +hits +Brier/);
    expect(board.out).toMatch(/\d+ forecasts wait for their horizon/);
    const doctor = await type(dataDir, 'doctor');
    expect(doctor).toMatchObject({ exitCode: 0 });
    for (const name of ['database', 'cache', 'journal', 'trading', 'schedule', 'model'])
      expect(doctor.out).toContain(name);
    expect(doctor.out).toContain('OFFLINE');
    expect(await typeJson(dataDir, 'doctor')).toMatchObject({ ok: true });
    expect((await type(dataDir, 'verify-audit')).out).toMatch(/^paper: \d+ records, unbroken, head [0-9a-f]{16}$/);
  });

  it('instruments: one by any spelling, several by a part of their name, or all', async () => {
    const symbolsOf = async (...words: string[]) =>
      (await typeJson<{ instruments: { symbol: string }[] }>(dataDir, 'instruments', ...words)).instruments.map(
        ({ symbol }) => symbol,
      );
    expect(await symbolsOf('eur/usd')).toEqual(['EURUSD']);
    expect(await symbolsOf('vod')).toEqual(['VOD.L']);
    expect(await symbolsOf('berkshire hath')).toEqual(['BRKA', 'BRKB']);
    expect((await symbolsOf()).length).toBeGreaterThan(110);
    expect((await type(dataDir, 'instruments', '7203.T')).out).toMatch(/7203\.T .* tse .* JPY .* lot 100 .* Toyota/);
    expect(await typeBadly(dataDir, 'instruments', 'ZZTOP')).toMatchObject({ code: 'unknown_symbol', exitCode: 1 });
  });

  it('user token: lets a program in; forget-password says what is next', async () => {
    const { out: token } = await type(dataDir, 'user', 'token');
    const answer = await fetch(new URL('/api/account', server.url), { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(await typeJson(dataDir, 'user', 'token')).toMatchObject({ accessToken: expect.any(String) });
    expect((await type(dataDir, 'user', 'forget-password')).out).toContain('Start the desk again');
  });

  it('chat: answers one line', async () => {
    const { out } = await type(dataDir, 'chat', 'price', 'of', 'BTCUSDT');
    expect(out).toContain('BTCUSDT');
    expect(await typeJson(dataDir, 'chat', 'portfolio')).toHaveProperty('text');
  });

  it('backup: not while the desk runs', async () => {
    expect(await typeBadly(dataDir, 'backup', 'desk.jsonl.gz')).toMatchObject({
      code: 'locked',
      message: expect.stringContaining(server.url),
      exitCode: 1,
    });
  });

  it('what cannot be found is answered with what is like it', async () => {
    const symbol = await typeBadly(dataDir, 'analyze', 'EURSUD');
    expect(symbol).toMatchObject({ code: 'unknown_symbol', exitCode: 1 });
    expect(`${symbol.message} ${symbol.hint}`).toContain('EURUSD');
    const interval = await typeBadly(dataDir, 'analyze', 'EURUSD', '-i', '7h');
    expect(interval.code).toBe('unknown_interval');
    expect(`${interval.message} ${interval.hint}`).toContain('4h');
    const strategy = await typeBadly(dataDir, 'backtest', '-s', 'EURUSD', '--strategy', 'sma');
    expect(`${strategy.message} ${strategy.hint}`).toContain('sma-cross');
    const time = await typeBadly(dataDir, 'analyze', 'EURUSD', '--as-of', 'yesterday');
    expect(time).toMatchObject({ code: 'invalid_input', exitCode: 2 });
    const range = ['--from', '2025-04-15', '--to', '2025-03-01'];
    expect(await typeBadly(dataDir, 'backtest', '-s', 'EURUSD', ...range)).toMatchObject({ code: 'invalid_input' });
    expect(
      await typeBadly(dataDir, 'backtest', '-s', 'EURUSD', '--from', '1999-01-01', '--to', '1999-02-01'),
    ).toHaveProperty('hint');
    expect(await typeBadly(dataDir, 'cycle', '--symbols', 'BTCUSDT,NOPE')).toMatchObject({ code: 'unknown_symbol' });
  });

  it('files that cannot be imported are refused with the reason', async () => {
    const words = ['-s', 'EURUSD', '-i', '1h'];
    expect(await typeBadly(dataDir, 'import', 'absent.csv', ...words)).toMatchObject({
      code: 'bad_file',
      message: expect.stringContaining('absent.csv'),
      hint: expect.stringContaining('path'),
    });
    writeFileSync(join(dataDir, 'people.csv'), 'name,age\nAda,36\nAlan,41\n');
    const columns = await typeBadly(dataDir, 'import', 'people.csv', ...words);
    expect(columns).toMatchObject({ code: 'bad_file', exitCode: 1 });
    expect(`${columns.message} ${columns.hint}`).toMatch(/time|close|column/i);
    expect(await typeBadly(dataDir, 'import', '.', ...words)).toMatchObject({
      code: 'bad_file',
      message: expect.stringContaining('is a folder'),
      hint: expect.stringContaining('files in it'),
    });
    writeFileSync(join(dataDir, 'empty.csv'), '');
    expect(await typeBadly(dataDir, 'import', 'empty.csv', ...words)).toMatchObject({ code: 'bad_file' });
    writeFileSync(join(dataDir, 'noise.csv.gz'), Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    expect(await typeBadly(dataDir, 'import', 'noise.csv.gz', ...words)).toMatchObject({ code: 'bad_file' });
    const zone = await typeBadly(dataDir, 'import', 'prices.csv', ...words, '--timezone', 'Mars/Olympus');
    expect(zone.message).toContain('Mars/Olympus');
  });

  it('export: only what there is, in a format that there is', async () => {
    const words = ['-s', 'EURUSD', '-i', '1h'];
    expect(await typeBadly(dataDir, 'export', 'orders', ...words)).toMatchObject({
      code: 'invalid_input',
      exitCode: 2,
    });
    expect(await typeBadly(dataDir, 'export', 'bars', ...words, '--format', 'xml')).toMatchObject({ exitCode: 2 });
    expect(await typeBadly(dataDir, 'export', 'bars', ...words, '-n', 'many')).toMatchObject({ exitCode: 2 });
    expect(await typeBadly(dataDir, 'export', 'bars', ...words, '--format', 'parquet')).toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining('--out'),
    });
    expect(await typeBadly(dataDir, 'export', 'bars', 'USDCHF')).toMatchObject({ code: 'not_found' });
    const { out } = await type(dataDir, 'export', 'bars', ...words, '-n', '3', '--format', 'json');
    expect(JSON.parse(out)).toHaveLength(3);
  });
});

describe('words that the command line does not know', () => {
  const nowhere = '/nonexistent';
  it.each([
    ['unknown command', ['analyse', 'EURUSD'], 'analyze'],
    ['unknown option', ['analyze', 'EURUSD', '--intervall', '1h'], '--interval'],
    ['missing argument', ['analyze'], 'symbol'],
    ['missing option', ['import', 'prices.csv'], '--symbol'],
    ['too much', ['analyze', 'EURUSD', 'GBPUSD'], 'argument'],
    ['no such MCP server', ['mcp', 'news'], 'news'],
    ['a port that is no number', ['start', '--port', 'http'], '--port'],
    ['unknown part of user', ['user', 'tokn'], 'token'],
    ['no command', [], 'Say which command'],
    ['no part of user', ['user'], 'Say which command'],
  ])('%s: exit code 2, and a hint', async (_, words, said) => {
    const failure = await typeBadly(nowhere, ...words);
    expect(failure).toMatchObject({ code: 'invalid_input', exitCode: 2 });
    expect(`${failure.message} ${failure.hint}`).toContain(said);
  });

  const commands = [
    ...['start', 'analyze', 'chat', 'import', 'export', 'cycle', 'backtest', 'replay', 'scoreboard', 'mcp', 'doctor'],
    ...['quality'],
    ...['verify-audit', 'backup', 'restore', 'user', 'eval', 'bench'],
  ];
  /** Help ends the parsing with an error of code 0. */
  async function help(...words: string[]) {
    const out: string[] = [];
    const context = { out: (text: string) => out.push(text), note: () => {}, path: String, interactive: false };
    const end = await program({ ...context, config: () => configFor(nowhere) })
      .parseAsync([...words, '--help'], { from: 'user' })
      .catch((failure: unknown) => failure);
    expect(end).toMatchObject({ exitCode: 0 });
    return out.join('\n');
  }

  it('help lists every command', async () => {
    const text = await help();
    for (const command of commands) expect(text).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(text).toContain('Examples:');
  });

  it.each(commands)('help of %s says what it does and how it is called', async (command) => {
    const text = await help(command);
    expect(text).toContain(`Usage: conclave ${command}`);
    expect(text).toContain('--help');
    expect(text.split('\n').length).toBeGreaterThan(5);
  });

  it('help of a part of a command', async () => {
    expect(await help('user', 'token')).toContain('Usage: conclave user token');
  });

  it('a bug is an internal error, and is told apart', () => {
    const { document, exitCode, bug } = failureOf(new TypeError('x is not a function'));
    expect(document.error.code).toBe('internal');
    expect(exitCode).toBe(1);
    expect(bug).toBeInstanceOf(TypeError);
  });
});
