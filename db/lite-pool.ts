import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { AppError } from '../src/domain/errors.ts';
import type { LiteReply, LiteRequest, LiteResult, LiteWorkerOptions } from './lite-worker.ts';

/** The forms in which `pg` takes a query. */
type QueryConfig = { text: string; values?: unknown[]; rowMode?: string; types?: typeof pg.types };
type Callback = (failure: Error | null, result?: unknown) => void;

export interface LitePoolOptions extends LiteWorkerOptions {
  /** How long a caller waits for the one session before it is told that a transaction holds it. */
  leaseTimeoutMs?: number;
  /** How long `end` waits for a client that was not given back. */
  endTimeoutMs?: number;
}

const LEASE_TIMEOUT_MS = 60_000;
/** A client that was never given back must not keep the desk from stopping; its transaction is not committed. */
const END_TIMEOUT_MS = 5_000;
const beginsTransaction = /^\s*(?:begin|start\s+transaction)\b/i;
const endsTransaction = /^\s*(?:commit|end|abort|rollback)\b(?!\s+to\b)/i;

// A `pg` pool is a class whose name drizzle looks at, and an event emitter: the one shape here that is not ours.
/**
 * A `pg.Pool` in shape, an embedded PostgreSQL in substance. It runs in a thread of its own, so that a long query does
 * not stop the desk, and has one session: clients take turns, first come, first served. Never query the pool inside an
 * open transaction; use the transaction.
 */
export class LitePool extends EventEmitter {
  readonly options: LitePoolOptions;
  readonly ready: Promise<void>;
  ended = false;
  #worker: Worker;
  #pending = new Map<number, { resolve: (results: LiteResult[]) => void; reject: (failure: unknown) => void }>();
  #nextId = 1;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;
  #dead: AppError | undefined;
  #closing = false;

