import { streamSSE } from 'hono/streaming';
import { SECOND } from '../../domain/time.ts';
import type { BusMessages, BusTopic } from '../../ports/bus.ts';
import { requireScope } from '../auth/guard.ts';
import type { ApiDeps } from '../deps.ts';
import { resource } from '../openapi.ts';

/** What happens on the desk, besides quotes: those go over the WebSocket, at a pace that a page can follow. */
export const deskTopics = [
  'decision',
  'order',
  'fill',
  'account',
  'cycle',
  'trading-state',
] as const satisfies BusTopic[];

const BEAT = 15 * SECOND;
/** A reader that lags this far behind is cut off; it reads the state again when it comes back. */
const BACKLOG = 256;

export function eventRoutes({ bus, clock }: Pick<ApiDeps, 'bus' | 'clock'>) {
  return resource().get('/events', requireScope('account:read'), (c) =>
    streamSSE(c, async (stream) => {
      const waiting: { event: string; data: string }[] = [];
      let wake = () => {};
      let id = 0;
      const unsubscribe = deskTopics.map((topic) =>
        bus.subscribe(topic, (message: BusMessages[typeof topic]) => {
          if (waiting.length >= BACKLOG) return stream.abort();
          waiting.push({ event: topic, data: JSON.stringify(message) });
          wake();
        }),
      );
      const gone = new AbortController();
      stream.onAbort(() => {
        gone.abort();
        wake();
      });
      try {
        await stream.writeSSE({ event: 'ready', data: '{}', retry: 2_000 });
        while (!stream.aborted) {
          const next = waiting.shift();
          if (next) await stream.writeSSE({ ...next, id: String(++id) });
          else await pause();
        }
      } finally {
        for (const each of unsubscribe) each();
      }

      /** Until a message comes, or until the beat that keeps proxies from closing a quiet stream. */
      async function pause() {
        const beat = new AbortController();
        const message = new Promise<'message'>((resolve) => {
          wake = () => resolve('message');
        });
        const silence = clock.sleep(BEAT, AbortSignal.any([beat.signal, gone.signal])).then(
          () => 'silence' as const,
          () => 'message' as const,
        );
        const first = await Promise.race([message, silence]);
        beat.abort();
        if (first === 'silence' && !stream.aborted) await stream.write(': still here\n\n');
      }
    }),
  );
}
