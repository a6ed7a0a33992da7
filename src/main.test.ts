import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOwner } from '../db/data-dir.ts';
import type { ErrorDocument } from './domain/errors.ts';
import type { DecisionDocument } from './domain/record.ts';
import {
  accessToken,
  commandEntry,
  folders,
  offlineEnv,
  type RunningDesk,
  runCommand,
  startCommand,
  startDeskProcess,
  until,
} from './testing/command.ts';
import { countOf, expectKept, expectOneTurn, promised } from './testing/kept-account.ts';

/** Real processes on a busy machine: what takes three seconds alone may take thirty beside other tests. */
const SLOW = 180_000;
const temp = folders();
afterAll(() => temp.removeAll());

const errorOf = (stderr: string) => {
  const line = stderr.trim().split('\n').at(-1)!;
  return (JSON.parse(line) as ErrorDocument).error;
};

/** As Claude Desktop starts it. */
async function mcpClient(name: string, env: NodeJS.ProcessEnv): Promise<Client> {
  const client = new Client({ name: 'desktop', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [commandEntry, 'mcp', name],
      env: given,
      stderr: 'ignore',
    }),
    { timeout: 120_000 },
  );
  return client;
}

const servers = ['market-data', 'analysis', 'sentiment', 'execution', 'gateway'];

const bars = [
  'time,open,high,low,close,volume',
  ...Array.from({ length: 300 }, (_, hour) => {
    const close = 1.1 + Math.sin(hour / 9) / 100;
    const at = new Date(Date.UTC(2025, 2, 3) + hour * 3_600_000).toISOString();
    return [at, close, close + 0.001, close - 0.001, close, 100].join(',');
  }),
].join('\n');

