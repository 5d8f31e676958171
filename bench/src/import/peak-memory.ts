import { readFileSync } from 'node:fs';

/** The largest resident memory that a process has had, in MiB; null where the system does not tell (no /proc). */
export function peakMemoryMiB(pid: number): number | null {
  try {
    const [, kiB] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kiB === undefined ? null : Number(kiB) / 1024;
  } catch {
    return null;
  }
}
