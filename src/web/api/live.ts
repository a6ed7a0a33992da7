import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { QuoteDocument, SocketFrame } from '../../api/documents.ts';

/**
 * One socket for the whole page. Symbols are followed while some component asks for them; after a break it comes back
 * by itself, more slowly each time, and subscribes again.
 */
const quotes = new Map<string, QuoteDocument>();
const followers = new Map<string, number>();
const listeners = new Set<() => void>();
const eventListeners = new Set<(topic: string) => void>();
let socket: WebSocket | undefined;
let connected = false;
let attempts = 0;

const tell = () => {
  for (const listener of listeners) listener();
};

function connect() {
  if (socket) return;
  const opened = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
  socket = opened;
  opened.onopen = () => {
    attempts = 0;
    connected = true;
    if (followers.size > 0) send({ type: 'subscribe', symbols: [...followers.keys()] });
    tell();
  };
  opened.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as SocketFrame;
    if (frame.type === 'quote') quotes.set(frame.quote.symbol, frame.quote);
    if (frame.type === 'stale') {
      const known = quotes.get(frame.symbol);
      if (known) {
        const { stale: _before, ...quote } = known;
        quotes.set(frame.symbol, frame.stale ? { ...quote, stale: true } : quote);
      }
    }
    if (frame.type === 'event') for (const each of eventListeners) each(frame.topic);
    if (frame.type === 'quote' || frame.type === 'stale') tell();
  };
  opened.onclose = ({ code }) => {
    socket = undefined;
    connected = false;
    tell();
    attempts += 1;
    // Signed out: whoever signs in next opens a new one.
    if (code === SIGNED_OUT) return;
    setTimeout(() => wanted() && connect(), Math.min(15_000, 500 * 2 ** attempts));
  };
}

const SIGNED_OUT = 1008;
const wanted = () => followers.size > 0 || eventListeners.size > 0;

const send = (frame: unknown) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
};

function follow(symbols: readonly string[]): () => void {
  const fresh = symbols.filter((symbol) => !followers.has(symbol));
  for (const symbol of symbols) followers.set(symbol, (followers.get(symbol) ?? 0) + 1);
  connect();
  if (fresh.length > 0) send({ type: 'subscribe', symbols: fresh });
  return () => {
    const gone = symbols.filter((symbol) => {
      const left = (followers.get(symbol) ?? 1) - 1;
      if (left > 0) followers.set(symbol, left);
      else followers.delete(symbol);
      return left <= 0;
    });
    if (gone.length > 0) send({ type: 'unsubscribe', symbols: gone });
  };
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Keeps the symbols' quotes flowing while the component is on the page. */
export function useFollow(symbols: readonly string[]) {
  const key = symbols.join(',');
  useEffect(() => (key ? follow(key.split(',')) : undefined), [key]);
}

/** The newest quote of a symbol that some component follows. */
export const useQuote = (symbol: string) => useSyncExternalStore(listen, () => quotes.get(symbol));

export const useConnected = () => useSyncExternalStore(listen, () => connected);

const stirs: Record<string, string[]> = {
  decision: ['decisions'],
  order: ['orders', 'account', 'positions'],
  fill: ['fills', 'positions', 'account', 'orders'],
  account: ['account', 'positions'],
  cycle: ['cycles', 'decisions'],
  'trading-state': ['account', 'trading-state'],
};

/** Reads again what an event on the desk has changed. */
export function useDeskEvents(active: boolean) {
  const client = useQueryClient();
  useEffect(() => {
    if (!active) return;
    const onEvent = (topic: string) => {
      for (const key of stirs[topic] ?? []) void client.invalidateQueries({ queryKey: [key] });
    };
    eventListeners.add(onEvent);
    connect();
    return () => {
      eventListeners.delete(onEvent);
    };
  }, [active, client]);
}
