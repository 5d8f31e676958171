import { type MessagePort, parentPort, type Transferable, Worker, workerData } from 'node:worker_threads';

/** What a handler is given besides its input. */
export interface ComputeContext {
  /** Throws ComputeCancelledError once the caller has aborted; call it between steps. */
  checkCancelled(): void;
  progress(done: number, total: number): void;
}

/** Functions that a compute thread offers, by name. Inputs and outputs must be structured-cloneable. */
// biome-ignore lint/suspicious/noExplicitAny: the handlers of a thread have different inputs and outputs
export type ComputeHandlers = Record<string, (input: any, context: ComputeContext) => unknown>;

export class ComputeCancelledError extends Error {
  override readonly name = 'ComputeCancelledError';
  readonly code = 'cancelled';
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  readonly cancelFlag: SharedArrayBuffer;
}
type Reply =
  | { readonly id: number; readonly kind: 'result'; readonly output: unknown }
  | {
      readonly id: number;
      readonly kind: 'error';
      readonly error: unknown;
      readonly code: string | undefined;
    }
  | { readonly id: number; readonly kind: 'progress'; readonly done: number; readonly total: number };

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  readonly transfer?: readonly Transferable[];
}

/** A thread that computes while the event loop of its host stays free. Calls run one after the other. */
export interface ComputeThread<H extends ComputeHandlers> {
  call<N extends keyof H & string>(
    name: N,
    input: Parameters<H[N]>[0],
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<H[N]>>>;
  close(): Promise<void>;
}

/**
 * Starts a compute thread whose module calls `serveComputeThread`. A crash rejects the calls that wait and the next
 * call starts a fresh thread, so state that lives in the thread must be rebuildable: `onRestart` tells.
 */
export function startComputeThread<H extends ComputeHandlers>(
  module: URL,
  options: { readonly workerData?: unknown; readonly onRestart?: () => void } = {},
): ComputeThread<H> {
  let thread: Worker | undefined;
  let nextId = 1;
  let isClosed = false;
  const waiting = new Map<
    number,
    { resolve(v: unknown): void; reject(e: unknown): void; onProgress: CallOptions['onProgress'] }
  >();

  function start(): Worker {
    const worker = new Worker(module, { workerData: options.workerData });
    worker.on('message', (reply: Reply) => {
      const call = waiting.get(reply.id);
      if (!call) return;
      if (reply.kind === 'progress') return call.onProgress?.(reply.done, reply.total);
      waiting.delete(reply.id);
      if (reply.kind === 'result') call.resolve(reply.output);
      else
        call.reject(
          Object.assign(reply.error as Error, reply.code === undefined ? {} : { code: reply.code }),
        );
    });
    const onEnd = (cause: unknown) => {
      if (thread !== worker) return;
      thread = undefined;
      const calls = [...waiting.values()];
      waiting.clear();
      for (const call of calls)
        call.reject(new Error('the compute thread ended before its answer', { cause }));
      if (!isClosed) options.onRestart?.();
    };
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    return worker;
  }

  return {
    call(name, input, { signal, onProgress, transfer } = {}) {
      if (isClosed) return Promise.reject(new Error('the compute thread is closed'));
      if (signal?.aborted) return Promise.reject(new ComputeCancelledError('cancelled before it started'));
      thread ??= start();
      const worker = thread;
      const id = nextId++;
      const cancelFlag = new SharedArrayBuffer(4);
      const cancel = () => Atomics.store(new Int32Array(cancelFlag), 0, 1);
      signal?.addEventListener('abort', cancel, { once: true });
      return new Promise((resolve, reject) => {
        const done = (settle: (v: never) => void) => (value: unknown) => {
          signal?.removeEventListener('abort', cancel);
          settle(value as never);
        };
        waiting.set(id, { resolve: done(resolve), reject: done(reject), onProgress });
        const request: Request = { id, name, input, cancelFlag };
        worker.postMessage(request, transfer as Transferable[] | undefined);
      });
    },
    async close() {
      isClosed = true;
      await thread?.terminate();
    },
  };
}

/** The thread's side: answers calls one after the other. `prepare` runs once before the first. */
export function serveComputeThread(
  handlers: ComputeHandlers,
  prepare: (workerData: unknown) => Promise<void> = async () => undefined,
): void {
  if (!parentPort) throw new Error('serveComputeThread must be called in a worker thread');
  const port: MessagePort = parentPort;
  let chain = prepare(workerData);
  port.on('message', (request: Request) => {
    chain = chain.then(() => answer(port, handlers, request));
  });
}

async function answer(
  port: MessagePort,
  handlers: ComputeHandlers,
  { id, name, input, cancelFlag }: Request,
): Promise<void> {
  const flag = new Int32Array(cancelFlag);
  const context: ComputeContext = {
    checkCancelled() {
      if (Atomics.load(flag, 0) === 1) throw new ComputeCancelledError(`${name} was cancelled`);
    },
    progress: (done, total) => port.postMessage({ id, kind: 'progress', done, total } satisfies Reply),
  };
  try {
    context.checkCancelled();
    const handler = handlers[name];
    if (!handler) throw new Error(`the compute thread has no handler “${name}”`);
    const output = await handler(input, context);
    port.postMessage({ id, kind: 'result', output } satisfies Reply, ownBuffers(output));
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    port.postMessage({
      id,
      kind: 'error',
      error,
      code: typeof code === 'string' ? code : undefined,
    } satisfies Reply);
  }
}

/** The buffers of typed arrays directly in an output object that fill their buffer: they are handed over, not copied. */
function ownBuffers(output: unknown): ArrayBuffer[] {
  if (typeof output !== 'object' || output === null) return [];
  const values = ArrayBuffer.isView(output) ? [output] : Object.values(output);
  const buffers = values
    .filter(
      (v): v is ArrayBufferView =>
        ArrayBuffer.isView(v) && v.buffer instanceof ArrayBuffer && v.byteLength === v.buffer.byteLength,
    )
    .map((v) => v.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}
