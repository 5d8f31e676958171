import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

/**
 * Makes this process give way to others of the machine: people who wait for the API come before computations. `nice`: 0
 * (as all others) … 19 (only what nobody else wants).
 */
export function lowerPriority(nice: number): void {
  // Linux keeps a priority of each thread; later ones take it over, those that Node has started already are set here.
  // What gives way further already stays so: to raise a priority needs rights.
  for (const id of threadIds()) if (os.getPriority(id) < nice) os.setPriority(id, nice);
  lowerSession(nice);
}

function threadIds(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [0]; // no /proc: there a priority is the process's
  }
}

/**
 * A kernel with autogroups shares the processor between sessions first, whatever the priorities in them. A session that
 * this process did not begin holds others, which are left alone.
 */
function lowerSession(nice: number): void {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(session) === process.pid) writeFileSync('/proc/self/autogroup', String(nice));
  } catch {
    // No such kernel, or it does not let us: the threads' own priorities are what there is.
  }
}
