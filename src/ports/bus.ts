/** What happens on the desk, for pages and other processes. Messages may be lost; the stores are the truth. */
export interface BusMessages {
  decision: { decisionId: string; symbol: string; outcome: string; asOf: string };
  order: { clientOrderId: string; symbol: string; status: string };
  fill: { clientOrderId: string; symbol: string; side: string; quantity: string; price: string };
  account: { account: string; sequence: number };
  cycle: { cycleId: string; slot: string };
  'trading-state': { state: string; reason: string };
}
export type BusTopic = keyof BusMessages;

export interface Bus {
  publish<T extends BusTopic>(topic: T, message: BusMessages[T]): void;
  /** Returns the unsubscribe function. */
  subscribe<T extends BusTopic>(topic: T, listener: (message: BusMessages[T]) => void): () => void;
  close(): Promise<void>;
}
