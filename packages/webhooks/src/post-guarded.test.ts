import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { postGuarded } from './post-guarded.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const policy = { privateHosts: new Set(['127.0.0.1']) };
type More = { timeoutMs?: number; privateHosts?: ReadonlySet<string>; signal?: AbortSignal };
const send = (url: string, more: More = {}) =>
  postGuarded({
    url,
    headers: { 'webhook-id': 'dlv_1' },
    body: '{"a":"ä"}',
    policy: { privateHosts: more.privateHosts ?? policy.privateHosts },
    ...(more.timeoutMs && { timeoutMs: more.timeoutMs }),
    ...(more.signal && { signal: more.signal }),
  });

test('posts the body as it is, and brings status, the beginning of the answer and Retry-After', async () => {
  const seen: unknown[] = [];
  const url = await listen(async (request, response) => {
    const body = (await request.toArray()).join('');
    seen.push([request.method, request.headers['content-type'], request.headers['webhook-id'], body]);
    response.writeHead(503, { 'retry-after': '7' }).end(`no\0${'x'.repeat(100_000)}`);
  });
  const result = await send(url);
  expect(seen).toEqual([['POST', 'application/json', 'dlv_1', '{"a":"ä"}']]);
  expect(result).toMatchObject({ kind: 'answered', status: 503, retryAfterMs: 7000 });
  expect(result.kind === 'answered' && result.excerpt).toBe(`no\ufffd${'x'.repeat(1997)}`);
});

test('a redirect is an answer, and nobody follows it', async () => {
  let numRequests = 0;
  const url = await listen((_request, response) => {
    numRequests++;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await send(url)).toMatchObject({ kind: 'answered', status: 307 });
  expect(numRequests).toBe(1);
});

test('a host that is not listed is not connected to, by whatever name', async () => {
  let numConnections = 0;
  const { port } = new URL(await listen((_request, response) => response.end()));
  server!.on('connection', () => numConnections++);
  const refused = { kind: 'unanswered', code: 'address-refused' };
  expect(await send(`http://127.0.0.1:${port}/`, { privateHosts: new Set() })).toMatchObject(refused);
  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'])
    expect(await send(`https://${host}:${port}/`, { privateHosts: new Set() })).toMatchObject(refused);
  expect(numConnections).toBe(0);
});

test('a receiver that says nothing costs its timeout, and one that dawdles over its answer counts by its status', async () => {
  const url = await listen((request, response) => {
    if (request.url === '/slow') response.writeHead(200).write('beginning');
  });
  expect(await send(url, { timeoutMs: 200 })).toMatchObject({ kind: 'unanswered', code: 'timeout' });
  expect(await send(`${url}slow`, { timeoutMs: 500 })).toMatchObject({
    kind: 'answered',
    status: 200,
    excerpt: 'beginning',
  });
});

test('a receiver that answers 101 holds no attempt and no connection', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (const answer of [`${switching}Connection: Upgrade\r\nUpgrade: other\r\n\r\n`, `${switching}\r\n`]) {
    const closed: Promise<unknown>[] = [];
    const raw = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(answer));
      closed.push(once(socket, 'close'));
    }).listen(0, '127.0.0.1');
    await once(raw, 'listening');
    const { port } = raw.address() as AddressInfo;
    expect(await send(`http://127.0.0.1:${port}/`, { timeoutMs: 500 })).not.toMatchObject({ status: 200 });
    await Promise.all(closed);
    raw.close();
  }
});

test('an attempt that is abandoned before it begins throws, and leaves no failure to nobody', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    const signal = AbortSignal.abort(new Error('closing'));
    await expect(send('https://no-host.invalid/', { signal })).rejects.toThrow('closing');
    await expect(lookup('no-host.invalid')).rejects.toThrow(); // by then the attempt's has failed too
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

test('nobody there is told by the code of the system', async () => {
  const url = await listen((_request, response) => response.end());
  server!.close();
  expect(await send(url)).toMatchObject({ kind: 'unanswered', code: 'ECONNREFUSED' });
});
