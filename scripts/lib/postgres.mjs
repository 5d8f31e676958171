// The embedded Postgres: made once, started or adopted, stopped. Data, password and log lie in one folder.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mayAccess, serverIds } from './accounts.mjs';
import { answers, freePort, freePortNear } from './ports.mjs';
import { findPostgres, outsideHome } from './postgres-binaries.mjs';
import { capture, Failure, isAlive, lastLines } from './process.mjs';
import { until } from './wait.mjs';

// Test servers lose nothing that matters in a power cut, and gain a third in speed.
const throwAwaySettings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
];

/**
 * Starts the Postgres server whose files lie in `dir`, or adopts the one that already runs on them: a launcher
 * killed with -9 leaves its server behind, and a second one on the same files would destroy them.
 *
 * @param {{ dir: string, wantedPort?: number, isThrowAway?: boolean }} options wantedPort: any free one by default
 * @returns {Promise<{ port: number, isAdopted: boolean, dataFolder: string, urlOf: (database: string) => string, stop: () => Promise<void>, kill: () => Promise<void> }>}
 */
export async function startPostgres({ dir, wantedPort, isThrowAway = false }) {
  const ids = serverIds();
  const { native, version } = await findPostgres(ids);
  const home = await reachableHome(dir, ids);
  const server = {
    ids,
    native,
    version,
    data: path.join(home, 'data'),
    log: path.join(home, 'postgres.log'),
    passwordFile: path.join(dir, 'password'),
  };
  if (!existsSync(path.join(server.data, 'PG_VERSION'))) await initialise(server, home);
  const password = readPassword(server);
  refuseOtherVersion(server);

  const adoptedPort = await runningPort(server);
  const port = adoptedPort ?? (await launchNear(server, wantedPort, isThrowAway));
  return {
    port,
    isAdopted: adoptedPort !== undefined,
    dataFolder: server.data,
    urlOf: (database) => urlFor({ password, port, database }),
    stop: () => stop(server),
    kill: () => killServer(server),
  };
}

/** The URL of a database of the server that runs on the files in `dir`; undefined: none runs. Starts nothing. */
export async function urlOfRunning(dir, database) {
  const data = path.join(homeOf(dir), 'data');
  const port = await runningPort({ data });
  if (port === undefined) return undefined;
  const password = readPassword({ passwordFile: path.join(dir, 'password'), data });
  return urlFor({ password, port, database });
}

const urlFor = ({ password, port, database }) =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;

/** Stops a server that an earlier, dead process left behind. Does nothing when there is none. */
export async function stopLeftPostgres(dir) {
  const home = homeOf(dir);
  const server = { ids: serverIds(), data: path.join(home, 'data'), log: path.join(home, 'postgres.log') };
  if ((await runningPort(server)) === undefined) return;
  const { native } = await findPostgres(server.ids);
  await stop({ ...server, native });
}

