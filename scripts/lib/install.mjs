// `npm ci`, when what lies in node_modules is not what package-lock.json says.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireDisk } from './disk.mjs';
import { root } from './paths.mjs';
import { capture, Failure, lastLines } from './process.mjs';

const lockFile = path.join(root, 'package-lock.json');
const stampFile = path.join(root, 'node_modules/.tangent-installed'); // npm ci removes it together with the folder

/** @param {(text: string) => void} progress */
export async function installPackages(progress) {
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return { note: 'up to date' };
  // None are missing when somebody ran `npm ci` by hand.
  if (missingPackages().length > 0) {
    requireDisk(root, 2.5, 'installing');
    await npmCi(progress);
  }
  writeFileSync(stampFile, hash);
  return { note: `${wantedPackages().length} packages` };
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** [path, entry] of all that the lock wants in node_modules, without what belongs to other platforms. */
function wantedPackages() {
  const entries = Object.entries(packagesOf(lockFile));
  return entries.filter(
    ([where, entry]) => where.includes('node_modules/') && !(entry.optional || entry.devOptional),
  );
}

/** Packages of the lock that npm's own note in node_modules lacks, or holds in another version, content or place. */
export function missingPackages() {
  const note = path.join(root, 'node_modules/.package-lock.json');
  const present = existsSync(note) ? packagesOf(note) : {};
  const isThere = ([where, { version, integrity, link }]) => {
    const found = present[where];
    return found && found.version === version && found.integrity === integrity && found.link === link;
  };
  return wantedPackages()
    .filter((wanted) => !isThere(wanted))
    .map(([where]) => where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

async function npmCi(progress) {
  const numWanted = wantedPackages().length;
  let numFetched = 0;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=http'];
  const { code, output } = await capture('npm', args, {
    cwd: root,
    onLine: (line) => {
      if (/^npm http (fetch|cache)/.test(line)) numFetched += 1;
      progress(numFetched < numWanted ? `${numFetched} of about ${numWanted} packages fetched` : 'unpacking');
    },
  });
  if (code === 0) return;
  const told = output.split('\n').filter((line) => !/^npm (http|verbose|warn)/.test(line));
  throw new Failure(
    `npm ci failed (${code}). Is the network up? The end of what it said:\n${lastLines(told.join('\n'), 25)}`,
  );
}
