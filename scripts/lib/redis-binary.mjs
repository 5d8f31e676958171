// Finds a Redis server program, or fetches Debian's without root: its packages unpacked into .cache, nothing installed.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from './paths.mjs';
import { runOrFail } from './process.mjs';

const names = ['redis-server', 'valkey-server'];
const packages = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const fetchTimeoutMs = 90_000;

/** The program and the environment it needs, or undefined when this machine has none. */
export function findRedis() {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  for (const folder of folders) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (folder && isExecutable(file)) return { file, env: process.env };
    }
  }
  return fetched();
}

/**
 * Downloads Debian's (or Ubuntu's) packages and unpacks them.
 *
 * @throws Failure when there is no apt, no network, or the download takes too long
 */
export async function fetchRedis() {
  const work = path.join(cacheDir, 'apt');
  const debs = path.join(work, 'debs');
  for (const folder of ['lists/partial', 'archives/partial', 'debs']) {
    mkdirSync(path.join(work, folder), { recursive: true });
  }
  try {
    const options = [
      `Dir::State=${work}`,
      `Dir::State::lists=${work}/lists`,
      `Dir::Cache=${work}`,
      `Dir::Log=${work}`,
      'APT::Sandbox::User=', // as root, apt would drop to an account that may not enter the clone
      'Debug::NoLocking=1',
      'Acquire::Retries=1',
      'Acquire::http::Timeout=20',
      'Acquire::https::Timeout=20',
    ].flatMap((option) => ['-o', option]);
    const limits = { cwd: debs, timeout: fetchTimeoutMs };
    await runOrFail('apt-get', ['-qq', ...options, 'update'], limits);
    await runOrFail('apt-get', ['-qq', ...options, 'download', ...packages], limits);
    const half = `${unpackedDir}.${process.pid}.tmp`;
    rmSync(half, { recursive: true, force: true });
    for (const file of readdirSync(debs)) await runOrFail('dpkg-deb', ['-x', path.join(debs, file), half]);
    rmSync(unpackedDir, { recursive: true, force: true });
    renameSync(half, unpackedDir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return fetched();
}

const unpackedDir = path.join(cacheDir, 'redis');

function fetched() {
  const file = path.join(unpackedDir, 'usr/bin/redis-server');
  if (!existsSync(file)) return undefined;
  const libraries = path.join(unpackedDir, 'usr/lib');
  const platformDir = readdirSync(libraries).find((name) => name.endsWith('-linux-gnu')) ?? '';
  return { file, env: { ...process.env, LD_LIBRARY_PATH: path.join(libraries, platformDir) } };
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // that is the answer, not a failure
  }
}
