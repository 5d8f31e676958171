import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { login } from '@tangent/client';
import type { Operation } from '@tangent/contracts';
import { openDatabase } from '@tangent/database';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../scripts/lib/stack.mjs';
import { eventually, multipart } from './support/api.js';
import { addItems, textItem } from './support/database.js';

const dist = (name: string) => fileURLToPath(new URL(`../../apps/api/dist/${name}`, import.meta.url));
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataDir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tangent-server-'));
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});
const settings = (more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  DATABASE_URL: database.url,
  TANGENT_DATA: dataDir,
  TANGENT_QUEUE: 'postgres',
  ...more,
});

interface Report {
  readonly created: boolean;
  readonly email: string;
  readonly password: string | null;
}
let admin: Report;

describe('bootstrap.js', () => {
  const bootstrap = async (more: Record<string, string> = {}) => {
    const { stdout } = await promisify(execFile)(process.execPath, [dist('bootstrap.js')], {
      env: settings(more),
    });
    return JSON.parse(stdout) as Report;
  };

  test('refuses a short password, and then makes nobody', async () => {
    await expect(bootstrap({ TANGENT_ADMIN_PASSWORD: 'short' })).rejects.toThrow('at least 10');
  });

  test('makes the first admin once, however many start at the same time', async () => {
    const reports = await Promise.all([bootstrap(), bootstrap()]);
    const made = reports.filter(({ created }) => created);
    expect(made).toHaveLength(1);
    [admin] = made as [Report];
    expect(admin).toMatchObject({
      email: 'admin@tangent.local',
      password: expect.stringMatching(/^.{16,}$/),
    });
    expect(await bootstrap({ TANGENT_ADMIN_EMAIL: 'other@tangent.test' })).toEqual({
      created: false,
      email: 'admin@tangent.local',
      password: null,
    });
  });
});

