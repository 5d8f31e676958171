// Locks between processes: two launchers would start two servers on the same data, or build into the same folders.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from './paths.mjs';
import { Failure, isAlive } from './process.mjs';
import { pause } from './wait.mjs';

/**
 * Takes the lock of a data folder, or says who holds it.
 *
 * @param {string} dir
 * @param {{ address: string }} options address: shown to whoever comes second
 * @returns {() => void} gives it back
 */
export function lockInstallation(dir, { address }) {
  const taken = tryLock(dir, 'launcher.lock', { address });
  if (taken.release) return taken.release;
  const { pid, startedAt } = taken.holder;
  throw new Failure(
    `Tangent runs already on ${dir} (process ${pid}, since ${startedAt}, ${taken.holder.address}). Use that one, or stop it first: kill ${pid}`,
  );
}

/** Who runs on a data folder: `{ pid, startedAt, address }`; undefined: nobody. */
export function holderOf(dir) {
  const holder = readHolder(path.join(dir, 'launcher.lock'));
  return holder && isOneOfUs(holder.pid) ? holder : undefined;
}

/**
 * Does work that must not be done twice at once in one clone (installing, generating, building).
 *
 * @template T
 * @param {{ onWait: (pid: number) => void }} options onWait: told once when somebody else is at it
 * @param {() => Promise<T>} work
 */
export async function withBuildLock({ onWait }, work) {
  let hasWaited = false;
  for (;;) {
    const { release, holder } = tryLock(cacheDir, 'build.lock', {});
    if (release) {
      try {
        return await work();
      } finally {
        release();
      }
    }
    if (!hasWaited) onWait(holder.pid);
    hasWaited = true;
    await pause(500);
  }
}

/** Takes over the lock of a process that is dead. */
function tryLock(dir, name, facts) {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, name);
  for (;;) {
    try {
      const fd = openSync(file, 'wx', 0o600);
      writeFileSync(fd, JSON.stringify({ pid: process.pid, startedAt: new Date().toISOString(), ...facts }));
      closeSync(fd);
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && isOneOfUs(holder.pid)) return { holder };
    rmSync(file, { force: true });
  }
}

function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // gone meanwhile, or cut off in the middle of writing: nobody holds it
  }
}

/** False when the id was given to another program since. */
function isOneOfUs(pid) {
  if (!isAlive(pid)) return false;
  try {
    return /scripts\/(start|test|bench)\.mjs/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true; // no /proc here (macOS): believe the note
  }
}
