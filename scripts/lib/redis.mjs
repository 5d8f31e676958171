// A Redis of our own for the queue: append-only file, no eviction, a password, on this machine only.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, freePortNear } from './ports.mjs';
import { Failure, isAlive, lastLines } from './process.mjs';
import { until } from './wait.mjs';

/**
 * Starts Redis on the files in `dir`, or adopts the one that already runs on them: two servers on one append-only
 * file would corrupt it.
 *
 * @param {{ dir: string, program: { file: string, env: NodeJS.ProcessEnv }, wantedPort?: number, isThrowAway?: boolean }} options
 * @returns {Promise<{ url: string, port: number, dir: string, isAdopted: boolean, stop: () => Promise<void>, kill: () => Promise<void> }>}
 */
export async function startRedis({ dir, program, wantedPort, isThrowAway = false }) {
  mkdirSync(dir, { recursive: true });
  const known = readNote(dir);
  const knownPid = known && (await processIdOf(known));
  if (knownPid) return handle({ ...known, pid: knownPid, dir, isAdopted: true, isThrowAway });

  const password = known?.password ?? randomBytes(24).toString('base64url');
  const port = wantedPort === undefined ? await freePort() : await freePortNear(wantedPort);
  writeFileSync(noteOf(dir), JSON.stringify({ port, password }), { mode: 0o600 });
  const config = path.join(dir, 'redis.conf');
  // The password goes through a file: arguments can be read by every account of the machine.
  writeFileSync(config, configuration({ dir, port, password, isThrowAway }), { mode: 0o600 });
  const child = spawn(program.file, [config], { env: program.env, stdio: 'ignore', detached: true });
  child.unref();
  let spawnError;
  child.once('error', (error) => {
    spawnError = error;
  });
  const pid = await until(() => spawnError || child.exitCode !== null || processIdOf({ port, password }), {
    timeoutMs: 30_000,
  });
  if (typeof pid !== 'number') {
    const log = path.join(dir, 'redis.log');
    const tail = existsSync(log)
      ? lastLines(readFileSync(log, 'utf8'), 15)
      : (spawnError?.message ?? '(no log)');
    throw new Failure(
      `Redis (${program.file}) did not start on port ${port}. The end of its log ${log}:\n${tail}`,
    );
  }
  return handle({ port, password, pid, dir, isAdopted: false, isThrowAway });
}

/** Stops a server that an earlier, dead process left behind. Does nothing when there is none. */
export async function stopLeftRedis(dir) {
  const known = readNote(dir);
  const pid = known && (await processIdOf(known));
  if (pid) await handle({ ...known, pid, dir }).stop();
}

/** The URL of the server that runs on the files in `dir`; undefined: none runs. Starts nothing. */
export async function urlOfRunningRedis(dir) {
  const known = readNote(dir);
  return known && (await processIdOf(known)) ? urlFor(known) : undefined;
}

const urlFor = ({ port, password }) => `redis://:${password}@127.0.0.1:${port}`;

// Who runs on these files: { port, password }.
const noteOf = (dir) => path.join(dir, 'server.json');
const readNote = (dir) =>
  existsSync(noteOf(dir)) ? JSON.parse(readFileSync(noteOf(dir), 'utf8')) : undefined;

function configuration({ dir, port, password, isThrowAway }) {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    `dir "${dir.replaceAll('"', '\\"')}"`,
    `logfile "${path.join(dir, 'redis.log').replaceAll('"', '\\"')}"`,
    `appendonly ${isThrowAway ? 'no' : 'yes'}`,
    'save ""',
    'maxmemory-policy noeviction', // an evicted key would be a lost job
    'daemonize no',
    '',
  ].join('\n');
}

function handle({ port, password, pid, dir, isAdopted, isThrowAway }) {
  const stop = async () => {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      if (!isAlive(pid)) break;
      process.kill(pid, signal);
      if (await until(() => !isAlive(pid), { timeoutMs: 8_000 })) break;
    }
    if (isThrowAway) rmSync(dir, { recursive: true, force: true });
  };
  /** Ends it at once, as a crash would; its files stay. */
  const kill = async () => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    if (!(await until(() => !isAlive(pid), { timeoutMs: 8_000 })))
      throw new Error(`Redis (process ${pid}) lives on 8 s after SIGKILL`);
  };
  return { url: urlFor({ port, password }), port, dir, isAdopted, stop, kill };
}

/** The process id of the Redis that answers there to our password, or undefined. */
async function processIdOf({ port, password }) {
  const reply = await ask(port, `AUTH ${password}\r\nINFO server\r\nQUIT\r\n`);
  const pid = /process_id:(\d+)/.exec(reply)?.[1];
  return pid ? Number(pid) : undefined;
}

/** Sends Redis commands and returns everything it answers before it hangs up; '' when nobody is there. */
function ask(port, commands, host = '127.0.0.1') {
  return new Promise((resolve) => {
    let reply = '';
    const socket = net.connect({ port, host, timeout: 2_000 }, () => socket.write(commands));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      reply += chunk;
    });
    const end = () => {
      socket.destroy();
      resolve(reply);
    };
    for (const event of ['end', 'error', 'timeout']) socket.once(event, end);
  });
}

/**
 * What the Redis of a URL says of itself, without TLS.
 *
 * @returns {Promise<{ kind: 'away' } | { kind: 'refuses', reason: string } | { kind: 'answers', version: string, policy: string }>}
 */
export async function inspectRedis(url) {
  const { hostname, port, username, password } = new URL(url);
  const login = password
    ? `AUTH ${[username, password].filter(Boolean).map(decodeURIComponent).join(' ')}\r\n`
    : '';
  const reply = await ask(Number(port || 6379), `${login}INFO server\r\nINFO memory\r\nQUIT\r\n`, hostname);
  if (reply === '') return { kind: 'away' };
  const [, version] = /(?:valkey|redis)_version:(\S+)/.exec(reply) ?? [];
  const [, policy] = /maxmemory_policy:(\S+)/.exec(reply) ?? [];
  if (version && policy) return { kind: 'answers', version, policy };
  return {
    kind: 'refuses',
    reason: reply.split('\r\n').find((line) => line.startsWith('-')) ?? reply.slice(0, 100),
  };
}

/** Says in one sentence why the Redis that the user named cannot be used. */
export async function checkRedis(url) {
  const { hostname, port, protocol } = new URL(url);
  if (protocol === 'rediss:') return; // TLS: the queue itself reports what is wrong
  const reply = await ask(Number(port || 6379), 'PING\r\nQUIT\r\n', hostname);
  if (reply === '') {
    throw new Failure(
      `REDIS_URL names ${hostname}:${port || 6379}, where no Redis answers. Start it, correct the variable, or unset it.`,
    );
  }
}
