import { readdirSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Makes the calling thread, and those that it starts from now on, give way to others of the machine. `nice`: 0 (as all
 * others) … 19 (only what nobody else wants). Linux keeps a priority of each thread; elsewhere nothing happens, for there
 * it is the process's, whose main thread must stay awake for its locks.
 */
export function lowerThreadPriority(nice: number): void {
  const id = threadId();
  if (id !== undefined) lower(id, nice);
}

/**
 * The same for all threads of the process that run already, but the main one: those that collect the garbage and compile,
 * for the computing threads above all.
 */
export function lowerHelperThreads(nice: number): void {
  for (const id of threadIds()) {
    if (id === process.pid) continue;
    try {
      lower(id, nice);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function lower(id: number, nice: number): void {
  // What gives way further already stays so: to raise a priority needs rights.
  if (os.getPriority(id) < nice) os.setPriority(id, nice);
}

function threadIds(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [];
  }
}

function threadId(): number | undefined {
  try {
    return Number(path.basename(readlinkSync('/proc/thread-self')));
  } catch {
    return undefined;
  }
}
