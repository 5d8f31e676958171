import { readFile } from 'node:fs/promises';
import { errorsMarkdown } from '@tangent/api';
import { type Endpoint, endpoints, errorCodes, type Scope, scopes } from '@tangent/contracts';
import {
  createImport,
  createTestDelivery,
  createWebhook,
  leaseNext,
  newId,
  submitAnnotation,
} from '@tangent/database';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Answered,
  ask,
  expectProblem,
  giveToken,
  join,
  makePerson,
  type Person,
  useApi,
} from './support/api.js';
import { makeProject, nobody, runRound } from './support/database.js';

const house = useApi();
const all: readonly Endpoint[] = Object.values(endpoints);
const guarded = all.filter(({ access }) => access !== 'public');

/** Ids of one project with something of every kind in it. */
let ids: Record<string, string>;
let outsider: Person;
let annotator: Person;
beforeAll(async () => {
  const { db } = house;
  const { projectId, annotators } = await makeProject(db, { labels: ['a', 'b'], numItems: 4 });
  const [creatorId] = annotators as [string];
  outsider = await makePerson(house);
  annotator = await makePerson(house);
  await join(house, projectId, annotator.userId, 'annotator');
  const { roundId } = await runRound(db, projectId);
  const operation = await createImport(db, {
    projectId,
    format: 'jsonl',
    fileName: 'rows.jsonl',
    fileKey: '0'.repeat(64),
    isDryRun: false,
    actor: nobody,
  });
  const result = await leaseNext(db, { projectId, annotatorId: creatorId, count: 2 });
  if (result.kind !== 'leased') throw new Error('nothing to lease');
  const [first, second] = result.leases;
  const { annotation } = await submitAnnotation(db, {
    itemId: first!.item.id,
    annotatorId: creatorId,
    leaseId: first!.leaseId,
    answer: { classKey: 'a' },
  });
  const webhook = await createWebhook(db, {
    id: newId('webhook'),
    projectId,
    url: 'https://receiver.example/',
    description: '',
    eventTypes: ['round.done'],
    sealedSecret: 'sealed',
    actor: nobody,
  });
  const delivery = await createTestDelivery(db, { webhookId: webhook.id });
  ids = {
    projectId,
    roundId,
    operationId: operation.id,
    itemId: second!.item.id,
    leaseId: second!.leaseId,
    annotationId: annotation.id,
    userId: annotator.userId,
    webhookId: webhook.id,
    deliveryId: delivery.id,
    tokenId: `tok_${'0'.repeat(26)}`,
  };
});

const urlOf = ({ path }: Endpoint) => path.replace(/:(\w+)/g, (_, name: string) => ids[name]!);
const call = (endpoint: Endpoint, token?: string): Promise<Answered> =>
  ask(house, `${endpoint.method} ${urlOf(endpoint)}`, { token });
const isInProject = ({ path }: Endpoint) =>
  /:(project|round|operation|item|lease|annotation|webhook|delivery)Id/.test(path);

