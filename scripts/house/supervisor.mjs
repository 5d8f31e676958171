// Keeps processes and servers running: one that ends by itself is started again, later each time.
import { existsSync, renameSync, statSync } from 'node:fs';
import { childProcess } from '../lib/children.mjs';
import { say, warn } from '../lib/console.mjs';

const firstDelayMs = 1_000;
const longestDelayMs = 30_000;
const healthyMs = 60_000; // who ran that long begins again with the first delay
const largestLogBytes = 20 * 2 ** 20;

/**
 * A process that is started again when it ends by itself, once `keep` was called: until then its end is for whoever
 * waits for it to become ready.
 *
 * @param {Omit<Parameters<typeof childProcess>[0], 'onLine' | 'onExit'> & { isLoud?: boolean }} options
 */
export function supervised({ isLoud = false, ...options }) {
  let isKept = false;
  let delayMs = firstDelayMs;
  let startedAt = 0;
  let timer;
  rotate(options.logFile);

  const child = childProcess({
    ...options,
    onLine: (line) => {
      const shown = isLoud ? line : complaintIn(line);
      if (shown) say(`${options.name}: ${shown}`);
    },
    onExit: ({ code, signal }) => {
      if (!isKept) return;
      if (Date.now() - startedAt > healthyMs) delayMs = firstDelayMs;
      warn(
        `${options.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${delayMs / 1_000} s. Its log: ${options.logFile}`,
      );
      timer = setTimeout(start, delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    },
  });
  const start = () => {
    startedAt = Date.now();
    child.start();
  };
  const release = () => {
    isKept = false;
    clearTimeout(timer);
  };
  return {
    name: options.name,
    logFile: options.logFile,
    get pid() {
      return child.pid;
    },
    isRunning: child.isRunning,
    tail: child.tail,
    start,
    keep: () => {
      isKept = true;
    },
    stop: (bounds) => {
      release();
      return child.stop(bounds);
    },
    kill: () => {
      release();
      return child.kill('SIGKILL');
    },
  };
}

/** What of a log line people should see without asking: warnings and worse. */
export function complaintIn(line) {
  if (line.startsWith('{')) {
    try {
      const { level, msg, err } = JSON.parse(line);
      if (level < 40) return undefined;
      return [msg, err?.message !== msg ? err?.message : undefined].filter(Boolean).join(': ') || line;
    } catch {
      return undefined; // a line that only looks like JSON; it stands in the log file
    }
  }
  return /(error|fatal|unhandled)\b|\bwarn(ing)?\b/i.test(line) ? line : undefined;
}

function rotate(logFile) {
  if (existsSync(logFile) && statSync(logFile).size > largestLogBytes) renameSync(logFile, `${logFile}.1`);
}

/**
 * Looks every few seconds whether a server still answers, and starts it again when it does not.
 *
 * @param {{ name: string, isUp: () => Promise<boolean>, restart: () => Promise<void>, everyMs?: number }} options
 * @returns {() => void} stops looking
 */
export function keepServer({ name, isUp, restart, everyMs = 5_000 }) {
  let isBusy = false;
  const timer = setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      if ((await isUp()) || (await isUp())) return;
      warn(`${name} does not answer any more; starting it again`);
      await restart();
    } catch (error) {
      warn(`${name} could not be started again: ${error.message}`);
    } finally {
      isBusy = false;
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
