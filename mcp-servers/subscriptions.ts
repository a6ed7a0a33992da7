/** Documents that a client may subscribe to, as far as this knows them. */
export interface Watchable<Deps> {
  uri: string;
  /** Calls `changed` whenever the document is another one, until the returned function is called. Throws for one that is not there. */
  watch?(deps: Deps, variables: Record<string, string>, changed: () => void): () => void;
}

const MOST_URIS = 100;

/** The method of a request that opens a stream of changes, by the header that the protocol asks for. */
const opensStream = (request: Request) => request.headers.get('mcp-method') === 'subscriptions/listen';

/**
 * Watches the documents that open streams of changes name, each once however many name it, and stops with the last one.
 * The streams themselves are the protocol's: `notify` tells them.
 */
export function createSubscriptions<Deps>(
  documents: readonly Watchable<Deps>[],
  deps: Deps,
  notify: (uri: string) => void,
) {
  const watched = new Map<string, { streams: number; end: () => void }>();
  const templates = documents.flatMap(({ uri, watch }) => (watch ? [{ pattern: patternOf(uri), watch }] : []));

  function begin(uri: string): (() => void) | undefined {
    const known = watched.get(uri);
    if (known) known.streams += 1;
    else {
      const end = watchOf(uri);
      if (!end) return undefined;
      watched.set(uri, { streams: 1, end });
    }
    return () => {
      const each = watched.get(uri);
      if (!each || --each.streams > 0) return;
      watched.delete(uri);
      each.end();
    };
  }

  function watchOf(uri: string): (() => void) | undefined {
    for (const { pattern, watch } of templates) {
      const variables = pattern.exec(uri)?.groups;
      if (!variables) continue;
      try {
        const decoded = Object.entries(variables).map(([name, value]) => [name, decodeURIComponent(value)]);
        return watch(deps, Object.fromEntries(decoded), () => notify(uri));
      } catch {
        // The stream is open all the same: a document that is not there never changes. Reading it says why.
        return undefined;
      }
    }
    return undefined;
  }

  return {
    /** Serves a request; where it opens a stream, what it names is watched until the stream ends. */
    async around(request: Request, serve: () => Promise<Response>): Promise<Response> {
      if (templates.length === 0 || !opensStream(request)) return serve();
      const uris = await urisOf(request.clone());
      const response = await serve();
      if (!response.body || !response.headers.get('content-type')?.includes('text/event-stream')) return response;
      const ends = uris.flatMap((uri) => begin(uri) ?? []);
      const end = () => {
        for (const each of ends.splice(0)) each();
      };
      return new Response(endingWith(response.body, end), response);
    },
    watching: () => [...watched.keys()],
  };
}

/** Calls `end` once the stream is over, from whichever side. */
function endingWith(body: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch((failure: unknown) => {
        end();
        throw failure;
      });
      if (!done) return controller.enqueue(value);
      end();
      controller.close();
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  });
}

async function urisOf(request: Request): Promise<string[]> {
  const message = (await request.json().catch(() => undefined)) as
    | { params?: { notifications?: { resourceSubscriptions?: unknown } } }
    | undefined;
  const uris = message?.params?.notifications?.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string').slice(0, MOST_URIS) : [];
}

/** `market://quote/{symbol}` as a pattern with a group for each variable. */
function patternOf(uri: string): RegExp {
  const parts = uri.split(/\{(\w+)\}/);
  const text = parts.map((part, i) => (i % 2 ? `(?<${part}>[^/?#]+)` : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${text.join('')}$`);
}
