import type { Channel, OpenVendorStream, VendorEvent } from '../ports/stream.ts';

/** A vendor's stream that says what a test tells it to. */
export function scriptedStream(channels: readonly Channel[] = ['tick', 'quote']) {
  const listeners: ((event: VendorEvent) => void)[] = [];
  const followed = new Set<string>();
  let closed = 0;
  const open: OpenVendorStream = (listener) => {
    listeners.push(listener);
    return {
      channels,
      follow(instruments) {
        for (const { symbol } of instruments) followed.add(symbol);
      },
      unfollow(symbols) {
        for (const symbol of symbols) followed.delete(symbol);
      },
      async close() {
        closed += 1;
        followed.clear();
      },
    };
  };
  return {
    open,
    /** To whoever opened it last. */
    say: (event: VendorEvent) => listeners.at(-1)!(event),
    followed: () => [...followed],
    opened: () => listeners.length,
    closed: () => closed,
  };
}
