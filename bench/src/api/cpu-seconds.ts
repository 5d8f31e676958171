import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock a second, as every Linux tells them to programs. */
const ticksPerSecond = 100;

/** CPU time that a process has used so far, in seconds; null where the system does not tell (no /proc). */
export function cpuSeconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold anything; 12 fields after it come user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return null;
  }
}
