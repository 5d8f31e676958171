// Starting programs and waiting for them, without blocking the event loop (signals must get through).
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A failure that people can act on: printed as a message, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message what went wrong and the way out
   * @param {{ cause?: unknown }} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'Failure';
  }
}

const running = new Set();

/** Kills what `run` still has in flight; used when the launcher is told to stop in the middle of a step. */
export function killRunning(signal = 'SIGTERM') {
  for (const child of running) signalGroup(child.pid, signal);
}

/** Signals a detached child and everything below it. False when it is gone already. */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH' || error.code === 'EPERM') return false;
    throw error;
  }
}

/** True while a process of that id runs, whoever owns it. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return !isZombie(pid);
}

/** Dead, but not yet taken note of: in a container without an init process that can last for ever. */
function isZombie(pid) {
  try {
    // "pid (name) state …", and the name may hold anything, even a bracket.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').pop()?.trim().startsWith('Z') ?? false;
  } catch {
    return false; // no /proc here (macOS), or gone this very moment
  }
}

/**
 * Runs a program to its end and returns what it wrote. Never throws for an exit code: the caller decides.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { onLine?: (line: string) => void }} [options]
 *   onLine sees every line of both streams as it comes
 * @returns {Promise<{ code: number | null, signal: string | null, output: string, stdout: string }>}
 */
export function capture(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    // Its own process group: Ctrl-C in a terminal reaches the launcher only, which then stops things in order.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
    running.add(child);
    let output = '';
    let stdout = '';
    let rest = '';
    const take = (chunk) => {
      output += chunk;
      if (!onLine) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    };
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
      take(chunk);
    });
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      if (rest && onLine) onLine(rest);
      resolve({ code, signal, output, stdout });
    });
  });
}

/** Like `capture`, but a non-zero exit is a Failure that carries the end of the output. */
export async function runOrFail(command, args, options = {}) {
  const result = await capture(command, args, options).catch((error) => {
    throw new Failure(`${command} could not be started: ${error.message}`, { cause: error });
  });
  if (result.code !== 0) {
    const ending = result.signal ? `was ended by ${result.signal}` : `exited with ${result.code}`;
    throw new Failure(`${command} ${args.join(' ')} ${ending}\n${lastLines(result.output, 40)}`);
  }
  return result;
}

/** The end of a text, for error messages. */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