describe('a running desk', { timeout: SLOW }, () => {
  const dataDir = temp.make();
  const env = offlineEnv(dataDir);
  let desk: RunningDesk;
  beforeAll(async () => {
    desk = await startDeskProcess(env);
  }, SLOW);
  afterAll(() => desk?.end('SIGKILL'));

  it('prints its link once, is healthy, and lets its owner in', async () => {
    const lines = desk.stdout().split('\n');
    expect(lines.filter((line) => line.includes('?token='))).toEqual([`  ${desk.link}`]);
    const health = await fetch(new URL('/api/health', desk.url));
    expect(await health.json()).toMatchObject({ status: 'ok', mode: 'paper', database: 'embedded', cache: 'memory' });
    expect(await accessToken(desk.link)).toEqual(expect.any(String));
    const stranger = await fetch(new URL('/api/account', desk.url));
    expect(stranger.status).toBe(401);
  });

  it('answers "analyze BTCUSDT" with the whole document', async () => {
    const decision = await desk.call<DecisionDocument>('POST', '/api/analyze', { symbol: 'BTC-USDT' });
    expect(Object.keys(decision)).toEqual(
      expect.arrayContaining([
        ...['symbol', 'interval', 'asOf', 'source', 'quality', 'signals', 'consensus', 'intent', 'risk'],
        ...['decisionId', 'hash', 'elapsedMs', 'notices'],
      ]),
    );
    expect(decision).toMatchObject({ symbol: 'BTCUSDT', interval: '1h', source: 'simulated', simulated: true });
    expect(decision.signals.map(({ analyst }) => analyst).sort()).toEqual([
      'chart-analyst',
      'economist',
      'news-analyst',
      'risk-analyst',
      'strategist',
      'trend-analyst',
    ]);
    expect(decision.notices.join(' ')).toContain('SIMULATED');
  });

  it('serves five MCP clients, an import and the command line at once, from one folder', async () => {
    const file = join(temp.make('file'), 'eurusd.csv');
    writeFileSync(file, bars);
    const commands = Promise.all([
      runCommand(['import', file, '--symbol', 'EURUSD', '--interval', '1h', '--json'], env),
      runCommand(['analyze', 'ETHUSDT', '--json'], env),
      runCommand(['verify-audit', '--json'], env),
    ]);
    const clients = await Promise.all(servers.map((name) => mcpClient(name, env)));
    const lists = await Promise.all(clients.map((client) => client.listTools()));
    for (const [index, { tools }] of lists.entries()) expect(tools.length, servers[index]).toBeGreaterThanOrEqual(4);
    const [imported, analyzed, audited] = await commands;
    expect(imported, imported!.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(imported!.stdout)).toMatchObject({ symbol: 'EURUSD', accepted: 300, rejected: 0 });
    expect(analyzed, analyzed!.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(analyzed!.stdout)).toMatchObject({ symbol: 'ETHUSDT', simulated: true });
    expect(JSON.parse(audited!.stdout)).toMatchObject({ ok: true });
    const answer = await clients[0]!.callTool({
      name: 'get_bars',
      arguments: { symbol: 'EURUSD', interval: '1h', limit: 3 },
    });
    expect(answer.structuredContent).toMatchObject({ meta: { source: 'file' } });
    // The commands spoke to the desk that runs: their decisions are in its journal.
    const { decisions } = await desk.call<{ decisions: { symbol: string }[] }>('GET', '/api/decisions');
    expect(decisions.map(({ symbol }) => symbol)).toContain('ETHUSDT');
    await Promise.all(clients.map((client) => client.close()));
  });

  it('keeps its port and its folder to itself, and tells who asks what to do', async () => {
    const port = new URL(desk.url).port;
    const [samePort, sameFolder, backup] = await Promise.all([
      runCommand(['start', '--port', port], offlineEnv(temp.make('other'))),
      runCommand(['start'], env),
      runCommand(['backup', join(temp.make('file'), 'desk.jsonl.gz')], env),
    ]);
    expect(samePort!.code).toBe(1);
    expect(errorOf(samePort!.stderr)).toMatchObject({ code: 'port_in_use', message: expect.stringContaining(port) });
    expect(errorOf(samePort!.stderr).hint).toContain(`PORT=${Number(port) + 1}`);
    for (const refused of [sameFolder, backup]) {
      expect(refused!.code).toBe(1);
      expect(refused!.stdout).toBe('');
      expect(errorOf(refused!.stderr)).toMatchObject({ code: 'locked', message: expect.stringContaining(desk.url) });
      expect(errorOf(refused!.stderr).hint).toContain(desk.url);
    }
  });

  it('ends at Ctrl-C with 0, lets go of the folder, and starts on it again', async () => {
    const began = performance.now();
    const ended = await desk.end('SIGINT');
    expect(ended, ended.stderr).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(10_000);
    for (const file of ['server.json', 'owner.lock']) expect(existsSync(join(dataDir, file)), file).toBe(false);

    const journal = await promised(dataDir);
    desk = await startDeskProcess(env);
    const { decisions } = await desk.call<{ decisions: { symbol: string }[] }>('GET', '/api/decisions');
    expect(decisions.map(({ symbol }) => symbol).sort()).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect((await promised(dataDir)).startsWith(journal)).toBe(true);
    expect(await desk.end('SIGTERM')).toMatchObject({ code: 0, signal: null });
  });

  it('refuses a database of a newer version, and a damaged one, without touching either', async () => {
    const version = join(dataDir, 'database', 'PG_VERSION');
    writeFileSync(version, '99\n');
    const newer = await runCommand(['start'], env);
    expect(newer.code).toBe(1);
    expect(errorOf(newer.stderr)).toMatchObject({ code: 'corrupt', message: expect.stringContaining('PostgreSQL 99') });
    writeFileSync(version, '18\n');

    writeFileSync(join(dataDir, 'database', 'global', 'pg_control'), 'not a control file');
    const damaged = await runCommand(['start'], env);
    expect(damaged.code).toBe(1);
    expect(errorOf(damaged.stderr)).toMatchObject({ code: 'corrupt', hint: expect.stringContaining('backup') });
    expect(errorOf(damaged.stderr).message).toContain('damaged');
    expect(damaged.stdout).toBe('');
    // The desk that an MCP client's bridge starts cannot start either: the bridge says why.
    const bridge = await runCommand(['mcp', 'analysis'], env);
    expect(bridge.code).toBe(1);
    expect(errorOf(bridge.stderr)).toMatchObject({ code: 'corrupt', hint: expect.stringContaining('backup') });
    expect(existsSync(join(dataDir, 'owner.lock'))).toBe(false);
    expect((await promised(dataDir)).length).toBeGreaterThan(0);
  });
});

describe('a desk that cannot start', { timeout: SLOW }, () => {
  it('says so for a folder that is a file, or lies below one', async () => {
    const file = join(temp.make('file'), 'data');
    writeFileSync(file, 'a file');
    const [isFile, below] = await Promise.all([
      runCommand(['start'], offlineEnv(file)),
      runCommand(['analyze', 'BTCUSDT'], offlineEnv(join(file, 'deeper'))),
    ]);
    for (const refused of [isFile, below]) {
      expect(refused!.code).toBe(1);
      expect(errorOf(refused!.stderr)).toMatchObject({ code: 'read_only', message: expect.stringContaining(file) });
      expect(errorOf(refused!.stderr).hint).toMatch(/DATA_DIR/);
    }
  });

  it('lists every mistake of the configuration', async () => {
    const env = offlineEnv(temp.make(), { PORT: 'eighty', LOG_LEVEL: 'loud', TRADING_MODE: 'live' });
    const { code, stderr } = await runCommand(['start'], env);
    expect(code).toBe(1);
    const { code: name, message } = errorOf(stderr);
    expect(name).toBe('bad_config');
    for (const wrong of ['PORT', 'LOG_LEVEL', 'TRADING_MODE']) expect(message).toContain(wrong);
  });

  it('stops at Ctrl-C before it is ready, too', async () => {
    const dataDir = temp.make();
    const command = startCommand(['start'], offlineEnv(dataDir));
    await until('it opens the database', () => (command.stderr().includes('opening') ? true : undefined));
    command.child.kill('SIGINT');
    expect(await command.ended).toMatchObject({ code: 0, signal: null, stdout: '' });
    expect(existsSync(join(dataDir, 'owner.lock'))).toBe(false);
  });
});

