import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handleClientError } from './client-error.js';

let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify({
    clientErrorHandler: handleClientError,
    http: { headersTimeout: 200, connectionsCheckingInterval: 50 },
  });
  app.get('/half', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': 100 });
    reply.raw.write('half');
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

/** A connection, and all that was answered on it once the server has closed it. */
async function open(): Promise<{ socket: Socket; answer: Promise<string>; text: () => string }> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined); // closed while it still sends
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await once(socket, 'connect');
  return { socket, answer, text: () => received };
}

describe('what never becomes a request is answered with a problem', () => {
  test.each([
    ['that is no HTTP', 'EHLO\r\n\r\n', '400 Bad Request', 'malformed-request', 'cannot be read as HTTP'],
    [
      'with headers without end',
      `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}`,
      '431 Request Header Fields Too Large',
      'headers-too-large',
      'larger than the 16 KiB',
    ],
    ['that stops midway', 'GET / HT', '408 Request Timeout', 'request-timeout', 'did not arrive whole'],
  ])('%s', async (_, sent, status, code, detail) => {
    const { socket, answer } = await open();
    socket.write(sent);
    const [head, body] = (await answer).split('\r\n\r\n') as [string, string];
    expect(head.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
    expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
    expect(JSON.parse(body)).toMatchObject({
      code,
      status: Number(status.slice(0, 3)),
      type: `/docs/errors#${code}`,
      detail: expect.stringContaining(detail),
    });
  });
});

test('half an answer is never followed by another one', async () => {
  const { socket, answer, text } = await open();
  socket.write('GET /half HTTP/1.1\r\nhost: here\r\n\r\n');
  await expect.poll(text, { interval: 10 }).toContain('half');
  socket.write('EHLO\r\n\r\n');
  const [head, ...rest] = (await answer).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(rest).toEqual(['half']);
});