  constructor(options: LitePoolOptions = {}) {
    super();
    this.options = options;
    const workerData: LiteWorkerOptions = { folder: options.folder, template: options.template };
    this.#worker = new Worker(new URL('./lite-worker.ts', import.meta.url), {
      workerData,
      execArgv: [],
      stderr: false,
    });
    this.#worker.on('message', (reply: LiteReply) => this.#settle(reply));
    this.#worker.on('error', (cause) => this.#die(`The embedded database stopped: ${(cause as Error).message}`, cause));
    this.#worker.on('exit', (code) => {
      if (!this.#closing) this.#die(`The embedded database stopped unexpectedly (exit ${code}).`);
    });
    this.ready = new Promise((resolve, reject) => {
      this.#pending.set(0, { resolve: () => resolve(), reject });
    });
    // Whoever opens the pool awaits `ready`; without this a failed start would also end the process.
    this.ready.catch(() => undefined);
  }

  get totalCount() {
    return 1;
  }
  get idleCount() {
    return this.#waiting === 0 ? 1 : 0;
  }
  get waitingCount() {
    return Math.max(0, this.#waiting - 1);
  }

  /** Leases the session until `release`. */
  async connect(): Promise<LiteClient & { run: Run }> {
    const release = await this.#lease();
    return leasedClient((text, values, config) => this.#run(text, values, config), release);
  }

  query(
    config: string | QueryConfig,
    values?: unknown[] | Callback,
    callback?: Callback,
  ): Promise<unknown> | undefined {
    return dispatch(config, values, callback, async (text, given, shape) => {
      const client = await this.connect();
      try {
        const result = await client.run(text, given, shape);
        client.release();
        return result;
      } catch (failure) {
        client.release(failure as Error);
        throw failure;
      }
    });
  }

  /** Waits for whoever holds the session, but not for ever, then closes the database cleanly. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    if (this.#dead) return;
    await withinTime(this.#tail, this.options.endTimeoutMs ?? END_TIMEOUT_MS);
    this.#closing = true;
    await this.#ask({ id: 0, kind: 'close' }).catch(() => undefined);
    await this.#worker.terminate();
  }

  /** Ends the thread at once and closes nothing, as a crash would. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #lease(): Promise<Release> {
    if (this.#dead) throw this.#dead;
    if (this.ended) throw new AppError('unavailable', 'The embedded database is closed.');
    const before = this.#tail;
    let done = () => {};
    this.#tail = new Promise((resolve) => {
      done = resolve;
    });
    this.#waiting++;
    const giveBack = () => {
      this.#waiting--;
      done();
    };
    const limit = this.options.leaseTimeoutMs ?? LEASE_TIMEOUT_MS;
    const inTime = this.#waiting === 1 || (await withinTime(before, limit));
    if (!inTime) {
      // Keeps its place in the line, so that the order stays first come, first served.
      before.then(giveBack);
      throw new AppError('timeout', `The embedded database was busy for ${limit} ms: a transaction holds it.`);
    }
    if (this.#dead) {
      giveBack();
      throw this.#dead;
    }
    return (failure, openTransaction) => {
      if (!failure && !openTransaction) return giveBack();
      // `pg` would close such a connection; there is only one here, so it is made clean instead.
      this.#ask({ id: 0, kind: 'exec', text: 'ROLLBACK' }).then(giveBack, giveBack);
    };
  }

  async #run(text: string, values: unknown[] | undefined, config: Partial<QueryConfig>) {
    const results =
      values && values.length > 0
        ? await this.#ask({ id: 0, kind: 'query', text, values: values.map(prepared) })
        : await this.#ask({ id: 0, kind: 'exec', text });
    const shaped = results.map((each) => shapeResult(each, config));
    return shaped.length === 1 ? shaped[0] : shaped;
  }

  #ask(request: LiteRequest): Promise<LiteResult[]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id });
    });
  }

  #settle(reply: LiteReply) {
    const waiter = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (!waiter) return;
    if ('results' in reply) return waiter.resolve(reply.results);
    const { message, fields } = reply.failure;
    waiter.reject(Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields));
  }

  #die(message: string, cause?: unknown) {
    if (this.#dead) return;
    this.#dead = new AppError('unavailable', message, { cause, hint: 'Start Conclave again; committed work is kept.' });
    for (const waiter of this.#pending.values()) waiter.reject(this.#dead);
    this.#pending.clear();
    if (this.listenerCount('error') > 0) this.emit('error', this.#dead);
  }
}

type Run = (text: string, values: unknown[] | undefined, config: Partial<QueryConfig>) => Promise<unknown>;

/** One lease, shaped as a `pg` client. */
export interface LiteClient {
  query(config: string | QueryConfig, values?: unknown[] | Callback, callback?: Callback): Promise<unknown> | undefined;
  /** Gives the session back; an open transaction is rolled back first. */
  release(failure?: Error | boolean): void;
}

type Release = (failure?: unknown, openTransaction?: boolean) => void;

function leasedClient(run: Run, giveBack: Release): LiteClient & { run: Run } {
  let released = false;
  let openTransaction = false;
  const watched: Run = async (text, values, config) => {
    if (released) throw new Error('This client was released; it must not be used any more.');
    if (beginsTransaction.test(text)) openTransaction = true;
    const result = await run(text, values, config);
    if (endsTransaction.test(text)) openTransaction = false;
    return result;
  };
  return {
    run: watched,
    query: (config, values, callback) => dispatch(config, values, callback, watched),
    release(failure) {
      if (released) throw new Error('This client was already released to the pool.');
      released = true;
      giveBack(failure, openTransaction);
    },
  };
}

function dispatch(
  config: string | QueryConfig,
  values: unknown[] | Callback | undefined,
  callback: Callback | undefined,
  run: Run,
): Promise<unknown> | undefined {
  const shape = typeof config === 'string' ? { text: config } : config;
  const given = Array.isArray(values) ? values : shape.values;
  const done = typeof values === 'function' ? values : callback;
  const running = run(shape.text, given, shape);
  if (!done) return running;
  running.then(
    (result) => done(null, result),
    (failure) => done(failure),
  );
  return undefined;
}

const prepared = (value: unknown) => (pg as unknown as { utils: typeof pgUtils }).utils.prepareValue(value);
declare const pgUtils: { prepareValue(value: unknown): string | Uint8Array | null };

function shapeResult({ fields, rows, command, rowCount }: LiteResult, { rowMode, types }: Partial<QueryConfig>) {
  const parsers = fields.map(({ dataTypeID }) => (types ?? pg.types).getTypeParser(dataTypeID, 'text'));
  const parse = (row: (string | null)[], column: number) => {
    const text = row[column];
    return text === null || text === undefined ? null : parsers[column]!(text);
  };
  const shaped =
    rowMode === 'array'
      ? rows.map((row) => fields.map((_, column) => parse(row, column)))
      : rows.map((row) => Object.fromEntries(fields.map(({ name }, column) => [name, parse(row, column)])));
  return { command, rowCount, oid: null, fields, rows: shaped };
}

/** True when `promise` settled within the time. */
function withinTime(promise: Promise<unknown>, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limit);
    promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