/** Removes the files of a throw-away server, wherever they came to lie. */
export function removePostgres(dir) {
  rmSync(homeOf(dir), { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

// A note in the folder keeps the choice: permissions that change later must not make the data seem lost.
const noteOf = (dir) => path.join(dir, 'location');
const homeOf = (dir) => (existsSync(noteOf(dir)) ? readFileSync(noteOf(dir), 'utf8').trim() : dir);

async function reachableHome(dir, ids) {
  mkdirSync(dir, { recursive: true });
  if (ids.uid === undefined) return dir;
  const known = homeOf(dir);
  if (known !== dir) return known;
  const inside = path.join(dir, 'server');
  for (const home of [inside, outsideHome(dir)]) {
    mkdirSync(home, { recursive: true });
    chownSync(home, ids.uid, ids.gid);
    if (await mayAccess(ids, '-w', home)) {
      writeFileSync(noteOf(dir), `${home}\n`);
      return home;
    }
    rmSync(home, { recursive: true, force: true });
  }
  throw new Failure(
    `Postgres runs as an account of its own (not root), which may enter neither ${dir} nor ${outsideHome(dir)}. Set TANGENT_DATA to a folder that every account may enter.`,
  );
}

async function initialise(server, home) {
  const password = randomBytes(24).toString('base64url');
  const forInitdb = path.join(home, 'initial-password');
  writeFileSync(forInitdb, `${password}\n`, { mode: 0o600 });
  if (server.ids.uid !== undefined) chownSync(forInitdb, server.ids.uid, server.ids.gid);
  // Half of an earlier initialisation holds nothing worth keeping: PG_VERSION is written first, and it was missing.
  rmSync(server.data, { recursive: true, force: true });
  try {
    const args = ['-D', server.data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth=scram-sha-256'];
    const result = await program(server, 'initdb', [...args, '--pwfile', forInitdb, '--no-sync']);
    if (result.code !== 0) {
      rmSync(server.data, { recursive: true, force: true });
      throw new Failure(
        `Postgres could not make its data folder ${server.data}:\n${lastLines(result.output, 20)}`,
      );
    }
    writeFileSync(server.passwordFile, `${password}\n`, { mode: 0o600 });
    chmodSync(server.passwordFile, 0o600);
  } finally {
    rmSync(forInitdb, { force: true });
  }
}

function readPassword({ passwordFile, data }) {
  if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
  throw new Failure(
    `the database in ${data} has lost its password file ${passwordFile}. Put it back from a backup; only if the data may go, delete ${path.dirname(passwordFile)} and start again.`,
  );
}

function refuseOtherVersion({ version, data }) {
  const found = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  if (found !== version.split('.')[0]) {
    throw new Failure(
      `the database in ${data} was made by Postgres ${found}, this version brings Postgres ${version}. Move it over with npm run backup of the version that made it (docs/runbook.md, "A new major version of Postgres").`,
    );
  }
}

/** The port of the server that runs on these files, if one does. */
async function runningPort({ data }) {
  const pidFile = path.join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const [pid, , , portLine] = readFileSync(pidFile, 'utf8').split('\n');
  if (!isServerOf(data, Number(pid))) return undefined;
  const port = Number(portLine);
  // It may still be replaying its log after a crash.
  const isUp = await until(() => answers(port), { timeoutMs: 20_000 });
  // Alive but deaf: the id was given to another program since. Postgres itself makes sure of that when it starts.
  return isUp ? port : undefined;
}

/** False when that process is gone, or its id was given to another program since (told by /proc, where there is one). */
function isServerOf(data, pid) {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data);
  } catch {
    return true;
  }
}

async function launchNear(server, wantedPort, isThrowAway) {
  for (let attempt = 1; ; attempt++) {
    const port = wantedPort === undefined ? await freePort() : await freePortNear(wantedPort);
    try {
      return await launch(server, port, isThrowAway);
    } catch (error) {
      // Between asking for a free port and listening on it another program may have taken it.
      if (attempt === 3 || !error.message.includes('Address already in use')) throw error;
    }
  }
}

async function launch(server, port, isThrowAway) {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=150'];
  if (isThrowAway) settings.push(...throwAwaySettings);
  const options = [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(' ');
  const args = ['-D', server.data, '-w', '-t', '60', '-l', server.log, '-o', options, 'start'];
  // Output is thrown away: the server would keep a pipe open, and it writes into its log anyway.
  const result = await program(server, 'pg_ctl', args, { stdio: 'ignore' });
  if (result.code !== 0) {
    const log = existsSync(server.log)
      ? lastLines(readFileSync(server.log, 'utf8'), 15)
      : '(no log was written)';
    throw new Failure(`Postgres did not start on port ${port}. The end of its log ${server.log}:\n${log}`);
  }
  return port;
}

async function stop(server) {
  for (const mode of ['fast', 'immediate']) {
    const result = await program(server, 'pg_ctl', ['-D', server.data, '-m', mode, '-w', '-t', '15', 'stop']);
    if (result.code === 0 || !existsSync(path.join(server.data, 'postmaster.pid'))) return;
  }
  throw new Failure(`Postgres on ${server.data} does not stop; its log is ${server.log}`);
}

/** Ends it at once, as a crash would: the next start recovers from its log. */
async function killServer({ data }) {
  const [line] = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
  const pid = Number(line);
  if (isServerOf(data, pid)) process.kill(pid, 'SIGKILL');
  if (!(await until(() => !isAlive(pid), { timeoutMs: 8_000 })))
    throw new Error(`Postgres (process ${pid}) lives on 8 s after SIGKILL`);
}

function program({ ids, native }, name, args, options = {}) {
  const env = { ...process.env, LC_ALL: 'C' };
  return capture(path.join(native, 'bin', name), args, { ...ids, cwd: '/', env, ...options });
}
