import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure, get, post, postEvents } from './client.ts';

const answerWith = (answer: () => Response | Promise<Response>) => {
  const asked = vi.fn(async (_path: string, _init: RequestInit) => answer());
  vi.stubGlobal('fetch', asked);
  return asked;
};
afterEach(() => vi.unstubAllGlobals());

/** A stream that arrives in these pieces, wherever they break. */
const pieces = (...parts: string[]) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    }),
  );

describe('asking the desk', () => {
  it('leaves out what was not given, and sends the cookie only to the desk itself', async () => {
    const asked = answerWith(() => Response.json({ bars: [] }));
    await get('/api/bars', { symbol: 'EUR/USD', asOf: undefined, limit: 10 });
    expect(asked).toHaveBeenCalledWith(
      '/api/bars?symbol=EUR%2FUSD&limit=10',
      expect.objectContaining({ credentials: 'same-origin' }),
    );
  });

  it('throws what the desk said, with its hint', async () => {
    const error = {
      code: 'unknown_symbol',
      message: 'No such thing.',
      hint: 'Try EURUSD.',
      retryable: false,
      details: { suggestions: ['EURUSD'] },
    };
    answerWith(() => Response.json({ error }, { status: 404 }));
    const failure = await get('/api/quote').catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(ApiFailure);
    expect(failure).toMatchObject({ status: 404, code: 'unknown_symbol', hint: 'Try EURUSD.' });
  });

  it('says so when the desk does not answer, or answers what nobody can read', async () => {
    answerWith(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(post('/api/cycles')).rejects.toMatchObject({ code: 'unavailable', status: 0 });
    answerWith(() => new Response('<html>', { status: 502 }));
    await expect(get('/api/account')).rejects.toMatchObject({ status: 502, code: 'internal' });
  });
});

describe('watching an analysis', () => {
  it('hears every event once, however the stream is cut', async () => {
    answerWith(() =>
      pieces(
        'event: step\nda',
        'ta: {"text":"Gather"}\n',
        '\nevent: signal\ndata: {"analyst":"economist"}\n\n',
        ': beat\n\n',
      ),
    );
    const heard: unknown[] = [];
    await postEvents(
      '/api/analyze',
      {},
      (event, content) => heard.push([event, content]),
      new AbortController().signal,
    );
    expect(heard).toEqual([
      ['step', { text: 'Gather' }],
      ['signal', { analyst: 'economist' }],
    ]);
  });
});
