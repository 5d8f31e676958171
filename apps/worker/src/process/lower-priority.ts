import { readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Makes the calling thread, and those that it starts from now on, give way to others of the machine. `nice`: 0 (as all
 * others) … 19 (only what nobody else wants). Linux keeps a priority of each thread; elsewhere nothing happens, for there
 * it is the process's, whose main thread must stay awake for its locks.
 */
export function lowerThreadPriority(nice: number): void {
  const id = threadId();
  // What gives way further already stays so: to raise a priority needs rights.
  if (id !== undefined && os.getPriority(id) < nice) os.setPriority(id, nice);
}

function threadId(): number | undefined {
  try {
    return Number(path.basename(readlinkSync('/proc/thread-self')));
  } catch {
    return undefined;
  }
}
