// Node processes that live as long as their starter: API, web and workers.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, lastLines, signalGroup } from './process.mjs';
import { until } from './wait.mjs';

const preload = pathToFileURL(path.join(import.meta.dirname, 'die-with-parent.mjs')).href;

/**
 * Describes a process that can be started again and again.
 *
 * @param {{ name: string, file: string, nodeOptions?: string[], cwd: string, env: NodeJS.ProcessEnv, logFile: string,
 *   onLine?: (line: string) => void, onExit?: (how: { code: number | null, signal: string | null }) => void }} options
 *   nodeOptions: those of them that NODE_OPTIONS names are left to it; onLine sees every line of its output; onExit is told of every end that `stop` or `kill` did not ask for
 */
export function childProcess({ name, file, nodeOptions = [], cwd, env, logFile, onLine, onExit }) {
  mkdirSync(path.dirname(logFile), { recursive: true });
  let child;
  let isWanted = false;

  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  return {
    name,
    logFile,
    get pid() {
      return isRunning() ? child.pid : undefined;
    },
    isRunning,
    /** Of its last end; null while it runs, and after a signal. */
    get exitCode() {
      return child?.exitCode ?? null;
    },

    /** @param {{ env?: NodeJS.ProcessEnv }} [more] env: added to its environment, this time only */
    start({ env: moreEnv = {} } = {}) {
      if (isRunning()) return;
      isWanted = true;
      // Detached: Ctrl-C in the terminal reaches the launcher alone, which stops things in order.
      const allEnv = { ...env, ...moreEnv };
      const isOurs = (option) => !allEnv.NODE_OPTIONS?.includes(option.split('=', 1)[0]);
      const started = spawn(process.execPath, [...nodeOptions.filter(isOurs), '--import', preload, file], {
        cwd,
        env: allEnv,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true,
      });
      child = started;
      const log = createWriteStream(logFile, { flags: 'a' });
      writeLines(started, log, onLine);
      started.once('error', (error) => log.write(`could not be started: ${error.message}\n`));
      started.once('close', (code, signal) => {
        log.end();
        if (isWanted && started === child) onExit?.({ code, signal });
      });
    },

    /** Asks it to stop, and kills it when it has not within the bound. */
    async stop({ withinMs = 10_000 } = {}) {
      isWanted = false;
      if (!isRunning()) return;
      signalGroup(child.pid, 'SIGTERM');
      if (await until(() => !isRunning(), { timeoutMs: withinMs, everyMs: 20 })) return;
      signalGroup(child.pid, 'SIGKILL');
      await until(() => !isRunning(), { timeoutMs: 5_000, everyMs: 20 });
    },

    /** Sends a signal and waits until the process is gone. */
    async kill(signal = 'SIGKILL') {
      isWanted = false;
      if (!isRunning()) return;
      signalGroup(child.pid, signal);
      const isGone = await until(() => !isRunning(), { timeoutMs: 30_000, everyMs: 20 });
      if (!isGone) throw new Error(`${name} (process ${child.pid}) lives on 30 s after ${signal}`);
    },

    /** The end of its log, for error messages. */
    tail: (count = 30) => (existsSync(logFile) ? lastLines(readFileSync(logFile, 'utf8'), count) : ''),
  };
}

function writeLines(child, log, onLine) {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk) => {
      log.write(chunk);
      if (!onLine) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }
}

/**
 * Waits until a URL answers with success.
 *
 * @param {string} url
 * @param {{ child: { name: string, isRunning: () => boolean, tail: () => string, logFile: string }, timeoutMs?: number }} options
 * @throws when the child ends before, or the time is over: with the end of its log
 */
export async function untilReady(url, { child, timeoutMs = 60_000 }) {
  const isReady = async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' });
      await response.body?.cancel();
      return response.status < 400;
    } catch {
      return false; // not listening yet
    }
  };
  const result = await until(async () => ((await isReady()) ? 'ready' : !child.isRunning() && 'ended'), {
    timeoutMs,
    everyMs: 100,
  });
  if (result === 'ready') return;
  const what =
    result === 'ended'
      ? 'ended before it was ready'
      : `did not answer at ${url} within ${timeoutMs / 1_000} s`;
  throw new Failure(`${child.name} ${what}. The end of its log ${child.logFile}:\n${child.tail()}`);
}
