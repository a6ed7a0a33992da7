import { AppError } from '../../../domain/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Random } from '../../../ports/random.ts';
import type { OpenSocket } from '../../../ports/socket.ts';
import type { VendorEvent, VendorStream } from '../../../ports/stream.ts';
import { type Connection, connect } from './connection.ts';
import type { Feed } from './feed.ts';

/** The pause before a new try is drawn from zero to this, doubled with every try up to `LONGEST_PAUSE` (full jitter). */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** A connection that held for so long was a good one: the next pause is short again. */
const STEADY = 60_000;
/** Symbols that come one after another share one new connection, where each change needs one. */
const GATHER = 1_000;

export interface SessionDeps {
  clock: Clock;
  random: Random;
  openSocket: OpenSocket;
}

/** A feed that is kept up: connected with the first symbol, tried again when it is lost, left with the last symbol. */
export function openSession(feed: Feed, deps: SessionDeps, listener: (event: VendorEvent) => void): VendorStream {
  const { clock, random } = deps;
  const followed = new Map<string, string>();
  const secrets = feed.secrets.filter((each) => each !== undefined && each !== '') as string[];
  const redacted = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  let connection: Connection | undefined;
  let pause: AbortController | undefined;
  let tries = 0;
  let upSince: number | undefined;
  let over = false;

  const fault = (reason: string, symbol?: string) =>
    listener({ kind: 'fault', reason: redacted(reason), ...(symbol === undefined ? {} : { symbol }) });

  function dial() {
    pause = undefined;
    connection = connect(feed, deps, followed, {
      tell: listener,
      fault,
      up() {
        upSince = clock.now();
        listener({ kind: 'up' });
      },
      ended(reason, why) {
        connection = undefined;
        if (why === 'refused') {
          over = true;
          listener({ kind: 'refused', reason: redacted(reason) });
        } else again(redacted(reason), why === 'other-symbols' ? GATHER : undefined);
      },
    });
  }

  function again(reason: string, fixed?: number) {
    if (upSince !== undefined && clock.now() - upSince >= STEADY) tries = 0;
    upSince = undefined;
    const retryInMs = fixed ?? Math.round(random.next() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries++));
    const waiting = new AbortController();
    pause = waiting;
    listener({ kind: 'down', reason, retryInMs });
    clock.sleep(retryInMs, waiting.signal).then(dial, () => undefined);
  }

  /** Back to nothing, as before the first symbol. */
  async function hangUp() {
    pause?.abort();
    pause = undefined;
    const last = connection;
    connection = undefined;
    upSince = undefined;
    tries = 0;
    await last?.close();
  }

  return {
    channels: feed.channels,
    follow(instruments) {
      if (over) return;
      for (const instrument of instruments) {
        const code = codeOrFault(instrument.symbol, () => feed.codeOf(instrument));
        if (code === undefined || followed.has(code)) continue;
        if (followed.size < feed.mostCodes) followed.set(code, instrument.symbol);
        else fault(`${feed.vendor} carries at most ${feed.mostCodes} symbols on a connection.`, instrument.symbol);
      }
      if (connection) connection.sync();
      else if (!pause && followed.size > 0) dial();
    },
    unfollow(symbols) {
      const leaving = new Set(symbols);
      for (const [code, symbol] of followed) if (leaving.has(symbol)) followed.delete(code);
      if (followed.size === 0) void hangUp();
      else connection?.sync();
    },
    async close() {
      over = true;
      followed.clear();
      await hangUp();
    },
  };

  function codeOrFault(symbol: string, codeOf: () => string): string | undefined {
    try {
      return codeOf();
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      fault(failure.message, symbol);
      return undefined;
    }
  }
}
