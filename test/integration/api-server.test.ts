import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { login } from '@tangent/client';
import type { Operation } from '@tangent/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../scripts/lib/stack.mjs';
import { eventually, multipart } from './support/api.js';

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
    await eventually(() => output).toMatch(/Server listening at http:\/\/127\.0\.0\.1:\d+/);
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

  test('does not start without its settings, and names the one that is missing', async () => {
    const { DATABASE_URL: _, ...rest } = settings();
    await expect(promisify(execFile)(process.execPath, [dist('server.js')], { env: rest })).rejects.toThrow(
      'DATABASE_URL is not set',
    );
  });
});
