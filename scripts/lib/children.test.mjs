import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complaintIn, supervised } from '../house/supervisor.mjs';
import { childProcess, untilReady } from './children.mjs';
import { freePort } from './ports.mjs';
import { isAlive } from './process.mjs';
import { until } from './wait.mjs';

let dir;
const children = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'tangent-children-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.stop({ withinMs: 0 });
  rmSync(dir, { recursive: true, force: true });
});

function script(source, name = 'child.mjs') {
  const file = path.join(dir, name);
  writeFileSync(file, source);
  return file;
}

const options = (source) => ({
  name: 'sample',
  file: script(source),
  cwd: dir,
  env: process.env,
  logFile: path.join(dir, 'sample.log'),
});

function make(source, extra = {}) {
  const child = childProcess({ ...options(source), ...extra });
  children.push(child);
  return child;
}

const forever = 'setInterval(() => {}, 1000);';

describe('a child process', () => {
  it('stops when asked, and can be started again', async () => {
    const child = make(forever);
    child.start();
    const first = child.pid;
    await child.stop();
    expect(child.isRunning()).toBe(false);
    child.start();
    expect(child.pid).not.toBe(first);
  });

  it('is killed when it does not follow within the bound', async () => {
    const child = make(`process.on('SIGTERM', () => {}); console.log('deaf'); ${forever}`);
    child.start();
    await until(() => child.tail().includes('deaf'), { timeoutMs: 10_000 });
    await child.stop({ withinMs: 100 });
    expect(child.isRunning()).toBe(false);
  });

  it('that ends before it is ready fails with the end of its log', async () => {
    const child = make(`console.error('no database'); process.exit(3);`);
    child.start();
    const url = `http://127.0.0.1:${await freePort()}/healthz`;
    await expect(untilReady(url, { child })).rejects.toThrow(
      /sample ended before it was ready[\s\S]*no database/,
    );
  });

  it('dies with its starter, even when that is killed with -9', async () => {
    const module = pathToFileURL(path.join(import.meta.dirname, 'children.mjs')).href;
    const child = script(forever);
    const starter = script(
      `import { childProcess } from ${JSON.stringify(module)};
       const child = childProcess({ name: 'c', file: ${JSON.stringify(child)}, cwd: '.', env: process.env, logFile: ${JSON.stringify(path.join(dir, 'c.log'))} });
       child.start();
       console.log(child.pid);
       ${forever}`,
      'starter.mjs',
    );
    const parent = spawn(process.execPath, [starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await until(() => !isAlive(pid), { timeoutMs: 15_000 })).toBe(true);
  });
});

describe('a supervised process', () => {
  it('is started again when it ends by itself', async () => {
    const child = supervised(options(`console.log('started'); ${forever}`));
    children.push(child);
    child.start();
    child.keep();
    const started = () => child.tail(100).split('started').length - 1;
    expect(await until(() => started() === 1, { timeoutMs: 10_000 })).toBe(true);
    process.kill(child.pid, 'SIGKILL');
    expect(await until(() => started() === 2, { timeoutMs: 10_000 })).toBe(true);
  });

  it('stays down when it was stopped', async () => {
    const child = supervised(options(forever));
    children.push(child);
    child.start();
    child.keep();
    await child.stop();
    expect(child.isRunning()).toBe(false);
  });
});

describe('what people see of a log', () => {
  it('is warnings and worse, with their cause', () => {
    expect(complaintIn('{"level":30,"msg":"round done"}')).toBeUndefined();
    expect(complaintIn('{"level":40,"msg":"slow"}')).toBe('slow');
    expect(complaintIn('{"level":50,"msg":"job failed","err":{"message":"no blob"}}')).toBe(
      'job failed: no blob',
    );
    expect(complaintIn('Ready in 80 ms')).toBeUndefined();
    expect(complaintIn('TypeError: x is not a function')).toBe('TypeError: x is not a function');
    expect(complaintIn('Warning: careful')).toBe('Warning: careful');
    expect(complaintIn('Error: listen EADDRINUSE')).toBe('Error: listen EADDRINUSE');
  });
});
