import type { Instrument } from '../../domain/instrument.ts';
import type { Channel, OpenVendorStream, VendorEvent, VendorStream } from '../../ports/stream.ts';

/** A vendor that may be asked for live prices of an instrument. */
export interface StreamingVendor {
  name: string;
  stream: OpenVendorStream;
}

/** What a vendor says of a symbol. */
export type MarketEvent = Extract<VendorEvent, { kind: 'tick' | 'quote' | 'bar' | 'book' }>;

export interface UpstreamListener {
  event(symbol: string, event: MarketEvent): void;
  /** From now on the vendor's events of these symbols come. */
  up(symbols: readonly string[], vendor: string): void;
  down(symbols: readonly string[], vendor: string, reason: string): void;
  /** No vendor is left that streams the symbol. */
  none(symbol: string): void;
  notice(text: string): void;
}

/** Vendors' streams: one connection a vendor, each symbol at the first vendor of its chain that serves it. */
export interface Upstream {
  follow(instrument: Instrument): void;
  unfollow(symbol: string): void;
  vendorOf(symbol: string): string | undefined;
  /** Whether the symbol's vendor is connected and sends this. */
  brings(symbol: string, channel: Channel): boolean;
  close(): Promise<void>;
}

interface Connection {
  name: string;
  stream: VendorStream;
  symbols: Map<string, Instrument>;
  /** Symbols whose events come now. */
  up: Set<string>;
  /** One connection for all symbols, and it is up: what is added is up as well. */
  allUp: boolean;
  /** The last one that was told. */
  fault?: string;
}

export function createUpstream(
  vendorsOf: (instrument: Instrument) => readonly StreamingVendor[],
  listener: UpstreamListener,
): Upstream {
  const connections = new Map<string, Connection>();
  const placed = new Map<string, Connection>();
  /** Vendors that will not serve this desk, and `vendor|symbol` of what a vendor does not have. */
  const refused = new Set<string>();
  const closing = new Set<Promise<void>>();

  function drop(connection: Connection) {
    if (connections.get(connection.name) === connection) connections.delete(connection.name);
    const closed = connection.stream.close().catch((failure: unknown) => {
      listener.notice(`${connection.name} did not close cleanly: ${String(failure)}`);
    });
    closing.add(closed);
    closed.then(() => closing.delete(closed));
  }

  function leave(symbol: string) {
    const connection = placed.get(symbol);
    if (!connection) return;
    placed.delete(symbol);
    connection.symbols.delete(symbol);
    connection.up.delete(symbol);
    if (connection.symbols.size === 0) drop(connection);
    else connection.stream.unfollow([symbol]);
  }

  function place(instrument: Instrument) {
    const { symbol } = instrument;
    const vendor = vendorsOf(instrument).find(({ name }) => !refused.has(name) && !refused.has(`${name}|${symbol}`));
    if (!vendor) return listener.none(symbol);
    const connection = connections.get(vendor.name) ?? open(vendor);
    connection.symbols.set(symbol, instrument);
    placed.set(symbol, connection);
    connection.stream.follow([instrument]);
    // The vendor may have refused it at once; then it is elsewhere by now.
    if (!connection.allUp || placed.get(symbol) !== connection) return;
    connection.up.add(symbol);
    listener.up([symbol], connection.name);
  }

  function open({ name, stream }: StreamingVendor): Connection {
    const connection = { name, symbols: new Map(), up: new Set(), allUp: false } as unknown as Connection;
    connections.set(name, connection);
    connection.stream = stream((event) => {
      if (connections.get(name) === connection) hear(connection, event);
    });
    return connection;
  }

  function hear(connection: Connection, event: VendorEvent) {
    const { name, symbols, up } = connection;
    const named = (of: { symbols?: readonly string[] }) =>
      (of.symbols ?? [...symbols.keys()]).filter((each) => symbols.has(each));
    switch (event.kind) {
      case 'up': {
        const now = named(event);
        connection.allUp = event.symbols === undefined;
        for (const symbol of now) up.add(symbol);
        return listener.up(now, name);
      }
      case 'down': {
        const now = named(event);
        connection.allUp = false;
        for (const symbol of now) up.delete(symbol);
        return listener.down(now, name, event.reason);
      }
      case 'refused': {
        listener.notice(`${name} does not stream to this desk: ${event.reason}`);
        const moved = named(event).map((symbol) => symbols.get(symbol)!);
        // Where a vendor has several connections the others go on.
        if (event.symbols === undefined) refused.add(name);
        else for (const { symbol } of moved) refused.add(`${name}|${symbol}`);
        for (const { symbol } of moved) {
          placed.delete(symbol);
          symbols.delete(symbol);
          up.delete(symbol);
        }
        if (symbols.size === 0) drop(connection);
        for (const instrument of moved) place(instrument);
        return;
      }
      case 'fault': {
        // Rubbish comes message by message: it is told once.
        if (event.reason !== connection.fault) listener.notice(`${name}: ${event.reason}`);
        connection.fault = event.reason;
        const instrument = event.symbol === undefined ? undefined : symbols.get(event.symbol);
        if (!instrument) return;
        refused.add(`${name}|${instrument.symbol}`);
        leave(instrument.symbol);
        return place(instrument);
      }
      default: {
        const symbol = symbolOf(event);
        if (!symbols.has(symbol)) return;
        // A symbol that was added to a connection of several is up when it speaks.
        if (!up.has(symbol)) {
          up.add(symbol);
          listener.up([symbol], name);
        }
        listener.event(symbol, event);
      }
    }
  }

  return {
    follow(instrument) {
      if (!placed.has(instrument.symbol)) place(instrument);
    },
    unfollow: leave,
    vendorOf: (symbol) => placed.get(symbol)?.name,
    brings(symbol, channel) {
      const connection = placed.get(symbol);
      return connection?.up.has(symbol) === true && connection.stream.channels.includes(channel);
    },
    async close() {
      for (const connection of [...connections.values()]) drop(connection);
      placed.clear();
      await Promise.all(closing);
    },
  };
}

function symbolOf(event: MarketEvent): string {
  switch (event.kind) {
    case 'tick':
      return event.tick.symbol;
    case 'quote':
      return event.quote.symbol;
    case 'book':
      return event.book.symbol;
    case 'bar':
      return event.symbol;
  }
}
