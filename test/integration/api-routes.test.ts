import { readFile } from 'node:fs/promises';
import { errorsMarkdown } from '@tangent/api';
import { type Endpoint, endpoints, errorCodes } from '@tangent/contracts';
import { describe, expect, test } from 'vitest';
import { ask, expectProblem, makePerson, useApi } from './support/api.js';

const house = useApi();
const all: readonly Endpoint[] = Object.values(endpoints);
const isInProject = ({ access }: Endpoint) => typeof access === 'object';

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

  test.each(all.filter(isInProject))('$method $path refuses an id that is none', async (endpoint) => {
    const url = endpoint.path.replace(/:(\w+)/g, 'itm_%00');
    const { token } = await makePerson(house);
    const answered = await ask(house, `${endpoint.method} ${url}`, { token });
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
