import type { LiveEvent } from './live-market.ts';

/** What happens on the desk, for pages and other processes. Messages may be lost; the stores are the truth. */
export interface BusMessages {
  decision: { decisionId: string; symbol: string; outcome: string; asOf: string };
  order: { clientOrderId: string; symbol: string; status: string };
  fill: { clientOrderId: string; symbol: string; side: string; quantity: string; price: string };
  account: { account: string; sequence: number };
  cycle: { cycleId: string; slot: string };
  'trading-state': { state: string; reason: string };
  /** A live price, numbered by the replica that holds the vendors' connections; `token` is its lease's. */
  live: { replica: string; token: number; event: LiveEvent };
  /** A replica holds them from now on: the others answer with what they follow. */
  'live-holder': { replica: string; token: number };
  /** What a replica follows; said every few seconds. */
  'live-demand': {
    replica: string;
    /** How far it has seen each symbol, whether it knows a quote, and whether someone there wants bars. */
    symbols: Record<string, { sequence: number; quoted: boolean; bars: boolean }>;
  };
}
export type BusTopic = keyof BusMessages;

export interface Bus {
  publish<T extends BusTopic>(topic: T, message: BusMessages[T]): void;
  /** Returns the unsubscribe function. */
  subscribe<T extends BusTopic>(topic: T, listener: (message: BusMessages[T]) => void): () => void;
  close(): Promise<void>;
}
