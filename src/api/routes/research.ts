import { AppError } from '../../domain/errors.ts';
import * as wire from '../../wire.ts';
import type { ApiDeps } from '../deps.ts';
import type { DoctorDocument, ImportDocument } from '../documents.ts';
import { answer, answers, body, createRoute, needs, resource } from '../openapi.ts';

const doctor = createRoute({
  method: 'get',
  path: '/doctor',
  summary: 'What is on, what is off, and why',
  ...needs('account:read'),
  responses: answers(answer<DoctorDocument>('Doctor', 'The state of every part.')),
});

const importBars = createRoute({
  method: 'post',
  path: '/import',
  summary: 'Import a file of bars (CSV, also gzipped)',
  description: 'The body is the file itself, or multipart/form-data with the field `file`. At most 64 MB.',
  ...needs('admin'),
  request: { query: wire.importQuery },
  responses: answers(answer<ImportDocument>('Import', 'What was accepted and what was kept apart.')),
});

const backtest = createRoute({
  method: 'post',
  path: '/backtest',
  summary: 'The same decisions over stored bars, costs on',
  ...needs('analysis:run'),
  request: { body: body(wire.backtestRequest) },
  responses: answers(answer<Record<string, unknown>>('Backtest', 'Metrics, trades and the equity curve.')),
});

const LARGEST = 64 * 1024 * 1024;

export function researchRoutes({ doctor: examine, importBars: store, backtest: run, marketData }: ApiDeps) {
  return resource()
    .openapi(doctor, async (c) => c.json(await examine(), 200))
    .openapi(importBars, async (c) => {
      const { symbol, interval, timezone: timeZone, name, columns, dryRun } = c.req.valid('query');
      const file = await fileOf(c.req.raw);
      const request = { symbol: marketData.resolve(symbol).symbol, interval, timeZone, columns, dryRun };
      return c.json(await store({ ...request, bytes: file.bytes, fileName: name ?? file.name }), 200);
    })
    .openapi(backtest, async (c) => {
      const request = c.req.valid('json');
      const report = await run({ ...request, symbol: marketData.resolve(request.symbol).symbol });
      return c.json(report as Record<string, never>, 200);
    });
}

async function fileOf(request: Request): Promise<{ bytes: Uint8Array; name?: string }> {
  if (Number(request.headers.get('content-length') ?? 0) > LARGEST) throw tooLarge();
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) {
    return { bytes: whole(new Uint8Array(await request.arrayBuffer())) };
  }
  const form = await request.formData().catch((cause: unknown) => {
    throw new AppError('invalid_input', 'The form could not be read.', { cause });
  });
  const file = form.get('file');
  if (!(file instanceof File)) throw new AppError('invalid_input', 'The form has no field "file" that holds a file.');
  return { bytes: whole(new Uint8Array(await file.arrayBuffer())), name: file.name };
}

function whole(bytes: Uint8Array): Uint8Array {
  if (bytes.length > LARGEST) throw tooLarge();
  if (bytes.length === 0) throw new AppError('bad_file', 'The file is empty.');
  return bytes;
}

const tooLarge = () =>
  new AppError('bad_file', 'The file is larger than 64 MB.', {
    hint: 'Use `conclave import` on the machine itself, or split the file.',
  });
