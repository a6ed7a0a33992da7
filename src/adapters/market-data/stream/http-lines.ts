import type { OpenSocket } from '../../../ports/socket.ts';

/** A line longer than this is no price. */
const LONGEST_LINE = 1024 * 1024;
const NEWLINE = 10;

/**
 * An HTTP answer that never ends, one message a line, in the shape of a socket that only listens. Nothing can be sent
 * on it, pings neither: such feeds send heartbeats of their own.
 */
export const openLines =
  (fetch: typeof globalThis.fetch): OpenSocket =>
  ({ url, headers = {} }, { onOpen, onMessage, onClose }) => {
    const stop = new AbortController();
    const done = { code: 1000, text: '' };

    async function run() {
      // A key meant for one host must not follow to another.
      const answer = await fetch(url, { headers, redirect: 'error', signal: stop.signal });
      if (!answer.ok || !answer.body) {
        await answer.body?.cancel();
        return onClose({ ...done, status: answer.status });
      }
      onOpen?.();
      let rest = Buffer.alloc(0);
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        rest = Buffer.concat([rest, chunk]);
        for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
          const line = rest.subarray(0, end);
          rest = rest.subarray(end + 1);
          if (line.some((byte) => byte > 32)) onMessage(line, false);
        }
        if (rest.length > LONGEST_LINE) {
          stop.abort();
          return onClose({ code: 1009, text: '' });
        }
      }
      onClose(done);
    }

    run().catch((failure: Error) => onClose(stop.signal.aborted ? done : { ...done, code: 1006, failure }));
    return {
      send: () => undefined,
      ping: () => undefined,
      close: () => stop.abort(),
      drop: () => stop.abort(),
      bufferedBytes: () => 0,
    };
  };
