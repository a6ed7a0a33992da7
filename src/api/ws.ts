import { upgradeWebSocket } from '@hono/node-server';
import type { WSContext } from 'hono/ws';
import { AppError, errorDocument } from '../domain/errors.ts';
import { MINUTE, toIso } from '../domain/time.ts';
import { parseRequest, symbols } from '../wire.ts';
import { fromOwnPage, requireScope } from './auth/guard.ts';
import type { Sessions } from './auth/sessions.ts';
import type { ApiDeps } from './deps.ts';
import type { SocketFrame } from './documents.ts';
import { resource, z } from './openapi.ts';
import type { QuoteFeed } from './quote-feed.ts';
import { deskTopics } from './routes/events.ts';
import { isOpen, quoteDocument } from './routes/market.ts';

const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), symbols }),
  z.strictObject({ type: z.literal('unsubscribe'), symbols }),
  z.strictObject({ type: z.literal('ping') }),
]);

/** Unsent bytes at which quotes are skipped for this client until it caught up: the newest quote is what counts. */
const BEHIND = 64 * 1024;
const LONGEST_FRAME = 16 * 1024;
const MOST_SYMBOLS = 100;
const QUIET = 2 * MINUTE;
const POLICY_VIOLATION = 1008;

/** Live quotes and the desk's events, over one socket. */
export function socketRoute(deps: ApiDeps, feed: QuoteFeed, sessions: Sessions) {
  const { bus, clock, marketData, log } = deps;
  /** Counts quotes per symbol over the life of the process, so that a page sees what it missed. */
  const sequences = new Map<string, number>();
  bus.subscribe('quote', ({ symbol }) => sequences.set(symbol, (sequences.get(symbol) ?? 0) + 1));

  return resource().get(
    '/ws',
    requireScope('market:read'),
    async (c, next) => {
      // Browsers send cookies along with any page's WebSocket, so the page must be our own.
      if (c.get('principal')?.by === 'cookie' && !fromOwnPage(c.req.raw.headers, true)) {
        throw new AppError('forbidden', 'The socket is opened from another site.');
      }
      await next();
    },
    upgradeWebSocket((c) => {
      const tokenHash = c.get('principal')?.tokenHash;
      const mayReadAccount = c.get('principal')?.scopes.includes('account:read');
      const following = new Map<string, { unfollow: () => void; lastAt: number; quiet: boolean }>();
      const endings: (() => void)[] = [];
      const send = (ws: WSContext, frame: SocketFrame) => ws.send(JSON.stringify(frame));
      const behind = (ws: WSContext) =>
        ((ws.raw as { bufferedAmount?: number } | undefined)?.bufferedAmount ?? 0) > BEHIND;

      function subscribe(ws: WSContext, wanted: string[]) {
        const found: string[] = [];
        const unknown: string[] = [];
        for (const spelling of wanted) {
          try {
            const { symbol } = marketData.resolve(spelling);
            if (!following.has(symbol) && following.size >= MOST_SYMBOLS)
              throw new AppError('invalid_input', 'Too many');
            following.set(
              symbol,
              following.get(symbol) ?? { unfollow: feed.follow(symbol), lastAt: clock.now(), quiet: false },
            );
            found.push(symbol);
          } catch {
            unknown.push(spelling);
          }
        }
        send(ws, { type: 'subscribed', symbols: found, unknown });
      }

      function onQuote(ws: WSContext, quote: Parameters<typeof quoteDocument>[0]) {
        const followed = following.get(quote.symbol);
        if (followed && !behind(ws)) {
          Object.assign(followed, { lastAt: clock.now(), quiet: false });
          const sequence = sequences.get(quote.symbol) ?? 1;
          const open = isOpen(deps, quote.symbol, clock.now());
          send(ws, { type: 'quote', sequence, quote: quoteDocument(quote, clock.now(), open) });
        }
        // Silence of one symbol is noticed when another speaks; a page with one symbol sees the quote's own time.
        for (const [symbol, each] of following) {
          if (each.quiet || clock.now() - each.lastAt < QUIET) continue;
          each.quiet = true;
          send(ws, { type: 'stale', symbol, asOf: toIso(each.lastAt) });
        }
      }

      const end = () => {
        for (const each of endings.splice(0)) each();
        for (const { unfollow } of following.values()) unfollow();
        following.clear();
      };
      return {
        onOpen(_event, ws) {
          endings.push(sessions.onEnd(tokenHash, () => ws.close(POLICY_VIOLATION, 'Signed out')));
          endings.push(bus.subscribe('quote', (quote) => onQuote(ws, quote)));
          if (!mayReadAccount) return;
          for (const topic of deskTopics) {
            endings.push(bus.subscribe(topic, (message) => send(ws, { type: 'event', topic, message })));
          }
        },
        onMessage(event, ws) {
          try {
            const frame = readFrame(event.data);
            if (frame.type === 'subscribe') subscribe(ws, frame.symbols);
            if (frame.type === 'unsubscribe') {
              for (const spelling of frame.symbols) {
                const { symbol } = marketData.resolve(spelling);
                following.get(symbol)?.unfollow();
                following.delete(symbol);
              }
            }
          } catch (failure) {
            if (!(failure instanceof AppError)) log?.error({ err: failure }, 'A socket message failed');
            send(ws, { type: 'error', error: errorDocument(failure).error });
          }
        },
        onClose: end,
        onError: end,
      };
    }),
  );
}

function readFrame(content: unknown) {
  if (typeof content !== 'string' || content.length > LONGEST_FRAME) {
    throw new AppError('invalid_input', 'A message is JSON text of at most 16 kB.');
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new AppError('invalid_input', 'The message is not valid JSON.', { cause });
  }
  return parseRequest(clientFrame, value);
}
