/**
 * Failures that a person must act on. The codes are a closed list: each door (HTTP, MCP, CLI) maps them once, and
 * docs/errors.md explains each. `hint` says what to do next; `retryable` whether the same call may work later.
 */
export const errorCodes = {
  invalid_input: { http: 400, retryable: false, hint: 'Correct the named field and send the request again.' },
  unknown_symbol: { http: 404, retryable: false, hint: 'Use one of the suggestions, or list_instruments to see all.' },
  ambiguous_symbol: { http: 409, retryable: false, hint: 'Name one of the candidates exactly.' },
  unknown_interval: { http: 400, retryable: false, hint: 'Use one of 1m 5m 15m 30m 1h 4h 1d 1w 1M.' },
  bad_file: { http: 400, retryable: false, hint: 'Check the file, or name its columns and time zone with options.' },
  bad_config: { http: 500, retryable: false, hint: 'Correct the named settings and start again.' },
  not_found: { http: 404, retryable: false, hint: 'Check the id; it may belong to another account.' },
  not_enough_history: { http: 422, retryable: false, hint: 'Import or fetch more bars, or use a finer interval.' },
  unauthorized: { http: 401, retryable: false, hint: 'Sign in again with the link that the server printed.' },
  forbidden: { http: 403, retryable: false, hint: 'This token lacks the needed scope.' },
  rate_limited: { http: 429, retryable: true, hint: 'Wait a moment and try again.' },
  conflict: { http: 409, retryable: true, hint: 'Something changed meanwhile; read again and retry.' },
  risk_rejected: { http: 422, retryable: false, hint: 'Read the failed checks; each says what would pass.' },
  broker_rejected: { http: 422, retryable: false, hint: 'The broker refused the order; its reason is in the message.' },
  broker_unknown: { http: 504, retryable: false, hint: 'Wait for reconciliation; do not send the order again.' },
  halted: { http: 423, retryable: false, hint: 'Trading is halted; resume it in Settings when you are sure.' },
  unavailable: { http: 503, retryable: true, hint: 'The source did not answer; try again, or configure another.' },
  timeout: { http: 504, retryable: true, hint: 'It took too long; try again.' },
  cancelled: { http: 499, retryable: true, hint: 'The request was cancelled.' },
  budget: { http: 429, retryable: false, hint: 'The model budget is spent; raise it or wait for the next period.' },
  locked: { http: 423, retryable: true, hint: 'Another process owns this folder; use it, or stop it first.' },
  corrupt: { http: 500, retryable: false, hint: 'Restore the last backup with `conclave restore`.' },
  port_in_use: { http: 500, retryable: false, hint: 'Stop the other program, or start with PORT=3001.' },
  read_only: { http: 500, retryable: false, hint: 'Make the folder writable, or set DATA_DIR to one that is.' },
  schema_outdated: { http: 500, retryable: false, hint: 'Start the newer version of Conclave, or restore a backup.' },
  internal: { http: 500, retryable: false, hint: 'This is a bug; please report it with the request id.' },
} as const satisfies Record<string, { http: number; retryable: boolean; hint: string }>;

export type ErrorCode = keyof typeof errorCodes;

export interface AppErrorOptions {
  cause?: unknown;
  /** What to do next; the code's own hint when absent. */
  hint?: string;
  /** Machine-readable particulars: suggestions, failed fields, checks. Never secrets. */
  details?: Record<string, unknown>;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint ?? errorCodes[code].hint;
    this.retryable = errorCodes[code].retryable;
    this.details = options.details;
  }
}

/** The one wire form of an error, at every door. */
export interface ErrorDocument {
  error: { code: ErrorCode; message: string; hint: string; retryable: boolean; details?: Record<string, unknown> };
}

/** Anything thrown, as the document a user may see. A bug shows no message of its own: it could hold a secret. */
export function errorDocument(failure: unknown): ErrorDocument {
  if (failure instanceof AppError) {
    const { code, message, hint, retryable, details } = failure;
    return { error: { code, message, hint, retryable, ...(details ? { details } : {}) } };
  }
  const { hint, retryable } = errorCodes.internal;
  return { error: { code: 'internal', message: 'Something went wrong inside Conclave.', hint, retryable } };
}
