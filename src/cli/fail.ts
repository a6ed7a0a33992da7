import { CommanderError } from 'commander';
import { AppError, type ErrorDocument, errorDocument } from '../domain/errors.ts';

/** What a failed command writes to stderr, and its exit code: 2 for a wrong call, 1 for everything else. */
export function failureOf(failure: unknown): { document: ErrorDocument; exitCode: number; bug?: Error } {
  if (failure instanceof CommanderError) {
    // A command without its parts answers with its help.
    const message =
      failure.code === 'commander.help'
        ? 'Say which command.'
        : failure.message.replace(/^error: /, '').replace(/^\((.*)\)$/, '$1');
    const hint = 'Run `conclave --help`, or the command with --help.';
    return { document: errorDocument(new AppError('invalid_input', message, { hint })), exitCode: 2 };
  }
  if (failure instanceof AppError) {
    return { document: errorDocument(failure), exitCode: failure.code === 'invalid_input' ? 2 : 1 };
  }
  return {
    document: errorDocument(failure),
    exitCode: 1,
    bug: failure instanceof Error ? failure : new Error(String(failure)),
  };
}

/** The error of an API answer, as the same AppError that was thrown on the other side. */
export function errorFromDocument(body: unknown, status: number): AppError {
  const error = (body as ErrorDocument | undefined)?.error;
  if (!error) return new AppError('unavailable', `The desk answered ${status} without saying why.`);
  return new AppError(error.code, error.message, { hint: error.hint, details: error.details });
}
