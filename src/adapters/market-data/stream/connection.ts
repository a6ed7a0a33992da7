import type { Clock } from '../../../ports/clock.ts';
import type { OpenSocket, Socket } from '../../../ports/socket.ts';
import { type Feed, type Heard, type MarketEvent, unreadable } from './feed.ts';

/** From the call to the first event: a vendor that takes longer is tried anew. */
const UP_WITHIN = 30_000;
/** How long a vendor may take to answer a normal end. */
const GOODBYE = 2_000;

export interface ConnectionListeners {
  tell(event: MarketEvent): void;
  fault(reason: string, symbol?: string): void;
  /** Signed in and subscribed to all that is followed. Once. */
  up(): void;
  /** The last word, unless `close` was called. `refused`: it makes no sense to try again. */
  ended(reason: string, why: 'refused' | 'lost' | 'other-symbols'): void;
}

export interface Connection {
  /** Brings the subscriptions in line with what is followed now. */
  sync(): void;
  close(): Promise<void>;
}

/** One connection, from the call to its end: sign-in, subscriptions within the vendor's pace, and a watch for silence. */
export function connect(
  feed: Feed,
  { clock, openSocket }: { clock: Clock; openSocket: OpenSocket },
  followed: ReadonlyMap<string, string>,
  listeners: ConnectionListeners,
): Connection {
  const { vendor, subscription, silenceMs } = feed;
  const life = new AbortController();
  const opened = clock.now();
  const inAddress = [...followed.keys()];
  const subscribed = new Set<string>(subscription ? [] : inAddress);
  const sentAt: number[] = [];
  let heardAt = opened;
  let signedIn = false;
  let up = false;
  let sending = false;
  let unanswered = 0;
  let closed: () => void = () => undefined;
  const whenClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });

  const end = (reason: string, why: 'refused' | 'lost' | 'other-symbols') => {
    if (life.signal.aborted) return;
    life.abort();
    socket?.drop();
    listeners.ended(reason, why);
  };

  const heard: Heard = {
    symbolOf: (code) => followed.get(code),
    // A reader may wait for something else meanwhile; what it says after the end is of no use.
    tell: (event) => life.signal.aborted || listeners.tell(event),
    fault: (reason, symbol) => life.signal.aborted || listeners.fault(reason, symbol),
    signedIn: () => {
      signedIn = true;
      sync();
    },
    acknowledged: () => {
      unanswered = Math.max(0, unanswered - 1);
      raise();
    },
    refused: (reason) => end(reason, 'refused'),
    broken: (reason) => end(reason, 'lost'),
  };
  const read = feed.reader(heard);

  function raise() {
    if (up || life.signal.aborted || !signedIn || sending || unanswered > 0) return;
    up = true;
    listeners.up();
  }

  /** Leaves first, so that a full connection has room for who joins. */
  function next(): { action: 'subscribe' | 'unsubscribe'; codes: string[] } | undefined {
    const leaving = [...subscribed].filter((code) => !followed.has(code));
    if (leaving.length > 0) return { action: 'unsubscribe', codes: leaving };
    const joining = [...followed.keys()].filter((code) => !subscribed.has(code));
    return joining.length > 0 ? { action: 'subscribe', codes: joining } : undefined;
  }

  async function send({ message, batch, answered, pace }: NonNullable<Feed['subscription']>) {
    sending = true;
    // Whoever follows many symbols one by one in a turn gets one message for all.
    await Promise.resolve();
    while (next()) {
      const wait = sentAt.length < pace.messages ? 0 : sentAt[0]! + pace.perMs - clock.now();
      if (wait > 0) await clock.sleep(wait, life.signal);
      // Meanwhile others may have come or gone.
      const change = next();
      if (!change || life.signal.aborted) break;
      const codes = change.codes.slice(0, batch);
      for (const code of codes) change.action === 'subscribe' ? subscribed.add(code) : subscribed.delete(code);
      socket.send(message(change.action, codes));
      if (answered) unanswered++;
      if (sentAt.push(clock.now()) > pace.messages) sentAt.shift();
    }
    sending = false;
    raise();
  }

  function sync() {
    if (life.signal.aborted) return;
    if (!subscription && (inAddress.length !== followed.size || inAddress.some((code) => !followed.has(code)))) {
      return end(`${vendor} is opened anew for other symbols.`, 'other-symbols');
    }
    if (!signedIn || sending) return;
    if (subscription) send(subscription).catch(ifAlive);
    else raise();
  }

  async function watch() {
    for (;;) {
      await clock.sleep(silenceMs / 3, life.signal);
      const quiet = clock.now() - heardAt;
      if (quiet >= silenceMs) return end(`${vendor} was silent for ${Math.round(quiet / 1000)} s.`, 'lost');
      if (!up && clock.now() - opened >= UP_WITHIN) {
        return end(`${vendor} did not take the sign-in or the subscription in time.`, 'lost');
      }
      socket?.ping();
    }
  }

  /** A pause that was cut short by the end of this connection is no failure. */
  const ifAlive = (failure: unknown) => {
    if (!life.signal.aborted) throw failure;
  };

  const socket: Socket = openSocket(feed.address(inAddress), {
    onOpen() {
      heardAt = clock.now();
      if (feed.signIn) socket.send(feed.signIn());
      else heard.signedIn();
    },
    onAlive() {
      heardAt = clock.now();
    },
    onMessage(bytes) {
      if (life.signal.aborted) return;
      heardAt = clock.now();
      try {
        read(bytes);
      } catch (failure) {
        listeners.fault(unreadable(vendor, failure));
      }
    },
    onClose({ code, status, failure }) {
      closed();
      if (status === 401 || status === 403) end(`${vendor} refused the key (${status}).`, 'refused');
      else if (status !== undefined) end(`${vendor} answered ${status}.`, 'lost');
      else if (failure) end(`${vendor} cannot be reached${systemCode(failure)}.`, 'lost');
      else end(`${vendor} closed the connection (${code}).`, 'lost');
    },
  });
  watch().catch(ifAlive);

  return {
    sync,
    async close() {
      if (life.signal.aborted) return;
      life.abort();
      socket.close();
      const patience = new AbortController();
      await Promise.race([whenClosed, clock.sleep(GOODBYE, patience.signal).catch(() => undefined)]);
      patience.abort();
      socket.drop();
    },
  };
}

/** Codes of the system such as ECONNREFUSED; texts of unknown errors may hold anything. */
function systemCode(failure: Error): string {
  const { code, cause } = failure as { code?: unknown; cause?: { code?: unknown } };
  const known = typeof code === 'string' ? code : cause?.code;
  return typeof known === 'string' ? ` (${known})` : '';
}
