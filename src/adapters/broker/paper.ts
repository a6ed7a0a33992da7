import { decodeJson, encodeJson } from '../../domain/canonical.ts';
import { amountOf, type Rate } from '../../domain/decimal.ts';
import { AppError } from '../../domain/errors.ts';
import type { Order } from '../../domain/order.ts';
import type { Quote } from '../../domain/quote.ts';
import { MINUTE, type Timestamp } from '../../domain/time.ts';
import type { Broker, BrokerEvent } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Disk } from '../../ports/disk.ts';
import type { BarPrices, Exchange, ExchangeState } from '../../ports/exchange.ts';
import { openArchive } from './paper-archive.ts';

export interface PaperBrokerOptions {
  clock: Clock;
  account: string;
  /** The simulated exchange of the backtest, given here because adapters do not import it. */
  exchange: (options: { rate: (symbol: string) => Rate; state?: ExchangeState }) => Exchange;
  disk: Disk;
  /** Folder on the disk; one per account. */
  folder?: string;
  /**
   * The current quote. With it a market order fills at once; without it orders wait for the next onQuote or onBar,
   * as in the backtest.
   */
  quotes?: (symbol: string) => Promise<Quote>;
  /** Why nobody could trade at a quote now, or undefined; `wide` says that only who insists could. All fit when absent. */
  unfit?: (quote: Quote) => Promise<{ why: string; wide?: boolean } | undefined>;
  /** Quote currency to the account's, now. */
  rate: (symbol: string) => Promise<number>;
  /** Told when a listener throws: the event is on disk, and reconciliation will find it. */
  onListenerFailure: (failure: unknown) => void;
}

export interface PaperBroker extends Broker {
  /** Matches resting orders against a new quote. */
  onQuote(quote: Quote): Promise<void>;
  /** Matches resting orders against a complete bar of mid prices. */
  onBar(symbol: string, bar: BarPrices, simulated?: boolean): Promise<void>;
  /** Until when resting orders of a symbol have met prices of a kind; what came later is to be caught up with. */
  metUntil(symbol: string, simulated: boolean): Promise<Timestamp | undefined>;
  /** Resolves when every event so far was delivered. */
  settled(): Promise<void>;
}

/** Closed orders that stay in the state file, which is written whole; older ones move to the archive in batches. */
const KEPT = 50;
const BATCH = 50;
const stateVersion = 1;
/** How often the time of the newest price goes to the disk, when nothing else does. */
const NOTED = MINUTE;

const kindOf = (symbol: string, simulated: boolean | undefined) => (simulated ? `${symbol} simulated` : symbol);

/**
 * The built-in broker. Whatever it answers is on disk before the answer, so that after a crash reconciliation can ask
 * it what became of an order. Calls run one after another; events leave in order, after they are durable. A listener
 * may call the broker: delivery never holds up the next call.
 */
