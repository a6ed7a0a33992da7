import type { ErrorDocument } from '../../domain/errors.ts';

/** What the server said went wrong, with what to do about it. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly hint: string;
  readonly details: Record<string, unknown> | undefined;
  readonly status: number;

  constructor(status: number, { code, message, hint, details }: ErrorDocument['error']) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

const unreachable = () =>
  new ApiFailure(0, {
    code: 'unavailable',
    message: 'The desk does not answer.',
    hint: 'Check that it is still running, then try again.',
    retryable: true,
  });

async function failureOf(response: Response): Promise<ApiFailure> {
  const document = (await response.json().catch(() => undefined)) as ErrorDocument | undefined;
  if (document?.error) return new ApiFailure(response.status, document.error);
  return new ApiFailure(response.status, {
    code: 'internal',
    message: `The desk answered with status ${response.status}.`,
    hint: 'Try again; if it stays, look at the server log.',
    retryable: true,
  });
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { credentials: 'same-origin', ...init }).catch((failure: unknown) => {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure;
    throw unreachable();
  });
  if (!response.ok) throw await failureOf(response);
  return response;
}

const json = (method: string, content: unknown): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(content ?? {}),
});

type Query = Record<string, string | number | undefined>;
function address(path: string, query: Query = {}): string {
  const entries = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return entries.length > 0 ? `${path}?${new URLSearchParams(entries)}` : path;
}

export const get = async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  (await send(address(path, query), { signal: signal ?? null })).json();

export const post = async <T>(path: string, content?: unknown, query?: Query): Promise<T> =>
  (await send(address(path, query), json('POST', content))).json();

export const put = async <T>(path: string, content: unknown): Promise<T> =>
  (await send(path, json('PUT', content))).json();

export const remove = async <T>(path: string): Promise<T> => (await send(path, { method: 'DELETE' })).json();

export const upload = async <T>(path: string, query: Query, file: File): Promise<T> =>
  (await send(address(path, query), { method: 'POST', body: file })).json();

/** Posts, and tells each server-sent event as it arrives; resolves when the stream ends. */
export async function postEvents(
  path: string,
  content: unknown,
  onEvent: (event: string, content: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const init = json('POST', content);
  const response = await send(path, { ...init, headers: { ...init.headers, Accept: 'text/event-stream' }, signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    pending += value;
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n');
      const event = fields.find((line) => line.startsWith('event: '))?.slice(7);
      const text = fields
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6))
        .join('\n');
      if (event && text) onEvent(event, JSON.parse(text));
    }
  }
}
