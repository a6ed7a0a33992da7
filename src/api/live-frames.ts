import { type Timestamp, toIso } from '../domain/time.ts';
import type { LiveEvent } from '../ports/live-market.ts';
import type { SocketFrame } from './documents.ts';
import { quoteDocument } from './routes/market.ts';

const labelled = (simulated: boolean | undefined) => (simulated ? { simulated: true as const } : {});

/** What is new about a symbol, for a page. `open` says whether its market is open now, where that is known. */
export function frameOf(event: LiveEvent, now: Timestamp, open: boolean | undefined): SocketFrame {
  const { symbol, sequence } = event;
  switch (event.kind) {
    case 'quote':
      return { type: 'quote', sequence, quote: quoteDocument(event.quote, now, open) };
    case 'tick': {
      const { price, size, side, eventTime, source, simulated } = event.tick;
      const tick = { price, size, ...(side ? { side } : {}), asOf: toIso(eventTime), source, ...labelled(simulated) };
      return { type: 'tick', symbol, sequence, tick };
    }
    case 'bar': {
      const { interval, complete } = event;
      const { openTime, open, high, low, close, volume } = event.bar;
      const bar = { openTime: toIso(openTime), open, high, low, close, volume };
      return { type: 'bar', symbol, sequence, interval, complete, bar };
    }
    case 'book': {
      const { bids, asks, eventTime, source, simulated } = event.book;
      const book = { asOf: toIso(eventTime), source, bids, asks, ...labelled(simulated) };
      return { type: 'book', symbol, sequence, book };
    }
    case 'gap': {
      const { from, to, reason, since } = event;
      return {
        type: 'gap',
        symbol,
        sequence,
        from,
        to,
        reason,
        ...(since === undefined ? {} : { since: toIso(since) }),
      };
    }
    case 'stale':
      return { type: 'stale', symbol, sequence, stale: event.stale, asOf: toIso(event.at - event.silentMs) };
  }
}
