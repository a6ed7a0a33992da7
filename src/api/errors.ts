import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, errorCodes, errorDocument } from '../domain/errors.ts';
import { invalidInput } from '../wire.ts';
import type { Log } from './deps.ts';
import type { ApiEnv } from './env.ts';

/** Every failure leaves as an ErrorDocument; a bug keeps its text in the log and shows only the request's id. */
export function errorHandler(log: Log | undefined): ErrorHandler<ApiEnv> {
  return (failure, c) => {
    const known = asAppError(failure);
    if (known) return sendError(c, known);
    const requestId = c.get('requestId');
    log?.error({ requestId, method: c.req.method, path: c.req.path, err: failure }, 'A request failed');
    const document = errorDocument(failure);
    return c.json({ error: { ...document.error, details: { requestId } } }, 500);
  };
}

export function sendError(c: Context, failure: AppError) {
  const retryAfter = failure.details?.retryAfterSeconds;
  if (typeof retryAfter === 'number') c.header('Retry-After', String(retryAfter));
  if (failure.code === 'unauthorized') c.header('WWW-Authenticate', 'Bearer realm="conclave"');
  return c.json(errorDocument(failure), errorCodes[failure.code].http as ContentfulStatusCode);
}

function asAppError(failure: unknown): AppError | undefined {
  if (failure instanceof AppError) return failure;
  // A parser in a schema may throw past zod; the library's own refusals are about the request too.
  if (failure instanceof HTTPException && failure.status < 500) {
    return new AppError(failure.status === 413 ? 'bad_file' : 'invalid_input', tidy(failure.message));
  }
  if (failure instanceof Error && failure.name === 'ZodError' && 'issues' in failure) {
    return invalidInput(failure.issues as Parameters<typeof invalidInput>[0]);
  }
  return undefined;
}

const tidy = (message: string) =>
  message.startsWith('Malformed JSON') ? 'The body is not valid JSON.' : message || 'The request could not be read.';