describe('server.js', () => {
  let server: ChildProcess;
  let url: string;
  let output: string;
  /** Starts on a free port, and waits until it answers. */
  async function start(more: Record<string, string> = {}): Promise<void> {
    output = '';
    // Vitest runs sources by options to Node that must not reach the built server.
    const env = settings({ API_PORT: '0', ...more });
    server = fork(dist('server.js'), { env, execArgv: [], silent: true });
    for (const stream of [server.stdout!, server.stderr!])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    // Longer than anything else here: a process starts slowly on a machine with much else to do.
    await expect
      .poll(() => output, { timeout: 150_000, interval: 20 })
      .toMatch(/Server listening at http:\/\/127\.0\.0\.1:\d+/);
    [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) as unknown as [string];
  }
  const ended = async () => {
    const from = performance.now();
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    return { code: server.exitCode, ms: performance.now() - from };
  };
  afterEach(async () => {
    server.kill('SIGKILL');
    await ended();
  });

  test('finishes what runs, ends the streams, and is gone, when it is told to stop', async () => {
    await start();
    const { client, user } = await login({ baseUrl: url }, admin.email, admin.password!);
    expect(user.isAdmin).toBe(true);
    const { id: projectId } = await client.createProject({
      body: { name: 'stopping', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
    });
    const { token } = await client.createToken({ body: { name: 'test', scopes: ['*'] } });
    const authorization = `Bearer ${token}`;

    const events = await fetch(`${url}/v1/projects/${projectId}/events`, { headers: { authorization } });
    const stream = events.text();
    const { port } = new URL(url);
    const unused = connect(Number(port), '127.0.0.1');
    await once(unused, 'connect');
    // An upload of which the last part is held back until the server was told to stop.
    const { body, headers } = multipart('rows.jsonl', '{"text":"one"}\n{"text":"two"}\n');
    const uploading = request(`${url}/v1/projects/${projectId}/imports`, {
      method: 'POST',
      headers: { ...headers, authorization, 'content-length': body.length },
      agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    });
    const answered = once(uploading, 'response');
    uploading.write(body.subarray(0, 100));
    await eventually(() => uploading.socket?.bytesWritten ?? 0).toBeGreaterThan(300);

    server.kill('SIGTERM');
    await eventually(() => output).toContain('"msg":"stopping"');
    expect(await stream).toContain(': connected');
    uploading.end(body.subarray(100));
    const [response] = (await answered) as [import('node:http').IncomingMessage];
    expect(response.statusCode).toBe(202);
    let text = '';
    for await (const chunk of response) text += chunk;
    expect((JSON.parse(text) as Operation).status).toBe('running');
    const { code, ms } = await ended();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(8000);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('ends when whoever started it is gone', async () => {
    await start();
    server.disconnect();
    expect((await ended()).code).toBe(0);
    expect(output).toContain('the launcher is gone');
  });

  test('says when it is not ready, and serves on: without a queue', async () => {
    await start({ TANGENT_QUEUE: 'redis', REDIS_URL: 'redis://127.0.0.1:1' });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'not-ready',
      checks: { database: 'ok', queue: expect.stringContaining('cannot be reached'), blobs: 'ok' },
    });
    const { client } = await login({ baseUrl: url }, admin.email, admin.password!);
    expect((await client.listProjects()).items).toHaveLength(1);
  });

  test('refuses an upload for which there is no room, keeps nothing of it, and takes it when there is', async ({
    skip,
  }) => {
    skip(process.platform !== 'linux', 'only Linux limits the files of a process that runs (prlimit)');
    await start();
    const { client } = await login({ baseUrl: url }, admin.email, admin.password!);
    const { id: projectId } = await client.createProject({
      body: { name: 'full', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
    });
    const rows = Array.from({ length: 5000 }, (_, i) => `{"text":"row ${i}"}\n`).join('');
    const upload = () =>
      client.uploadImport({ params: { projectId }, file: new Blob([rows]), fileName: 'rows.jsonl' });
    const kept = async () => (await readdir(dataDir, { recursive: true })).toSorted();
    const before = await kept();
    // The system refuses what is larger, as it refuses everything on a full disk.
    const limitFiles = (bytes: number | 'unlimited') =>
      promisify(execFile)('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:`]);
    await limitFiles(16_384);
    await expect(upload()).rejects.toMatchObject({ status: 507, code: 'insufficient-storage' });
    expect(await kept()).toEqual(before);
    await limitFiles('unlimited');
    expect(await upload()).toMatchObject({ status: 'running' });
  });

  test('does the same when its clock jumps a year ahead, then two back: what ends, ends by the clock of the database', async () => {
    const preload = new URL('./support/shifted-clock.mjs', import.meta.url);
    const yearMs = 365 * 86_400_000;
    await start({
      NODE_OPTIONS: `--import ${preload.href}`,
      CLOCK_JUMPS_MS: `${yearMs},${-2 * yearMs}`,
      TANGENT_REQUESTS_PER_MINUTE: '1000',
    });
    const db = openDatabase({ url: database.url, maxConnections: 1 });
    const { client } = await login({ baseUrl: url }, admin.email, admin.password!);
    const { id: projectId } = await client.createProject({
      body: { name: 'clocks', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
    });
    await addItems(db, projectId, [textItem()]);
    await db.close();
    const colleague = { email: 'colleague@tangent.test', password: 'long enough to do' };
    const { id: userId } = await client.createUser({ body: { name: 'colleague', ...colleague } });
    await client.putMember({ params: { projectId, userId }, body: { role: 'annotator' } });
    const theirs = await login({ baseUrl: url }, colleague.email, colleague.password);
    const lease = (of: typeof client) => of.createLeases({ params: { projectId }, body: { count: 1 } });
    const [held] = (await lease(client)).items;
    const { leaseId } = held!;

    for (const numJumps of [1, 2]) {
      server.kill('SIGUSR2');
      await eventually(() => output.split('the clock jumped').length - 1).toBe(numJumps);
      expect(await lease(theirs.client)).toMatchObject({ items: [], reason: 'all-leased' });
      const { expiresAt } = await client.heartbeatLease({ params: { leaseId } });
      expect(Math.abs(Date.parse(expiresAt) - Date.now())).toBeLessThan(3_600_000);
      // Nobody is thrown out, and whoever logs in now is in for as long as ever.
      const again = await login({ baseUrl: url }, colleague.email, colleague.password);
      expect((await again.client.getMe()).user.email).toBe(colleague.email);
    }
    const annotation = await client.createAnnotation({
      params: { itemId: held!.item.id },
      body: { leaseId, classKey: 'a' },
    });
    expect(Math.abs(Date.parse(annotation.createdAt) - Date.now())).toBeLessThan(3_600_000);
  });

  test('does not start without its settings, and names the one that is missing', async () => {
    const { DATABASE_URL: _, ...rest } = settings();
    await expect(promisify(execFile)(process.execPath, [dist('server.js')], { env: rest })).rejects.toThrow(
      'DATABASE_URL is not set',
    );
  });
});
