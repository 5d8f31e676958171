import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildApp, hashPassword, openEventHub, queueConnection } from '@tangent/api';
import type { Problem, Scope } from '@tangent/contracts';
import {
  createApiToken,
  createUser,
  type Database,
  openDatabase,
  openLiveReplies,
  putMember,
} from '@tangent/database';
import { folderStore } from '@tangent/storage';
import { loadServerKey } from '@tangent/webhooks';
import { afterAll, beforeAll, expect } from 'vitest';
import { createTestDatabase } from '../../../scripts/lib/stack.mjs';
import { nobody } from './database.js';

type App = Awaited<ReturnType<typeof buildApp>>;
type Stored = Awaited<ReturnType<typeof folderStore>>;

export interface ApiHouse {
  readonly app: App;
  readonly db: Database;
  readonly blobs: Stored;
  readonly dataDir: string;
  /** Of the listening server. */
  readonly url: string;
  /** What went wrong outside of requests; a test that expects some takes it out. */
  readonly background: unknown[];
}

/** Waits for a condition, as long as a busy machine may need. */
export const eventually = <T>(read: () => T): ReturnType<typeof expect.poll<T>> =>
  expect.poll(read, { timeout: 60_000, interval: 20 });

export interface ApiOptions {
  readonly requestsPerMinute?: number;
  readonly loginsPerMinute?: number;
  readonly maxUploadBytes?: number;
  readonly hasSecureCookies?: boolean;
  readonly webhookPrivateHosts?: readonly string[];
  readonly metricsToken?: string;
  /** What lies between the API and its database. */
  readonly lineTo?: (databaseUrl: string) => Promise<string>;
}

/** The API of one test file: built, listening on a free port, on a database and a folder of its own. */
export function useApi(options: ApiOptions = {}): ApiHouse {
  const {
    requestsPerMinute = 1e6,
    loginsPerMinute = 1e6,
    maxUploadBytes = 1e8,
    hasSecureCookies = false,
    webhookPrivateHosts = [],
    metricsToken,
    lineTo = async (url) => url,
  } = options;
  let house: ApiHouse | undefined;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const { url, drop } = await createTestDatabase();
    const databaseUrl = await lineTo(url);
    const dataDir = await mkdtemp(path.join(tmpdir(), 'tangent-api-'));
    const uploadsFolder = path.join(dataDir, 'uploads');
    await mkdir(uploadsFolder);
    const db = openDatabase({ url: databaseUrl, maxConnections: 20 });
    const blobs = await folderStore(path.join(dataDir, 'blobs'));
    const background: unknown[] = [];
    const note = (error: unknown) => background.push(error);
    const events = await openEventHub(databaseUrl, note);
    const replies = await openLiveReplies(db, { onError: note });
    const queue = queueConnection({ kind: 'postgres', databaseUrl });
    const settings = {
      hasSecureCookies,
      logLevel: 'silent',
      requestsPerMinute,
      loginsPerMinute,
      uploadsFolder,
      maxUploadBytes,
      webhookPrivateHosts: new Set(webhookPrivateHosts),
      metricsToken,
      blobs: { kind: 'folder', folder: path.join(dataDir, 'blobs') } as const,
    };
    const serverKey = await loadServerKey({ folder: dataDir });
    const app = await buildApp({ db, blobs, queue, events, replies, serverKey, settings });
    await app.listen({ host: '127.0.0.1', port: 0 });
    cleanups.push(
      () => app.close(),
      () => Promise.all([events.close(), replies.close(), queue.close()]),
      () => db.close(),
      drop,
      () => rm(dataDir, { recursive: true, force: true }),
    );
    const { port } = app.server.address() as AddressInfo;
    house = { app, db, blobs, dataDir, url: `http://127.0.0.1:${port}`, background };
  });
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
    expect(house?.background ?? []).toEqual([]);
  });
  const current = () => {
    if (!house) throw new Error('the API is there only while tests run');
    return house;
  };
  return {
    get app() {
      return current().app;
    },
    get db() {
      return current().db;
    },
    get blobs() {
      return current().blobs;
    },
    get dataDir() {
      return current().dataDir;
    },
    get url() {
      return current().url;
    },
    get background() {
      return current().background;
    },
  };
}

export interface Person {
  readonly userId: string;
  readonly email: string;
  /** An API token. */
  readonly token: string;
}

export interface PersonOptions {
  readonly isAdmin?: boolean;
  /** To log in with; hashing it takes a while. Default: none. */
  readonly password?: string;
  readonly scopes?: readonly Scope[];
  readonly expiresAt?: Date;
}

export const newToken = () => `tgt_${randomBytes(32).toString('base64url')}`;

/** A user with an API token. */
export async function makePerson(house: ApiHouse, options: PersonOptions = {}): Promise<Person> {
  const name = `person-${randomBytes(5).toString('hex')}`;
  const email = `${name}@tangent.test`;
  const { id: userId } = await createUser(house.db, {
    email,
    name,
    passwordHash: options.password === undefined ? noPassword : await hashPassword(options.password),
    isAdmin: options.isAdmin ?? false,
    actor: nobody,
  });
  return { userId, email, token: await giveToken(house, userId, options) };
}

export async function giveToken(
  { db }: ApiHouse,
  userId: string,
  { scopes = ['*'], expiresAt }: PersonOptions = {},
): Promise<string> {
  const token = newToken();
  await createApiToken(db, { userId, name: 'test', token, scopes, expiresAt, actor: nobody });
  return token;
}

export async function join(
  { db }: ApiHouse,
  projectId: string,
  userId: string,
  role: Parameters<typeof putMember>[1]['role'],
): Promise<void> {
  await putMember(db, { projectId, userId, role, actor: nobody });
}

export interface Answered<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: T;
}

export interface Asking {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

/** A hash that no password has. */
const noPassword = 'scrypt$16$8$1$c2FsdHNhbHQ$';

/** One request without a socket: `ask(house, 'POST /v1/tokens', { token, body })`. */
export async function ask<T = unknown>(
  { app }: ApiHouse,
  what: string,
  { token, body, headers = {} }: Asking = {},
): Promise<Answered<T>> {
  const [method, url] = what.split(' ') as [Method, string];
  const response = await app.inject({
    method,
    url,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { payload: body as object }),
  });
  const isJson = /[/+]json\b/.test(String(response.headers['content-type'] ?? '')) && method !== 'HEAD';
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string | undefined>,
    body: (isJson && response.body !== '' ? response.json() : response.body) as T,
  };
}

/** The answer must be a problem document of this code, well formed. */
export function expectProblem(answered: Answered, code: Problem['code']): Problem {
  const problem = answered.body as Problem;
  expect({ code: problem.code, status: answered.status, detail: problem.detail }).toMatchObject({ code });
  expect(answered.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({ status: answered.status, type: `/docs/errors#${code}` });
  expect(problem.requestId).toMatch(/^req_/);
  expect(problem.detail.length).toBeGreaterThan(10);
  return problem;
}

/** A file as the body of a multipart request. */
export function multipart(
  fileName: string,
  content: Uint8Array | string,
  fieldName = 'file',
): { body: Buffer; headers: Record<string, string> } {
  const boundary = 'tangent-test-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${fieldName}"; filename="${fileName}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** Rows of every table that a request could write to, and what lies in the folders: to see that nothing was written. */
export async function traces({ db, dataDir }: ApiHouse): Promise<Record<string, number>> {
  const tables = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_prisma%' ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM "${name}"`);
    counts[name] = row!.n;
  }
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  counts['(files)'] = files.filter((file) => file.isFile()).length;
  return counts;
}
