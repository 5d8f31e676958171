import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Problem } from '@tangent/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient, isApiError, login, UnreachableError } from './index.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Handler = (seen: Seen, response: ServerResponse, count: number) => void;

let server: Server | undefined;

/** A real HTTP server that answers as the test says, and keeps what it was asked. */
async function serve(handler: Handler): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    seen.push(one);
    handler(one, response, seen.length);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const refuse = (response: ServerResponse, status: number, code: Problem['code'], headers = {}) =>
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify({ type: '/docs/errors', title: code, status, code, detail: `${code} happened` }));

const retries = { baseDelayMs: 1, maxDelayMs: 5 };
const projectId = 'prj_01jdq8m5v0e8r9s7t6w5x4y3z2';

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

describe('createClient', () => {
  it('sends a typed call with its token, body and a fresh Idempotency-Key', async () => {
    const { baseUrl, seen } = await serve((_, response) =>
      json(response, 200, { items: [], ranking: null, reason: 'no-items' }),
    );
    const client = createClient({ baseUrl, auth: { token: 'tgt_abc' } });
    const leased = await client.createLeases({ params: { projectId }, body: { count: 3 } });
    await client.createLeases({ params: { projectId }, body: { count: 3 } });
    expect(leased.reason).toBe('no-items');
    expect(seen[0]).toMatchObject({ method: 'POST', url: `/v1/projects/${projectId}/leases` });
    expect(JSON.parse(seen[0]!.body)).toEqual({ count: 3 });
    expect(seen[0]!.headers.authorization).toBe('Bearer tgt_abc');
    expect(seen[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
    expect(seen[0]!.headers['idempotency-key']).not.toBe(seen[1]!.headers['idempotency-key']);
  });

  it('reuses the Idempotency-Key over repetitions after a cut line, an outage and a limit', async () => {
    const { baseUrl, seen } = await serve((_, response, count) => {
      if (count === 1) response.socket?.destroy();
      else if (count === 2) refuse(response, 503, 'database-unavailable');
      else if (count === 3) refuse(response, 429, 'too-many-requests', { 'retry-after': '0' });
      else if (count === 4)
        response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      else json(response, 200, { items: [], ranking: null });
    });
    const client = createClient({ baseUrl, retries });
    await client.createLeases({ params: { projectId }, body: {} });
    expect(seen).toHaveLength(5);
    expect(new Set(seen.map((one) => one.headers['idempotency-key'])).size).toBe(1);
  });

  it('throws the problem document as an ApiError, at once when another try would not help', async () => {
    const { baseUrl, seen } = await serve((_, response) => refuse(response, 404, 'not-found'));
    const error = await createClient({ baseUrl, retries })
      .getProject({ params: { projectId } })
      .catch((thrown: unknown) => thrown);
    expect(isApiError(error, 'not-found')).toBe(true);
    expect(error).toMatchObject({ message: 'not-found happened', status: 404 });
    expect(seen).toHaveLength(1);
  });

  it('says that the API is unreachable when nothing listens', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:9', retries: { limit: 1, baseDelayMs: 1 } });
    await expect(client.getMe()).rejects.toThrow(UnreachableError);
  });

  it('stops on the signal, also between two tries', async () => {
    const controller = new AbortController();
    const { baseUrl } = await serve((_, response) => {
      refuse(response, 503, 'database-unavailable');
      controller.abort(new Error('left the page'));
    });
    const client = createClient({ baseUrl, retries: { baseDelayMs: 60_000, maxDelayMs: 60_000 } });
    await expect(client.getMe({}, { signal: controller.signal })).rejects.toThrow('left the page');
  });

  it('sends the CSRF token on writes only', async () => {
    const { baseUrl, seen } = await serve((one, response) =>
      one.method === 'DELETE' ? response.writeHead(204).end() : json(response, 200, {}),
    );
    const client = createClient({ baseUrl, auth: { csrfToken: () => 'csrf-1' } });
    await client.getMe();
    expect(await client.deleteSession()).toBeUndefined();
    expect(seen.map((one) => one.headers['x-csrf-token'])).toEqual([undefined, 'csrf-1']);
  });

  it('walks over the pages of a list', async () => {
    const { baseUrl, seen } = await serve((one, response) => {
      const cursor = new URL(one.url ?? '', 'http://x').searchParams.get('cursor');
      json(
        response,
        200,
        cursor === null ? { items: [1, 2], nextCursor: 'c2' } : { items: [3], nextCursor: null },
      );
    });
    const all: unknown[] = [];
    const client = createClient({ baseUrl });
    for await (const item of client.each('listItems', { params: { projectId }, query: { limit: 2 } })) {
      all.push(item);
    }
    expect(all).toEqual([1, 2, 3]);
    expect(seen.map((one) => one.url)).toEqual([
      `/v1/projects/${projectId}/items?limit=2`,
      `/v1/projects/${projectId}/items?limit=2&cursor=c2`,
    ]);
  });

  it('uploads a file as multipart, whole again on a repetition', async () => {
    const { baseUrl, seen } = await serve((_, response, count) =>
      count === 1 ? refuse(response, 503, 'queue-unavailable') : json(response, 202, { status: 'running' }),
    );
    const client = createClient({ baseUrl, retries });
    const operation = await client.uploadImport({
      params: { projectId },
      query: { dryRun: true },
      file: new Blob(['{"text":"hello"}\n']),
      fileName: 'rows.jsonl',
    });
    expect(operation.status).toBe('running');
    expect(seen[0]!.url).toBe(`/v1/projects/${projectId}/imports?dryRun=true`);
    for (const one of seen) {
      expect(one.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
      expect(one.body).toContain('filename="rows.jsonl"');
      expect(one.body).toContain('{"text":"hello"}');
    }
  });

  it('streams an export', async () => {
    const { baseUrl } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"a":1}\n');
      response.end('{"a":2}\n');
    });
    const stream = await createClient({ baseUrl }).createExport({ params: { projectId } });
    expect(await new Response(stream).text()).toBe('{"a":1}\n{"a":2}\n');
  });

  it('polls an operation until it is over', async () => {
    const { baseUrl, seen } = await serve((_, response, count) =>
      json(response, 200, { id: 'opn_1', status: count < 3 ? 'running' : 'done' }),
    );
    const operation = await createClient({ baseUrl }).waitForOperation('opn_1', { intervalMs: 1 });
    expect(operation.status).toBe('done');
    expect(seen).toHaveLength(3);
  });

  it('gives the ETag of a project and sends it back as If-Match', async () => {
    const { baseUrl, seen } = await serve((one, response) =>
      json(response, 200, { id: projectId }, one.method === 'GET' ? { etag: '"7"' } : {}),
    );
    const client = createClient({ baseUrl });
    const { etag } = await client.getProjectWithEtag({ params: { projectId } });
    await client.updateProject({ params: { projectId }, body: { name: 'digits' } }, { ifMatch: etag ?? '' });
    expect(seen[1]!.headers['if-match']).toBe('"7"');
  });
});