export function paperBroker(options: PaperBrokerOptions): PaperBroker {
  const { clock, account, disk, quotes, onListenerFailure } = options;
  const folder = options.folder ?? `paper/${account}`;
  const path = `${folder}/state.json`;
  const rates = new Map<string, Rate>();
  const listeners = new Set<(event: BrokerEvent) => void | Promise<void>>();
  const archive = openArchive(disk, folder);
  let exchange: Exchange | undefined;
  let met: Record<string, Timestamp> = {};
  let writtenAt = clock.now();
  let calls: Promise<unknown> = Promise.resolve();
  let deliveries: Promise<void> = Promise.resolve();
  let unsent: BrokerEvent[] = [];
  let closed = false;

  const rate = (symbol: string) => {
    const known = rates.get(symbol);
    if (known === undefined) throw new AppError('internal', `No rate for ${symbol} was asked before matching.`);
    return known;
  };

  async function load(): Promise<Exchange> {
    if (exchange) return exchange;
    const bytes = await disk.read(path);
    const kept = bytes && decode(bytes, path);
    met = { ...kept?.met };
    exchange = options.exchange({ rate, ...(kept ? { state: kept.state } : {}) });
    await archive.load();
    return exchange;
  }

  /** Runs after all earlier calls, whether they failed or not. */
  function inTurn<T>(call: (exchange: Exchange) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new AppError('unavailable', 'The paper broker is closed.'));
    const result = calls.then(load).then(call);
    calls = result.catch(() => undefined);
    return result;
  }

  async function commit(held: Exchange, events: readonly BrokerEvent[]) {
    unsent.push(...events);
    const old = held.trim(KEPT, BATCH);
    // The archive first: a crash between the two leaves an order in both places, never in none.
    if (old.orders.length > 0) await archive.append(old);
    const text = encodeJson({ version: stateVersion, state: held.state(), met });
    await disk.write(path, new TextEncoder().encode(text));
    writtenAt = clock.now();
    const ready = unsent;
    unsent = [];
    deliveries = deliveries.then(() => deliver(ready));
  }

  async function deliver(events: readonly BrokerEvent[]) {
    for (const event of events) {
      for (const listener of [...listeners]) {
        try {
          await listener(event);
        } catch (failure) {
          onListenerFailure(failure);
        }
      }
    }
  }

  async function learnRate(symbol: string) {
    rates.set(symbol, amountOf<Rate>(await options.rate(symbol)));
  }

  async function currentQuote(order: Order): Promise<Quote | undefined> {
    if (!quotes) return undefined;
    const insists = order.type === 'market';
    let quote: Quote;
    try {
      quote = await quotes(order.symbol);
    } catch (cause) {
      if (!insists) return undefined;
      throw new AppError('broker_rejected', `No quote of ${order.symbol} to fill a market order at.`, { cause });
    }
    if (insists && Boolean(quote.simulated) !== Boolean(order.simulated)) {
      const [judged, now] = order.simulated ? ['simulated', 'real'] : ['real', 'simulated'];
      const why = `The order for ${order.symbol} was judged on ${judged} prices; now there are ${now} ones.`;
      throw new AppError('broker_rejected', why, { hint: 'Ask again: it is judged anew on the prices of now.' });
    }
    const flaw = await options.unfit?.(quote);
    if (!flaw || (flaw.wide && insists)) return quote;
    if (!insists) return undefined;
    throw new AppError('broker_rejected', `No market order of ${order.symbol} fills now: ${flaw.why}`);
  }

  const meet = (
    symbol: string,
    tape: { until: Timestamp; simulated?: boolean },
    match: (held: Exchange, at: Timestamp) => readonly BrokerEvent[],
  ) =>
    inTurn(async (held) => {
      if (!held.rests(symbol)) return;
      await learnRate(symbol);
      const before = memory(held);
      const now = clock.now();
      const events = match(held, now);
      const kind = kindOf(symbol, tape.simulated);
      met[kind] = Math.max(met[kind] ?? 0, Math.min(tape.until, now));
      // A trailing stop that moved is news for the disk, though not for the desk.
      const noteworthy = events.length > 0 || memory(held) !== before || now - writtenAt >= NOTED;
      if (noteworthy) await commit(held, events);
    });

  return {
    name: 'paper',
    mode: 'paper',
    submit: (order) =>
      inTurn(async (held) => {
        const known = held.order(order.clientOrderId) ?? (await archive.order(order.clientOrderId));
        if (known) return { brokerOrderId: known.brokerOrderId! };
        if (order.account !== account) {
          throw new AppError('broker_rejected', `This paper broker keeps ${account}, not ${order.account}.`);
        }
        const quote = await currentQuote(order);
        await learnRate(order.symbol);
        const at = clock.now();
        const events = held.submit(order, at);
        const filled = quote ? held.onQuote({ ...quote, eventTime: at }, at) : [];
        try {
          await commit(held, [...events, ...filled]);
        } catch (cause) {
          throw new AppError('broker_unknown', 'The paper broker could not write the order down.', { cause });
        }
        return { brokerOrderId: held.order(order.clientOrderId)!.brokerOrderId! };
      }),
    cancel: (clientOrderId) =>
      inTurn(async (held) => {
        if (await archive.order(clientOrderId)) return;
        const events = held.cancel(clientOrderId, clock.now());
        if (events.length > 0) await commit(held, events);
      }),
    order: (clientOrderId) => inTurn(async (held) => held.order(clientOrderId) ?? archive.order(clientOrderId)),
    openOrders: () => inTurn(async (held) => held.openOrders()),
    fillsSince: (time) =>
      inTurn(async (held) => {
        const recent = held.fills().filter((fill) => fill.eventTime >= time);
        const seen = new Set(recent.map((fill) => fill.id));
        const older = (await archive.fillsSince(time)).filter((fill) => !seen.has(fill.id));
        return [...older, ...recent].sort((a, b) => a.eventTime - b.eventTime);
      }),
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async onQuote(quote) {
      // A stop is for what trades: the widest quote of the night, or Friday's on Saturday, must not close a position.
      if (await options.unfit?.(quote)) return;
      const { symbol, simulated, eventTime: until } = quote;
      await meet(symbol, { until, simulated }, (held, at) => held.onQuote(quote, at));
    },
    onBar: (symbol, bar, simulated) =>
      meet(symbol, { until: bar.closeTime, simulated }, (held, at) => held.onBar(symbol, bar, at, simulated)),
    metUntil: (symbol, simulated) => inTurn(async () => met[kindOf(symbol, simulated)]),
    async settled() {
      // A listener may have called the broker, whose answer may have made events.
      for (let last: unknown; last !== deliveries; ) {
        last = deliveries;
        await calls;
        await deliveries;
      }
    },
    async close() {
      closed = true;
      await calls;
      await deliveries;
      listeners.clear();
    },
  };
}

/** What matching remembers without telling anyone. */
const memory = (held: Exchange) =>
  held
    .state()
    .resting.map(({ extreme, triggered }) => `${extreme ?? ''}${triggered ?? ''}`)
    .join();

interface Kept {
  version: number;
  state: ExchangeState;
  /** Absent in files of before it was kept. */
  met?: Record<string, Timestamp>;
}

function decode(bytes: Uint8Array, path: string): Kept {
  try {
    const kept = decodeJson<Kept>(new TextDecoder().decode(bytes));
    const { version } = kept;
    if (version === stateVersion) return kept;
    throw new AppError('schema_outdated', `${path} was written by another version of Conclave (${version}).`);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('corrupt', `The paper broker's state ${path} cannot be read.`, { cause });
  }
}