/** All crypto, so that the market is open at any hour. */
const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'BNBUSDT', 'XRPUSDT', 'ADAUSDT', 'DOGEUSDT', 'LTCUSDT'];

describe('a desk that is killed', { timeout: SLOW }, () => {
  it('in the middle of a cycle loses nothing, repeats nothing, and finishes the same turn', async () => {
    const dataDir = temp.make();
    const env = offlineEnv(dataDir);
    // The moment of death, by what the journal holds at that time; a market without a trade gives decisions only.
    const moments = [
      { decision: 1, intent: 99 },
      { decision: 6, intent: 1 },
      { decision: 4, fill: 1 },
    ];
    let desk = await startDeskProcess(env);
    for (const [turn, moment] of moments.entries()) {
      const slot = new Date(Date.UTC(2025, 0, 1, turn)).toISOString();
      const before = await promised(dataDir);
      const request = desk.call('POST', '/api/cycles', { symbols, slot }).then(
        () => 'answered',
        () => 'cut off',
      );
      await until(`one of ${JSON.stringify(moment)}`, async () => {
        const now = await promised(dataDir);
        const has = ([kind, more]: [string, number]) => countOf(now, kind) >= countOf(before, kind) + more;
        return Object.entries(moment).some(has) ? true : undefined;
      });
      await desk.end('SIGKILL');
      const journal = await promised(dataDir);
      expect(await request).toBe('cut off');

      desk = await startDeskProcess(env);
      await expectKept(desk);
      expect((await promised(dataDir)).startsWith(journal)).toBe(true);
      await expectOneTurn(desk, { symbols, slot });
      const { cycles } = await desk.call<{ cycles: { slot: string }[] }>('GET', '/api/cycles');
      expect(cycles.filter((cycle) => cycle.slot === slot)).toHaveLength(1);
      expect(cycles).toHaveLength(turn + 1);
    }
    await desk.end('SIGKILL');
  });
});

describe('a folder without a desk', { timeout: SLOW }, () => {
  it('is opened by commands in turn: two at once both succeed', async () => {
    const env = offlineEnv(temp.make());
    const [analyzed, board] = await Promise.all([
      runCommand(['analyze', 'BTCUSDT', '--json'], env),
      runCommand(['scoreboard', '--json'], env),
    ]);
    expect(analyzed, analyzed!.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(analyzed!.stdout)).toMatchObject({ symbol: 'BTCUSDT' });
    expect(board, board!.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(board!.stdout)).toHaveProperty('analysts');
  });

  it('gets one headless desk for five MCP clients, which gives way to a real start', async () => {
    const dataDir = temp.make();
    const env = offlineEnv(dataDir);
    const clients = await Promise.all(servers.map((name) => mcpClient(name, env)));
    const headless = (await readOwner(dataDir))!;
    let desk: RunningDesk | undefined;
    try {
      expect(headless).toMatchObject({ headless: true });
      for (const client of clients) expect((await client.listTools()).tools.length).toBeGreaterThanOrEqual(4);
      // The desks that came second ended by themselves, and said why in the log.
      const log = readFileSync(join(dataDir, 'headless.log'), 'utf8');
      expect(log.split('\n').filter((line) => line.startsWith('Conclave serves'))).toHaveLength(1);

      desk = await startDeskProcess(env);
      const owner = (await readOwner(dataDir))!;
      expect(owner).toMatchObject({ url: desk.url, headless: false, pid: desk.child.pid });
      await until('the headless desk has ended', () => (alive(headless.pid) ? undefined : true));
      for (const client of clients) expect((await client.listTools()).tools.length).toBeGreaterThanOrEqual(4);
      const answer = await clients[4]!.callTool({ name: 'analyze_symbol', arguments: { symbol: 'BTCUSDT' } });
      expect(answer.isError, JSON.stringify(answer.content)).toBeFalsy();
      const { decisions } = await desk.call<{ decisions: { symbol: string }[] }>('GET', '/api/decisions');
      expect(decisions.map(({ symbol }) => symbol)).toEqual(['BTCUSDT']);
      expect(await readOwner(dataDir)).toMatchObject({ pid: desk.child.pid });
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await desk?.end('SIGKILL');
      if (alive(headless.pid)) process.kill(headless.pid, 'SIGKILL');
    }
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