describe('login', () => {
  it('keeps the session cookie and the CSRF token for the calls that follow', async () => {
    const { baseUrl, seen } = await serve((one, response) =>
      one.url === '/v1/sessions'
        ? json(
            response,
            201,
            { user: { email: 'a@b.c' }, csrfToken: 'csrf-2' },
            { 'set-cookie': 'tangent_session=s3cret; Path=/; HttpOnly; SameSite=Lax' },
          )
        : json(response, 201, { id: projectId }),
    );
    const { client, user } = await login({ baseUrl }, 'a@b.c', 'long enough password');
    await client.createProject({
      body: { name: 'digits', type: 'image', classes: [{ key: '0' }, { key: '1' }] },
    });
    expect(user.email).toBe('a@b.c');
    expect(seen[1]!.headers.cookie).toBe('tangent_session=s3cret');
    expect(seen[1]!.headers['x-csrf-token']).toBe('csrf-2');
  });
});

describe('streamEvents', () => {
  const event = (numLiveUpdates: number) =>
    `event: ranking.updated\ndata: ${JSON.stringify({ type: 'ranking.updated', projectId, numLiveUpdates })}\n\n`;

  it('yields events over a line that breaks, falls silent and comes back', async () => {
    const { baseUrl, seen } = await serve((_, response, count) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      // Cut in the middle of an event, to see that halves are not glued together.
      response.write(`: hello\n\n${event(count)}${event(99).slice(0, 20)}`);
      if (count === 1) response.socket?.end();
    });
    const controller = new AbortController();
    const lost: unknown[] = [];
    let numOpened = 0;
    const numbers: number[] = [];
    const events = createClient({ baseUrl }).streamEvents(
      { params: { projectId } },
      {
        signal: controller.signal,
        idleTimeoutMs: 50,
        onOpen: () => {
          numOpened += 1;
        },
        onLost: (error) => lost.push(error),
      },
    );
    for await (const one of events) {
      if (one.type === 'ranking.updated') numbers.push(one.numLiveUpdates);
      if (numbers.length === 3) controller.abort();
    }
    expect(numbers).toEqual([1, 2, 3]);
    expect(numOpened).toBe(3);
    expect(lost).toHaveLength(2);
    expect(seen[0]!.headers.accept).toBe('text/event-stream');
  });

  it('throws when the session has ended, instead of knocking for ever', async () => {
    const { baseUrl, seen } = await serve((_, response) => refuse(response, 401, 'unauthenticated'));
    const events = createClient({ baseUrl }).streamEvents({ params: { projectId } });
    await expect(events.next()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(seen).toHaveLength(1);
  });
});
