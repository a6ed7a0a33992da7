import { upgradeWebSocket } from '@hono/node-server';
import type { WSContext } from 'hono/ws';
import { AppError, errorDocument } from '../domain/errors.ts';
import { MINUTE } from '../domain/time.ts';
import type { LiveEvent } from '../ports/live-market.ts';
import { parseRequest, symbols } from '../wire.ts';
import { fromOwnPage, requireScope } from './auth/guard.ts';
import type { Sessions } from './auth/sessions.ts';
import type { ApiDeps } from './deps.ts';
import type { SocketFrame } from './documents.ts';
import { frameOf } from './live-frames.ts';
import { resource, z } from './openapi.ts';
import { deskTopics } from './routes/events.ts';
import { isOpen } from './routes/market.ts';

const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    symbols,
    /** What to send; quotes where it is left out. Gaps and silence always come. */
    kinds: z
      .array(z.enum(['quote', 'tick', 'bar', 'book']))
      .min(1)
      .max(4)
      .optional(),
    /** Last sequence that the page has seen, by symbol: what came after it is sent first. */
    after: z.record(z.string().max(40), z.int().min(0)).optional(),
    /** At most one frame of a kind and symbol in so many milliseconds; the newest wins. */
    everyMs: z.int().min(0).max(60_000).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), symbols }),
  z.strictObject({ type: z.literal('ping') }),
]);

interface Followed {
  unfollow: () => void;
  /** The newest quote, and what was said of it besides the price. */
  quoted?: LiveEvent;
  flags?: string;
}
const flagsOf = (frame: SocketFrame) =>
  frame.type === 'quote' ? `${frame.quote.closed ?? false} ${frame.quote.stale ?? false}` : '';

type Subscription = Extract<z.output<typeof clientFrame>, { type: 'subscribe' }>;

/** What a person can follow with the eye. */
const PACE = 250;
/** Unsent bytes at which a client is slow: until it caught up only the newest of each kind waits for it. */
const BEHIND = 64 * 1024;
const LONGEST_FRAME = 16 * 1024;
const MOST_SYMBOLS = 100;
const POLICY_VIOLATION = 1008;

/** Live prices and the desk's events, over one socket. */
export function socketRoute(deps: ApiDeps, sessions: Sessions) {
  const { bus, clock, marketData, live, log } = deps;
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
      const following = new Map<string, Followed>();
      const endings: (() => void)[] = [];
      const send = (ws: WSContext, frame: SocketFrame) => ws.send(JSON.stringify(frame));
      const behind = (ws: WSContext) =>
        ((ws.raw as { bufferedAmount?: number } | undefined)?.bufferedAmount ?? 0) > BEHIND;

      function subscribe(ws: WSContext, { symbols: wanted, after = {}, kinds, everyMs = PACE }: Subscription) {
        const found = new Map<string, string>();
        const unknown: string[] = [];
        for (const spelling of wanted) {
          try {
            const { symbol } = marketData.resolve(spelling);
            if (!following.has(symbol) && following.size + found.size >= MOST_SYMBOLS) {
              throw new AppError('invalid_input', 'Too many');
            }
            found.set(symbol, spelling);
          } catch {
            unknown.push(spelling);
          }
        }
        send(ws, { type: 'subscribed', symbols: [...found.keys()], unknown });
        for (const [symbol, spelling] of found) {
          const resume = after[symbol] ?? after[spelling];
          // Followed already: only a page that asks for something else begins anew.
          if (following.has(symbol) && resume === undefined && kinds === undefined) continue;
          following.get(symbol)?.unfollow();
          const options = {
            kinds: [...(kinds ?? ['quote' as const]), 'gap' as const, 'stale' as const],
            everyMs,
            behind: () => behind(ws),
            ...(resume === undefined ? {} : { after: resume }),
          };
          const followed: Followed = { unfollow: () => {} };
          following.set(symbol, followed);
          followed.unfollow = live.follow(symbol, (event) => show(ws, followed, event), options);
        }
      }

      const written = (event: LiveEvent) => {
        const now = clock.now();
        return frameOf(event, now, isOpen(deps, event.symbol, now));
      };
      function show(ws: WSContext, followed: Followed, event: LiveEvent) {
        const frame = written(event);
        if (event.kind === 'quote') Object.assign(followed, { quoted: event, flags: flagsOf(frame) });
        send(ws, frame);
      }

      /** A quote that no other follows grows old, and its market closes: then it is shown again, with its number. */
      async function restate(ws: WSContext, signal: AbortSignal) {
        for (;;) {
          await clock.sleep(MINUTE, signal).catch(() => undefined);
          if (signal.aborted) return;
          for (const followed of following.values()) {
            const { quoted, flags } = followed;
            if (quoted && flags !== flagsOf(written(quoted)) && !behind(ws)) show(ws, followed, quoted);
          }
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
          const closed = new AbortController();
          endings.push(() => closed.abort());
          void restate(ws, closed.signal);
          if (!mayReadAccount) return;
          for (const topic of deskTopics) {
            endings.push(bus.subscribe(topic, (message) => send(ws, { type: 'event', topic, message })));
          }
        },
        onMessage(event, ws) {
          try {
            const frame = readFrame(event.data);
            if (frame.type === 'subscribe') subscribe(ws, frame);
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
