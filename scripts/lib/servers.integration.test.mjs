import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { removePostgres, startPostgres, stopLeftPostgres } from './postgres.mjs';
import { withClient } from './postgres-client.mjs';
import { checkRedis, startRedis, stopLeftRedis } from './redis.mjs';
import { findRedis } from './redis-binary.mjs';
import { startThrowAwayRedis, throwAwayFolder } from './throw-away.mjs';

const undo = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('the embedded Postgres', () => {
  it('is adopted while it runs, and finds its data again after a stop', async () => {
    const dir = throwAwayFolder('keeps');
    undo.push(() => removePostgres(dir));
    const first = await startPostgres({ dir, isThrowAway: true });
    undo.push(first.stop);
    expect(first.isAdopted).toBe(false);
    await withClient(first.urlOf('postgres'), (client) => client.query('CREATE TABLE kept (n int)'));

    const second = await startPostgres({ dir, isThrowAway: true });
    expect(second).toMatchObject({ isAdopted: true, port: first.port });
    await second.stop();
    expect(existsSync(path.join(first.dataFolder, 'postmaster.pid'))).toBe(false);

    const third = await startPostgres({ dir, isThrowAway: true });
    expect(third.isAdopted).toBe(false);
    await withClient(third.urlOf('postgres'), (client) => client.query('SELECT n FROM kept'));
  });

  it('has a password of its own, which only its owner can read', async () => {
    const dir = throwAwayFolder('secret');
    undo.push(() => removePostgres(dir));
    const server = await startPostgres({ dir, isThrowAway: true });
    undo.push(server.stop);
    expect(statSync(path.join(dir, 'password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(server.urlOf('postgres'));
    wrong.password = 'postgres';
    await expect(withClient(wrong.href, (client) => client.query('SELECT 1'))).rejects.toThrow(
      'password authentication failed',
    );
  });

  // A machine's image may carry the files of a server, and its process id, that were alive when it was made.
  it.each(['of no process', 'of another program'])(
    'that left the id %s behind starts anew, and counts as stopped',
    async (whose) => {
      const dir = throwAwayFolder('stale');
      undo.push(() => removePostgres(dir));
      const server = await startPostgres({ dir, isThrowAway: true });
      const note = path.join(server.dataFolder, 'postmaster.pid');
      const lines = readFileSync(note, 'utf8').split('\n');
      await server.stop();
      lines[0] = whose === 'of no process' ? '4194304' : String(process.pid);
      writeFileSync(note, lines.join('\n'));
      await stopLeftPostgres(dir);
      const again = await startPostgres({ dir, isThrowAway: true });
      undo.push(again.stop);
      expect(again.isAdopted).toBe(false);
    },
  );

  it('says where its log lies when it cannot start', async () => {
    const dir = throwAwayFolder('broken');
    undo.push(() => removePostgres(dir));
    const server = await startPostgres({ dir, isThrowAway: true });
    await server.stop();
    appendFileSync(path.join(server.dataFolder, 'postgresql.conf'), '\nno_such_setting = 1\n');
    await expect(startPostgres({ dir, isThrowAway: true })).rejects.toThrow(
      /Postgres did not start[\s\S]*postgres\.log:[\s\S]*no_such_setting/,
    );
  });
});

describe('the Redis of the queue', () => {
  it('is adopted while it runs, so that two never write one file', async () => {
    const first = await startThrowAwayRedis();
    undo.push(first.stop);
    const second = await startRedis({ dir: first.dir, program: findRedis(), isThrowAway: true });
    expect(second).toMatchObject({ isAdopted: true, port: first.port, url: first.url });
  });

  it('keeps its password out of the list of processes', async () => {
    const { dir, stop, url } = await startThrowAwayRedis();
    undo.push(stop);
    const password = new URL(url).password;
    expect(password.length).toBeGreaterThan(20);
    for (const name of ['redis.conf', 'server.json'])
      expect(statSync(path.join(dir, name)).mode & 0o777).toBe(0o600);
    const commands = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandOf);
    expect(commands.some((command) => command.includes(process.execPath))).toBe(true);
    expect(commands.filter((command) => command.includes(password))).toEqual([]);
  });

  it('that the user named but that does not answer is reported', async () => {
    await expect(checkRedis('redis://127.0.0.1:1')).rejects.toThrow(
      'REDIS_URL names 127.0.0.1:1, where no Redis answers. Start it, correct the variable, or unset it.',
    );
  });
});

describe('what a killed command leaves behind', () => {
  it('is stopped and removed by the next one', async () => {
    // In a place of their own: any other command would clear up, too.
    const home = mkdtempSync(path.join(os.tmpdir(), 'tangent-left-'));
    undo.push(() => rmSync(home, { recursive: true, force: true }));
    const module = pathToFileURL(path.join(import.meta.dirname, 'throw-away.mjs')).href;
    const source = `
      const { startThrowAwayRedis } = await import(${JSON.stringify(module)});
      const { dir, url } = await startThrowAwayRedis();
      console.log(JSON.stringify({ dir, url }));
      setInterval(() => {}, 1000);`;
    const command = async () => {
      const owner = spawn(process.execPath, ['--input-type=module', '-e', source], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: home },
      });
      const { dir, url } = JSON.parse(await new Promise((resolve) => owner.stdout.once('data', resolve)));
      const kill = () => new Promise((resolve) => owner.once('exit', resolve).kill('SIGKILL'));
      undo.push(() => stopLeftRedis(dir));
      return { dir, url, kill };
    };
    const left = await command();
    await left.kill();
    await checkRedis(left.url); // it lives on

    const next = await command();
    undo.push(next.kill);
    expect(existsSync(left.dir)).toBe(false);
    await expect(checkRedis(left.url)).rejects.toThrow('no Redis answers');
  });
});

/** The command line of a process; '' when it has ended meanwhile. */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
