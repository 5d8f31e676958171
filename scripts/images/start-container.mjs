// The command of an image, run in its folder with the environment of the image and of the service, and no other.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { signalGroup } from '../lib/process.mjs';
import { until } from '../lib/wait.mjs';

/**
 * @param {import('./build-image.mjs').Image} image
 * @param {{ name: string, env: Record<string, string>, command?: string[],
 *   plan: ReturnType<typeof import('../lib/shutdown.mjs').shutdownPlan> }} options
 */
export function startContainer(image, { name, env, command = image.command, plan }) {
  const [program, ...args] = command;
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: path.join(image.folder, image.cwd),
    env: { PATH: process.env.PATH, ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end = new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
  plan.onStop(name, async () => {
    if (!isRunning()) return;
    signalGroup(child.pid, 'SIGTERM');
    await until(() => !isRunning(), { timeoutMs: 15_000 });
    if (isRunning()) signalGroup(child.pid, 'SIGKILL');
  });
  return { name, isRunning, end, output: () => output };
}
