import { AppError } from '../../domain/errors.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchFeedOptions {
  fetch: Fetch;
  clock: Clock;
  /** For everything: redirect and body too. 1.5 s by default. */
  timeoutMs?: Duration;
}

const BODY_CAP = 2 * 1024 * 1024;
const headers = {
  accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8',
  'user-agent': 'Conclave (feed reader)',
};

/**
 * The text of a feed. At most 2 MB, at most one redirect, and that only over https to the same host. Throws
 * `unavailable` that names the feed by its address without query.
 */
export async function fetchFeed(address: string, options: FetchFeedOptions): Promise<string> {
  const { clock, timeoutMs = 1.5 * SECOND } = options;
  const url = new URL(address);
  const name = `${url.host}${url.pathname}`;
  const stop = new AbortController();
  const patience = new AbortController();
  const timeout = clock.sleep(timeoutMs, patience.signal).then(
    () => {
      stop.abort();
      throw new AppError('unavailable', `The feed ${name} did not answer within ${timeoutMs / 1000} s.`);
    },
    () => '',
  );
  try {
    return await Promise.race([read(url, name, options.fetch, stop.signal), timeout]);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('unavailable', `The feed ${name} could not be read.`, { cause });
  } finally {
    patience.abort();
    stop.abort();
  }
}

async function read(url: URL, name: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AppError('unavailable', `The feed ${name} has no web address.`, {
      hint: 'Feeds must start with https:// or http://.',
    });
  }
  const init: RequestInit = { headers, redirect: 'manual', signal };
  let response = await fetch(url.href, init);
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    const target = new URL(response.headers.get('location') ?? '', url);
    if (target.protocol !== 'https:' || target.hostname !== url.hostname) {
      throw new AppError('unavailable', `The feed ${name} has moved to ${target.host}.`, {
        hint: 'Put its new address into news.feeds if you trust it.',
      });
    }
    response = await fetch(target.href, init);
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new AppError('unavailable', `The feed ${name} answered ${response.status}.`);
  }
  const bytes = await readBody(response, name);
  return decode(bytes, response.headers.get('content-type') ?? '');
}

async function readBody(response: Response, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop cancels the rest.
    if (length > BODY_CAP) throw new AppError('unavailable', `The feed ${name} is larger than 2 MB.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** By the header's charset, else the one that the XML declares, else UTF-8. */
function decode(bytes: Uint8Array, contentType: string): string {
  const declared = /encoding\s*=\s*["']([\w-]+)["']/.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))?.[1];
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ?? declared ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows: nearly every feed is UTF-8 whatever it says.
    return new TextDecoder().decode(bytes);
  }
}
