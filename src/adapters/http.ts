import { AppError } from '../domain/errors.ts';
import type { Duration } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Http, HttpRequest } from '../ports/http.ts';
import type { Random } from '../ports/random.ts';

export interface HttpOptions {
  clock: Clock;
  random: Random;
  fetch: typeof fetch;
  /** Sent with every request; some public sources refuse callers without one. */
  userAgent?: string;
  /** Tries in all, the first included. */
  attempts?: number;
  timeoutMs?: Duration;
  maxBytes?: number;
}

const FIRST_PAUSE = 250;
/** Told to wait longer than this, a call gives up and says so instead of holding its caller. */
const LONGEST_PAUSE = 5_000;
const REDIRECTS = 3;

/** Outgoing HTTP. Messages name host and path only: queries and headers may hold keys. */
export function createHttp(options: HttpOptions): Http {
  const { clock, random, attempts = 3, timeoutMs = 8_000, maxBytes = 20 * 1024 * 1024 } = options;

  async function once(request: Plain): Promise<string> {
    let url = addressOf(request);
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const response = await withDeadline(request, (signal) =>
        options
          .fetch(url, {
            headers: { 'user-agent': options.userAgent ?? 'conclave', ...request.headers },
            redirect: 'manual',
            signal,
          })
          .then(async (answer) => ({ answer, body: await readCapped(answer, maxBytes, url) })),
      );
      const { answer, body } = response;
      const location = answer.headers.get('location');
      if (answer.status >= 300 && answer.status < 400 && location) {
        const next = new URL(location, url);
        // A key meant for one host must not follow to another.
        if (next.host !== url.host)
          throw new AppError('unavailable', `${nameOf(url)} sends callers on to ${next.host}.`);
        url = next;
      } else if (answer.ok || request.readStatuses?.includes(answer.status)) return body;
      else throw refusal(answer, url, clock.now());
    }
    throw new AppError('unavailable', `${nameOf(url)} redirects in a circle.`);
  }

  async function withDeadline<T>(request: Plain, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const url = addressOf(request);
    const stop = new AbortController();
    const finished = new AbortController();
    const limit = request.timeoutMs ?? timeoutMs;
    const overdue = clock.sleep(limit, finished.signal).then(
      () => stop.abort(new AppError('timeout', `${nameOf(url)} did not answer within ${limit} ms.`)),
      () => undefined,
    );
    const outer = () => stop.abort(cancelled(request.signal?.reason, url));
    request.signal?.addEventListener('abort', outer, { once: true });
    if (request.signal?.aborted) outer();
    try {
      stop.signal.throwIfAborted();
      return await call(stop.signal);
    } catch (failure) {
      if (stop.signal.aborted) throw stop.signal.reason;
      if (failure instanceof AppError) throw failure;
      throw new AppError('unavailable', `${nameOf(url)} cannot be reached${causeOf(failure)}.`, {
        cause: failure,
        details: { network: true },
      });
    } finally {
      finished.abort();
      request.signal?.removeEventListener('abort', outer);
      await overdue;
    }
  }

  async function retried(request: Plain): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(request);
      } catch (failure) {
        const pause = attempt < attempts ? pauseAfter(failure, attempt, random) : undefined;
        if (pause === undefined) throw failure;
        await clock.sleep(pause, request.signal);
      }
    }
  }

  return {
    getText: retried,
    async getJson<T>(request: HttpRequest<T>): Promise<T> {
      const text = await retried(request);
      const url = addressOf(request);
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch (cause) {
        const isPage = /^\s*</.test(text);
        const what = isPage ? 'a web page instead of JSON' : 'something other than JSON';
        const hint = 'A consent page, a block or a proxy stands in between: open the address in a browser to see it.';
        throw new AppError('unavailable', `${nameOf(url)} answered with ${what}.`, {
          cause,
          ...(isPage ? { hint } : {}),
        });
      }
      const parsed = request.schema.safeParse(body);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const field = issue?.path.join('.') || 'the whole body';
      throw new AppError('unavailable', `${nameOf(url)} answered in another shape: ${field}: ${issue?.message}.`);
    },
  };
}

type Plain = Omit<HttpRequest<never>, 'schema'>;

function addressOf({ url, query }: Pick<Plain, 'url' | 'query'>): URL {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address;
}

const nameOf = (url: URL) => `${url.host}${url.pathname}`;

const cancelled = (reason: unknown, url: URL) =>
  reason instanceof AppError
    ? reason
    : new AppError('cancelled', `The call to ${nameOf(url)} was cancelled.`, { cause: reason });

/** Codes of the system such as ENOTFOUND; texts of unknown errors may hold anything. */
function causeOf(failure: unknown): string {
  const cause = (failure as { cause?: { code?: unknown } })?.cause;
  return typeof cause?.code === 'string' ? ` (${cause.code})` : '';
}

function refusal(answer: Response, url: URL, now: number): AppError {
  const { status } = answer;
  const details = { status, ...retryAfter(answer.headers.get('retry-after'), now) };
  const message = `${nameOf(url)} answered ${status}.`;
  if (status === 404) return new AppError('not_found', message, { details, hint: 'The vendor does not have this.' });
  if (status === 401 || status === 403) {
    return new AppError('unavailable', message, { details, hint: 'The vendor refused the key, or wants one.' });
  }
  if (status === 429) return new AppError('rate_limited', message, { details });
  return new AppError('unavailable', message, { details });
}

function retryAfter(header: string | null, now: number): { retryAfterMs?: number } {
  if (!header) return {};
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? { retryAfterMs: Math.max(0, wait) } : {};
}

/** How long to wait before the next try, or undefined when trying again is no use. */
function pauseAfter(failure: unknown, attempt: number, random: Random): Duration | undefined {
  if (!(failure instanceof AppError)) return undefined;
  const { status, retryAfterMs, network } = (failure.details ?? {}) as Record<string, number | undefined>;
  const passing = status === undefined ? failure.code === 'timeout' : [408, 425, 429].includes(status) || status >= 500;
  // Without a network the next try fails as well; the chain goes on to another source at once.
  if (!passing || network) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs <= LONGEST_PAUSE ? retryAfterMs : undefined;
  return FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + random.next());
}

async function readCapped(answer: Response, maxBytes: number, url: URL): Promise<string> {
  if (!answer.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AppError('unavailable', `${nameOf(url)} sent more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const charset = /charset=["']?([\w-]+)/i.exec(answer.headers.get('content-type') ?? '')?.[1];
  return decode(Buffer.concat(chunks), charset);
}

function decode(bytes: Uint8Array, charset: string | undefined): string {
  // An XML feed may name its encoding in its own first line only.
  const declared =
    charset ??
    /^<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))?.[1];
  try {
    return new TextDecoder(declared ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder('utf-8').decode(bytes);
  }
}
