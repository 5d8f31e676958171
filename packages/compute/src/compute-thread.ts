import { type Transferable, Worker } from 'node:worker_threads';
import {
  ComputeCancelledError,
  ComputeThreadEndedError,
  errorFromWire,
  type Reply,
  type Request,
} from './compute-thread-messages.js';

export { ComputeCancelledError, ComputeThreadEndedError } from './compute-thread-messages.js';

/** What a handler is given besides its input. */
export interface ComputeContext {
  readonly isCancelled: boolean;
  /** Throws ComputeCancelledError once the caller has aborted; call it between steps. */
  checkCancelled(): void;
  progress(done: number, total: number): void;
  /** Hands the memory of these arrays over with the answer instead of copying it: here they are empty afterwards. */
  transfer(...arrays: ArrayBufferView[]): void;
}

/** Functions that a compute thread offers, by name. Inputs and outputs must be structured-cloneable. */
// biome-ignore lint/suspicious/noExplicitAny: the handlers of a thread have different inputs and outputs
export type ComputeHandlers = Record<string, (input: any, context: ComputeContext) => unknown>;

export interface CallOptions {
  /** Asks the handler to stop. The promise settles when it has, so that its work and its memory are gone by then. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Buffers of the input that are handed over instead of copied. */
  readonly transfer?: readonly Transferable[] | undefined;
}

export interface ComputeThreadOptions {
  /** Handed to `prepare` of the thread; structured-cloneable. */
  readonly workerData?: unknown;
  /** Told when the thread ended by itself: what it held in memory is lost, and the next call starts a fresh one. */
  readonly onEnd?: (error: ComputeThreadEndedError) => void;
}

/** A thread that computes while the event loop of its host stays free. Calls run one after the other. */
export interface ComputeThread<H extends ComputeHandlers> {
  /**
   * Rejects with what the handler threw (name, message, stack and code are kept), with ComputeCancelledError, or with
   * ComputeThreadEndedError.
   */
  call<N extends keyof H & string>(
    name: N,
    input: Parameters<H[N]>[0],
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<H[N]>>>;
  /** Ends the thread at once; calls that wait are rejected. */
  close(): Promise<void>;
}

interface Waiting {
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: CallOptions['onProgress'];
}

/**
 * Opens a compute thread on a module that calls `serveComputeThread`. The thread starts with the first call. A crash
 * rejects the calls that wait and the next call starts a fresh one, so its state must be rebuildable.
 */
export function startComputeThread<H extends ComputeHandlers>(
  module: URL,
  options: ComputeThreadOptions = {},
): ComputeThread<H> {
  let thread: Worker | undefined;
  let nextId = 1;
  let isClosed = false;
  const waiting = new Map<number, Waiting>();

  function start(): Worker {
    const worker = new Worker(module, { workerData: options.workerData });
    worker.on('message', (reply: Reply) => {
      const call = waiting.get(reply.id);
      if (!call) return;
      if (reply.kind === 'progress') return call.onProgress?.(reply.done, reply.total);
      waiting.delete(reply.id);
      if (reply.kind === 'result') call.resolve(reply.output);
      else call.reject(errorFromWire(reply.error, call.name));
    });
    const onEnd = (why: string, cause?: unknown) => {
      if (thread !== worker) return;
      thread = undefined;
      const names = [...waiting.values()].map((call) => call.name);
      const error = new ComputeThreadEndedError(isClosed ? 'it was closed' : why, names, { cause });
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
      if (!isClosed) options.onEnd?.(error);
    };
    worker.on('error', (cause) => onEnd(cause instanceof Error ? cause.message : String(cause), cause));
    worker.on('messageerror', (cause) => onEnd(cause.message, cause));
    worker.on('exit', (code) => onEnd(`it exited with code ${code}`));
    return worker;
  }

  return {
    call(name, input, { signal, onProgress, transfer } = {}) {
      if (isClosed) return Promise.reject(new ComputeThreadEndedError('it was closed', [name]));
      if (signal?.aborted) return Promise.reject(new ComputeCancelledError(name));
      thread ??= start();
      const worker = thread;
      const id = nextId++;
      const cancelFlag = new SharedArrayBuffer(4);
      const cancel = () => Atomics.store(new Int32Array(cancelFlag), 0, 1);
      return new Promise<unknown>((resolve, reject) => {
        const request: Request = { id, name, input, cancelFlag };
        worker.postMessage(request, transfer && [...transfer]);
        signal?.addEventListener('abort', cancel, { once: true });
        waiting.set(id, { name, resolve, reject, onProgress });
      }).finally(() => signal?.removeEventListener('abort', cancel)) as never;
    },
    async close() {
      isClosed = true;
      await thread?.terminate();
    },
  };
}
