import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import type { ComputeContext, ComputeHandlers } from './compute-thread.js';
import { ComputeCancelledError, errorToWire, type Reply, type Request } from './compute-thread-messages.js';

/**
 * The thread's side of `startComputeThread`: answers calls one after the other. `prepare` runs once before the first
 * with the caller's workerData; an error there ends the thread. Throws outside a worker thread.
 */
export function serveComputeThread(
  handlers: ComputeHandlers,
  prepare: (data: unknown) => Promise<void> | void = () => undefined,
): void {
  if (!parentPort) throw new Error('serveComputeThread must be called in a worker thread');
  const port = parentPort;
  const send = (reply: Reply, transfer: readonly Transferable[] = []) =>
    port.postMessage(reply, [...transfer]);
  let chain = Promise.resolve(workerData).then(prepare);
  port.on('message', (request: Request) => {
    chain = chain.then(() => answer(handlers, request, send));
  });
}

async function answer(
  handlers: ComputeHandlers,
  { id, name, input, cancelFlag }: Request,
  send: (reply: Reply, transfer?: readonly Transferable[]) => void,
): Promise<void> {
  const flag = new Int32Array(cancelFlag);
  const transfer = new Set<Transferable>();
  const isCancelled = () => Atomics.load(flag, 0) === 1;
  const context: ComputeContext = {
    get isCancelled() {
      return isCancelled();
    },
    checkCancelled() {
      if (isCancelled()) throw new ComputeCancelledError(name);
    },
    progress: (done, total) => send({ id, kind: 'progress', done, total }),
    transfer(...arrays) {
      for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer) transfer.add(buffer);
    },
  };
  try {
    context.checkCancelled();
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (!handler)
      throw new Error(`the compute thread has no “${name}”, only ${Object.keys(handlers).join(', ')}`);
    const output = await handler(input, context);
    send({ id, kind: 'result', output }, [...transfer]);
  } catch (error) {
    send({ id, kind: 'error', error: errorToWire(error) });
  }
}
