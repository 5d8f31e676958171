/** Caller to thread. The first number behind `cancelFlag` is 1 once the caller has aborted. */
export interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  readonly cancelFlag: SharedArrayBuffer;
}

/** Thread to caller. */
export type Reply =
  | { readonly id: number; readonly kind: 'result'; readonly output: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: WireError }
  | { readonly id: number; readonly kind: 'progress'; readonly done: number; readonly total: number };

/** What is kept of an error between threads: structured cloning would drop name and code, and refuse some errors. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}

/** The caller aborted. */
export class ComputeCancelledError extends Error {
  override readonly name = 'ComputeCancelledError';
  readonly code = 'cancelled';
  constructor(readonly callName: string) {
    super(`the computation “${callName}” was cancelled`);
  }
}

/** The thread ended before it answered; its memory is lost. */
export class ComputeThreadEndedError extends Error {
  override readonly name = 'ComputeThreadEndedError';
  readonly code = 'compute-thread-ended';
  constructor(why: string, callNames: readonly string[], options?: ErrorOptions) {
    const calls = callNames.length > 0 ? ` before it answered ${callNames.join(', ')}` : '';
    super(`the compute thread ended${calls}: ${why}`, options);
  }
}

export function errorToWire(error: unknown): WireError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), stack: undefined, code: undefined };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' ? code : undefined,
  };
}

export function errorFromWire({ name, message, stack, code }: WireError, callName: string): Error {
  if (name === 'ComputeCancelledError') return new ComputeCancelledError(callName);
  const error = new Error(message);
  Object.assign(error, { name }, code === undefined ? {} : { code });
  if (stack !== undefined) error.stack = stack;
  return error;
}
