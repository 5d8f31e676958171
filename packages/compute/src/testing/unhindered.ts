import type { ComputeContext } from '../compute-thread.js';

/** What a handler is told where nobody waits for it: it is never cancelled, and nothing is handed over. */
export const unhindered: ComputeContext = {
  isCancelled: false,
  checkCancelled() {},
  progress() {},
  transfer() {},
};
