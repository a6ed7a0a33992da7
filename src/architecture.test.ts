import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Who may import whom: docs/architecture.md explains the table. A name that ends in `:type` allows type imports only;
 * `*` allows everything. A room may always import itself.
 */
const table: Record<string, string[]> = {
  'src/domain': [],
  'src/indicators': [],
  'src/patterns': ['src/domain', 'src/indicators'],
  'src/analysis': ['src/domain', 'src/indicators', 'src/patterns'],
  'src/ports': ['src/domain'],
  'src/consensus': ['src/domain'],
  'src/portfolio': ['src/domain'],
  'src/sentiment': ['src/domain'],
  'src/strategies': ['src/domain', 'src/indicators', 'src/patterns', 'src/analysis'],
  'src/evidence': ['src/domain', 'src/indicators', 'src/patterns', 'src/analysis', 'src/sentiment', 'src/portfolio'],
  'src/risk': ['src/domain', 'src/portfolio'],
  'src/journal': ['src/domain', 'src/ports', 'src/consensus', 'src/portfolio', 'src/risk'],
  'src/engine': ['src/domain', 'src/ports', 'src/consensus', 'src/portfolio', 'src/risk', 'src/journal'],
  'src/backtest': [
    'src/domain',
    'src/ports',
    'src/engine',
    'src/strategies',
    'src/evidence',
    'src/indicators',
    'src/patterns',
    'src/analysis',
    'src/portfolio',
    'src/risk',
    'src/consensus',
  ],
  'src/jobs': [
    'src/domain',
    'src/ports',
    'src/engine',
    'src/backtest',
    'src/patterns',
    'src/analysis',
    'src/sentiment',
    'src/consensus',
    'src/portfolio',
  ],
  'src/adapters': ['src/domain', 'src/ports', 'src/wire.ts'],
  // The journal's hash chain is a pure function of the core; both stores of it must link records alike.
  db: ['src/domain', 'src/ports', 'src/wire.ts', 'src/journal'],
  'agents/judges': ['src/domain', 'src/evidence:type'],
  agents: [
    'src/domain',
    'src/ports',
    'src/consensus',
    'src/wire.ts',
    'src/evidence:type',
    'src/engine:type',
    'agents/judges',
  ],
  'mcp-servers': [
    'src/domain',
    'src/indicators',
    'src/patterns',
    'src/analysis',
    'src/consensus',
    'src/portfolio',
    'src/sentiment',
    'src/strategies',
    'src/evidence',
    'src/risk',
    'src/ports',
    'src/engine',
    'src/backtest',
    'src/wire.ts',
  ],
  'src/api': [
    'src/domain',
    'src/ports',
    'src/engine',
    'src/backtest',
    'src/wire.ts',
    'src/portfolio:type',
    'src/risk:type',
    'src/consensus:type',
  ],
  'src/web': ['src/domain:type', 'src/api:type', 'src/wire.ts:type'],
  'src/wire.ts': ['src/domain'],
  'src/config.ts': ['src/domain'],
};
/** These may import anything, and nothing below them may import them. */
const tops = [
  'src/system',
  'src/version.ts',
  'src/system.ts',
  'src/main.ts',
  'src/cli',
  'src/testing',
  'evals',
  'bench',
];

/** Each SDK has one home, so that it can be replaced there. */
const homes: Record<string, RegExp> = {
  '@langchain/langgraph': /^(agents\/graph\.ts|db\/checkpoints\.ts)$/,
  '@langchain/core': /^agents\/(graph|tool-client)\.ts$/,
  '@modelcontextprotocol/server': /^mcp-servers\/(shell\.ts|testing\/)/,
  'drizzle-orm': /^db\//,
  pg: /^db\//,
  '@electric-sql/pglite': /^db\//,
  'pg-boss': /^db\/jobs\.ts$/,
  ioredis: /^src\/(adapters\/(cache|bus)\/|testing\/|system\.ts)/,
  openai: /^src\/adapters\/model\//,
  '@google/genai': /^src\/adapters\/model\//,
  '@alpacahq/alpaca-trade-api': /^src\/adapters\//,
  'rss-parser': /^src\/adapters\/news\//,
};

