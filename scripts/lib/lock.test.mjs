import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockInstallation } from './lock.mjs';

let dir;
let other;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'tangent-lock-'));
});
afterEach(() => {
  other?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const lockFile = () => path.join(dir, 'launcher.lock');
const address = 'http://127.0.0.1:3000';

/** A process that looks like a launcher, alive until the test ends. */
function launcher() {
  other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'scripts/start.mjs']);
  return other.pid;
}

describe('the lock of an installation', () => {
  it('refuses a second launcher and names the first, its address and the way to stop it', () => {
    const pid = launcher();
    writeFileSync(lockFile(), JSON.stringify({ pid, startedAt: '2026-01-01T00:00:00Z', address }));
    expect(() => lockInstallation(dir, { address })).toThrow(
      `Tangent runs already on ${dir} (process ${pid}, since 2026-01-01T00:00:00Z, ${address}). Use that one, or stop it first: kill ${pid}`,
    );
  });

  it('takes over from a launcher that is dead', async () => {
    const pid = launcher();
    writeFileSync(lockFile(), JSON.stringify({ pid, startedAt: '', address }));
    await new Promise((resolve) => other.once('exit', resolve).kill('SIGKILL'));
    lockInstallation(dir, { address });
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid, address });
  });

  it('takes over when the process id belongs to another program by now', () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: process.pid, startedAt: '', address }));
    expect(() => lockInstallation(dir, { address })).not.toThrow();
  });

  it('takes over what a launcher wrote only half', () => {
    writeFileSync(lockFile(), '{"pid":');
    expect(() => lockInstallation(dir, { address })).not.toThrow();
  });

  it('can be given back', () => {
    const release = lockInstallation(dir, { address });
    release();
    expect(() => readFileSync(lockFile())).toThrow('ENOENT');
  });
});
