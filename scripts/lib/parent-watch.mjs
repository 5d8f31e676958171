// npm dies on a signal without passing it on; what it started must notice by itself.
import { readFileSync } from 'node:fs';

const everyMs = 500;

/** Calls back once when the npm that started this process is gone. Does nothing when npm did not start it. */
export function onNpmDeath(callback) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  // npm runs scripts through a shell, which may outlive it.
  const grandparent = isShell(parent) ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    const isIntact =
      process.ppid === parent && (grandparent === undefined || parentOf(parent) === grandparent);
    if (isIntact) return;
    clearInterval(timer);
    callback();
  }, everyMs);
  timer.unref();
}

const readProc = (pid, name) => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // no /proc here, or the process is gone
  }
};

const isShell = (pid) => /^(ba|da|z|)sh\n?$/.test(readProc(pid, 'comm'));

// "pid (name) state ppid …", and the name may hold anything, even a bracket.
const parentOf = (pid) => readProc(pid, 'stat').split(')').pop().trim().split(' ')[1];