describe('the contract table', () => {
  test('every endpoint is served, and nothing under /v1 that is not in the table', async () => {
    const { app } = house;
    for (const { method, path } of all)
      expect(app.hasRoute({ method, url: path }), `${method} ${path}`).toBe(true);
    const documented = Object.entries(app.swagger().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const contracted = all.map((e) => `${e.method} ${e.path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.toSorted()).toEqual(contracted.toSorted());
  });

  test.each(all)('$method $path is the one that its name says', ({ name }) => {
    expect(endpoints[name as keyof typeof endpoints].name).toBe(name);
  });

  test.each(guarded)('$method $path is refused to nobody in particular', async (endpoint) => {
    expectProblem(await call(endpoint), 'unauthenticated');
  });

  test.each(guarded.filter(isInProject))('$method $path tells an outsider nothing', async (endpoint) => {
    expectProblem(await call(endpoint, outsider.token), 'not-found');
  });

  test.each(guarded.filter(({ access }) => access === 'admin'))(
    '$method $path is for admins only',
    async (endpoint) => {
      expectProblem(await call(endpoint, outsider.token), 'forbidden');
    },
  );

  test.each(guarded.filter(({ access }) => typeof access === 'object' && access.atLeast !== 'annotator'))(
    '$method $path is refused to an annotator',
    async (endpoint) => {
      expectProblem(await call(endpoint, annotator.token), 'forbidden');
    },
  );

  test.each(guarded)('$method $path needs its scope', async (endpoint) => {
    const others = scopes.filter((scope): scope is Scope => scope !== '*' && scope !== endpoint.scope);
    const token = await giveToken(house, annotator.userId, { scopes: others });
    const { detail } = expectProblem(await call(endpoint, token), 'forbidden');
    expect(detail).toContain(`needs ${endpoint.scope}`);
  });

  test.each(guarded.filter(isInProject))('$method $path refuses an id that is none', async (endpoint) => {
    const url = endpoint.path.replace(/:(\w+)/g, 'itm_%00');
    const answered = await ask(house, `${endpoint.method} ${url}`, { token: outsider.token });
    const { errors } = expectProblem(answered, 'validation-failed');
    expect(errors?.[0]?.pointer).toMatch(/^\/\w+Id$/);
  });
});

describe('what is served beside the table', () => {
  test('an unknown route is a problem document', async () => {
    for (const what of ['GET /v1/nothing', 'PUT /v1/me', 'OPTIONS /v1/me', 'GET /', 'POST /healthz'])
      expectProblem(await ask(house, what), 'route-not-found');
    expect((await ask(house, 'HEAD /healthz')).status).toBe(200);
  });

  test('a path that is no path is one too', async () => {
    expectProblem(await ask(house, 'GET /v1/items/%E0%A4%A'), 'validation-failed');
    expectProblem(await ask(house, `GET /v1/items/${'x'.repeat(500)}`), 'validation-failed');
  });

  test('health and readiness tell what they looked at', async () => {
    expect((await ask(house, 'GET /healthz')).body).toEqual({ status: 'ok' });
    const { status, body } = await ask(house, 'GET /readyz');
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ready', checks: { database: 'ok', queue: 'ok', blobs: 'ok' } },
    });
  });

  test('the OpenAPI document is 3.1, names what calls share, and knows files, streams and headers', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: a document of any shape is looked into
    const { body } = await ask<any>(house, 'GET /v1/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const text = JSON.stringify(body);
    for (const name of Object.keys(body.components.schemas))
      expect(text, name).toContain(`"#/components/schemas/${name}"`);
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining(['Problem', 'Project', 'Round', 'ProjectSettings', 'ProjectSettingsInput']),
    );
    const importing = body.paths['/v1/projects/{projectId}/imports'].post;
    expect(importing.requestBody.content['multipart/form-data'].schema.properties.file).toMatchObject({
      format: 'binary',
    });
    expect(importing.parameters.map((p: { name: string }) => p.name)).toContain('idempotency-key');
    const events = body.paths['/v1/projects/{projectId}/events'].get;
    expect(Object.keys(events.responses['200'].content)).toEqual(['text/event-stream']);
    expect(Object.keys(events.responses.default.content)).toEqual(['application/problem+json']);
    const login = body.paths['/v1/sessions'].post;
    expect(login.security ?? []).toEqual([]);
  });

  test('only the pages may run scripts, and nothing may come from outside', async () => {
    const api = await ask(house, 'GET /healthz');
    expect(api.headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
    expect(api.headers['x-content-type-options']).toBe('nosniff');
    for (const page of ['/docs/', '/docs/errors']) {
      const { status, headers, body } = await ask<string>(house, `GET ${page}`);
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(headers['content-security-policy']).toContain("script-src 'self' 'unsafe-inline';");
      expect(headers['content-security-policy']).not.toMatch(/https?:/);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  });

  test('each code of an error has its paragraph on the page that problems link to', async () => {
    const { body } = await ask<string>(house, 'GET /docs/errors');
    for (const code of errorCodes) expect(body).toContain(`<section id="${code}">`);
    const file = new URL('../../docs/errors.md', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(errorsMarkdown());
  });
});
