import type { Instrument } from '../../../domain/instrument.ts';
import type { Duration } from '../../../domain/time.ts';
import type { SocketAddress } from '../../../ports/socket.ts';
import type { Channel, VendorEvent } from '../../../ports/stream.ts';

/** Facts of the market, without what a connection says about itself. */
export type MarketEvent = Extract<VendorEvent, { kind: Channel }>;

/** What a feed's reader tells the session. */
export interface Heard {
  /** Our symbol of a vendor's code; undefined where it is not followed, or not any more. */
  symbolOf(code: string): string | undefined;
  tell(event: MarketEvent): void;
  fault(reason: string, symbol?: string): void;
  /** The keys were taken. A feed without `signIn` need not say so. */
  signedIn(): void;
  /** One message of `subscription` was answered, with yes or with no. */
  acknowledged(): void;
  /** The vendor will not serve us: no further try. */
  refused(reason: string): void;
  /** This connection is of no more use; a new one is opened after a pause. */
  broken(reason: string): void;
}

/** How one vendor's feed is spoken. Everything about connections is the session's (session.ts). */
export interface Feed {
  /** As it is named in messages. */
  vendor: string;
  channels: readonly Channel[];
  /** The vendor's code, one for one with our symbol. Throws `not_found` where it has none. */
  codeOf(instrument: Instrument): string;
  /** `codes` are those followed now, for a vendor that wants them in the address. */
  address(codes: readonly string[]): SocketAddress;
  /** Sent first. Absent where the address or its headers carry the key, or none is needed. */
  signIn?: () => string;
  /** Absent where codes stand in the address: the connection is then opened anew when they change. */
  subscription?: {
    message(action: 'subscribe' | 'unsubscribe', codes: readonly string[]): string;
    /** Codes in one message, at most. */
    batch: number;
    /** Whether the vendor answers each message. */
    answered: boolean;
    /** Messages that may be sent in a stretch of time. */
    pace: { messages: number; perMs: Duration };
  };
  /** Codes that one connection carries, at most. */
  mostCodes: number;
  /** A connection on which nothing at all came for so long is given up; pings are sent before that. */
  silenceMs: Duration;
  /** Never to be seen in a message. */
  secrets: readonly (string | undefined)[];
  /** A reader for one connection, with whatever it must remember. What it throws is told as a fault. */
  reader(heard: Heard): (bytes: Uint8Array) => void;
}

/** That a message, or one item of it, makes no sense; of what was in it only the field that zod names first. */
export function unreadable(vendor: string, failure: unknown): string {
  const path = (failure as { issues?: { path: PropertyKey[] }[] }).issues?.[0]?.path;
  const field = path && path.length > 0 ? ` (${path.map(String).join('.')})` : '';
  return `${vendor} sent a message that cannot be understood${field}.`;
}

/** Reads a frame that is a list of messages: one that makes no sense costs only itself. Throws when it is no JSON. */
export function readList(bytes: Uint8Array, vendor: string, heard: Heard, read: (message: unknown) => void) {
  const frame: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  for (const message of Array.isArray(frame) ? frame : [frame]) {
    try {
      read(message);
    } catch (failure) {
      heard.fault(unreadable(vendor, failure));
    }
  }
}
