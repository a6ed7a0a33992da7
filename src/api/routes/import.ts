import { streamSSE } from 'hono/streaming';
import { AppError, errorDocument } from '../../domain/errors.ts';
import * as wire from '../../wire.ts';
import type { ApiDeps, ImportRequest } from '../deps.ts';
import type { ImportDocument, ImportEvents } from '../documents.ts';
import { answer, answers, createRoute, needs, resource } from '../openapi.ts';

const importBars = createRoute({
  method: 'post',
  path: '/import',
  summary: 'Import a file of bars (CSV or JSON, also gzipped; Parquet)',
  description:
    'The body is the file itself, of any size, or multipart/form-data of at most 64 MB with the field `file`. With `Accept: text/event-stream` progress comes first, as the events progress, imported and error.',
  ...needs('admin'),
  request: { query: wire.importQuery },
  responses: answers(answer<ImportDocument>('Import', 'What was accepted and what was kept apart.')),
});

const LARGEST_FORM = 64 * 1024 * 1024;

export function importRoutes({
  importBars: store,
  marketData,
  log,
}: Pick<ApiDeps, 'importBars' | 'marketData' | 'log'>) {
  return resource().openapi(importBars, async (c) => {
    const { timezone: timeZone, name: _, ...query } = c.req.valid('query');
    const file = await fileOf(c.req.raw);
    const run = async (request: Pick<ImportRequest, 'signal' | 'onProgress'>) => {
      try {
        const { symbol } = marketData.resolve(query.symbol);
        return await store({ ...query, symbol, timeZone, file, ...request });
      } catch (failure) {
        await drain(file);
        throw failure;
      }
    };
    if (!c.req.header('accept')?.includes('text/event-stream')) {
      return c.json(await run({ signal: c.req.raw.signal }), 200);
    }
    return streamSSE(c, async (stream) => {
      const abort = new AbortController();
      stream.onAbort(() => abort.abort(new AppError('cancelled', 'Whoever asked for the import went away.')));
      const send = <E extends keyof ImportEvents>(event: E, content: ImportEvents[E]) =>
        stream.writeSSE({ event, data: JSON.stringify(content) });
      try {
        const onProgress = (progress: ImportEvents['progress']) => void send('progress', progress);
        await send('imported', await run({ signal: abort.signal, onProgress }));
      } catch (failure) {
        // The status line is gone by now, so the error is an event of its own.
        if (!(failure instanceof AppError)) log?.error({ err: failure }, 'An import failed');
        await send('error', errorDocument(failure));
      }
    }) as never;
  });
}

/** Whether the request is a form, as some programs send files. */
export const isForm = (request: Request) =>
  request.headers.get('content-type')?.startsWith('multipart/form-data') === true;

async function fileOf(request: Request): Promise<AsyncIterable<Uint8Array>> {
  if (!isForm(request)) {
    if (request.body) return request.body as AsyncIterable<Uint8Array>;
    throw new AppError('bad_file', 'The file is empty.');
  }
  if (Number(request.headers.get('content-length') ?? 0) > LARGEST_FORM) {
    throw new AppError('bad_file', 'The file is larger than 64 MB.', {
      hint: 'Use `conclave import`, or send the file itself as the body.',
    });
  }
  const form = await request.formData().catch((cause: unknown) => {
    throw new AppError('invalid_input', 'The form could not be read.', { cause });
  });
  const file = form.get('file');
  if (!(file instanceof File)) throw new AppError('invalid_input', 'The form has no field "file" that holds a file.');
  return file.stream() as AsyncIterable<Uint8Array>;
}

/** A sender that still writes sees a closed connection instead of the answer; what is left is read and forgotten. */
async function drain(file: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of file);
  } catch {
    // The sender went away, or the file was read already: there is nobody left to answer.
  }
}
