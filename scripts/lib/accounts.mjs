// Postgres refuses to run as root. As root we drop to an account that has no rights.
import { readFileSync } from 'node:fs';
import { capture, Failure } from './process.mjs';

/** The ids that servers run with: empty when we are not root (they then run as we do). */
export function serverIds() {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Failure(
    'Postgres must not run as root, and /etc/passwd has no account postgres or nobody to run it. Start Tangent as an ordinary user, or set DATABASE_URL.',
  );
}

/** True when those ids may do `test -x` (run, enter) or `test -w` (write) on a path. */
export async function mayAccess(ids, flag, path) {
  const { code } = await capture('test', [flag, path], { ...ids, cwd: '/' });
  return code === 0;
}