/** Rooms that must give the same answer every time: no clock, chance, timers, network or environment. */
const pureRooms = [
  'src/domain',
  'src/ports',
  'src/indicators',
  'src/patterns',
  'src/analysis',
  'src/sentiment',
  'src/evidence',
  'src/consensus',
  'src/portfolio',
  'src/risk',
  'src/strategies',
  'src/engine',
  'src/journal',
  'src/backtest',
  'src/jobs',
  'agents',
  'src/api',
];
const worldly =
  /\b(Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|randomUUID\(|process\.env\b|(?<![.\w])fetch\((?!\w+\??:))/;

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const sources = ['src', 'agents', 'mcp-servers', 'db', 'evals', 'bench']
  .flatMap((folder) => walk(join(root, folder)))
  .map((file) => relative(root, file).replaceAll('\\', '/'));

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'dist' || entry.name === 'node_modules' ? [] : walk(full);
    return /\.tsx?$/.test(entry.name) ? [full] : [];
  });
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file) || /\/(e2e|testing)\//.test(file);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(pattern)].map(([, type, fixed, dynamic]) => {
    const target = (fixed ?? dynamic)!;
    const to = target.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/')
      : target;
    return { from: file, to, typeOnly: type !== undefined };
  });
}

/** The most specific room of the table, or a top, that holds the file. */
function roomOf(file: string): string | undefined {
  const rooms = [...Object.keys(table), ...tops].sort((a, b) => b.length - a.length);
  return rooms.find((room) => file === room || file.startsWith(`${room}/`));
}

describe('the architecture', () => {
  const edges = sources.filter((file) => !isTest(file)).flatMap(importsOf);

  it('gives every source file a room', () => {
    const homeless = sources.filter(
      (file) => !isTest(file) && roomOf(file) === undefined && !file.endsWith('.config.ts'),
    );
    expect(homeless).toEqual([]);
  });

  it('lets each room import only what its row of the table says', () => {
    const broken = edges.filter(({ from, to, typeOnly }) => {
      const room = roomOf(from);
      const target = roomOf(to);
      if (!room || !target || room === target || tops.includes(room)) return false;
      const allowed = table[room] ?? [];
      return !(allowed.includes(target) || (typeOnly && allowed.includes(`${target}:type`)));
    });
    expect(broken.map(({ from, to, typeOnly }) => `${from} -> ${to}${typeOnly ? ' (type)' : ''}`)).toEqual([]);
  });

  it('keeps packages out of the nouns and the indicators', () => {
    const broken = edges.filter(({ from, to }) => /^src\/(domain|indicators)\//.test(from) && !/^src\//.test(to));
    expect(broken.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('imports each SDK in its one home', () => {
    const broken = edges.filter(({ from, to }) => {
      const sdk = Object.keys(homes).find((name) => to === name || to.startsWith(`${name}/`));
      const room = roomOf(from);
      return sdk !== undefined && room !== 'src/testing' && room !== 'bench' && !homes[sdk]!.test(from);
    });
    expect(broken.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('keeps clock, chance, timers, environment and network out of the pure rooms', () => {
    const broken = sources
      .filter((file) => !isTest(file) && pureRooms.some((room) => file.startsWith(`${room}/`)))
      .flatMap((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .map((line, index) => ({ line: line.trim(), at: `${file}:${index + 1}` }))
          .filter(({ line }) => !/^(\*|\/\/|\/\*)/.test(line) && worldly.test(line))
          .map(({ at, line }) => `${at} ${line}`),
      );
    expect(broken).toEqual([]);
  });

  it('keeps files short enough to read', () => {
    const long = sources
      .filter((file) => !isTest(file))
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});
