import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** What the pool asks. No values: the simple protocol, which takes several statements. */
export type LiteRequest =
  | { id: number; kind: 'query'; text: string; values: (string | Uint8Array | null)[] }
  | { id: number; kind: 'exec'; text: string }
  | { id: number; kind: 'close' };

/** Rows are arrays of PostgreSQL's own text, which the pool parses as `pg` would. */
export interface LiteResult {
  fields: { name: string; dataTypeID: number }[];
  rows: (string | null)[][];
  command: string;
  rowCount: number;
}
export type LiteReply =
  | { id: number; results: LiteResult[] }
  | { id: number; failure: { message: string; fields: Record<string, unknown> } };

export interface LiteWorkerOptions {
  /** Undefined: in memory. */
  folder?: string;
  /** In memory only: a dump of an empty database to start from, which spares two seconds of making one. */
  template?: string;
}

const port = parentPort;
if (!port) throw new Error('lite-worker.ts runs only as a worker thread.');

const identity = (value: unknown) => value;
// Values arrive prepared and leave as text: every type passes through unchanged.
const untouched = new Proxy({}, { get: () => identity });

const { folder, template } = workerData as LiteWorkerOptions;
const opening = open();

async function open(): Promise<PGlite> {
  if (folder) return PGlite.create({ dataDir: folder });
  const loadDataDir = template ? new Blob([await readFile(template)]) : undefined;
  return PGlite.create({ dataDir: 'memory://', loadDataDir });
}

const errorFields = [
  'code',
  'severity',
  'detail',
  'hint',
  'position',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

function failureOf(error: unknown) {
  const known = error as Record<string, unknown> & { message?: string };
  const fields = Object.fromEntries(errorFields.filter((name) => known[name] !== undefined).map((n) => [n, known[n]]));
  return { message: String(known.message ?? error), fields };
}

async function answer(request: LiteRequest): Promise<LiteResult[]> {
  const lite = await opening;
  if (request.kind === 'close') {
    await lite.close();
    return [];
  }
  const answers =
    request.kind === 'exec'
      ? await lite.exec(request.text, { rowMode: 'array' })
      : [await lite.query(request.text, request.values, { rowMode: 'array' })];
  return answers.map(({ fields, rows, command, rowCount }) => ({
    fields,
    rows: rows as unknown as (string | null)[][],
    command: command ?? '',
    rowCount: rowCount ?? rows.length,
  }));
}

// One after the other: the engine has one session, and the pool leases it to one client at a time.
let last: Promise<void> = opening.then(
  (lite) => {
    Object.assign(lite, { parsers: untouched, serializers: untouched });
    port.postMessage({ id: 0, results: [] } satisfies LiteReply);
  },
  (error) => port.postMessage({ id: 0, failure: failureOf(error) } satisfies LiteReply),
);
port.on('message', (request: LiteRequest) => {
  last = last.then(async () => {
    try {
      port.postMessage({ id: request.id, results: await answer(request) } satisfies LiteReply);
    } catch (error) {
      port.postMessage({ id: request.id, failure: failureOf(error) } satisfies LiteReply);
    }
    if (request.kind === 'close') port.close();
  });
});
