import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forward } from './forward';

let server: Server | undefined;
async function listen(created: Server): Promise<string> {
  server = created;
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(created.address() as AddressInfo).port}`;
}
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

describe('forward', () => {
  it('passes method, path, query, cookie and body on, and status, cookies and body back', async () => {
    const seen: unknown[] = [];
    const apiUrl = await listen(
      createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        seen.push([request.method, request.url, request.headers.cookie, Buffer.concat(chunks).toString()]);
        response.writeHead(201, {
          'content-type': 'application/json',
          'set-cookie': ['a=1; HttpOnly', 'b=2'],
        });
        response.end('{"ok":true}');
      }),
    );
    const answer = await forward(
      new Request('http://web.example/api/v1/items/x/annotations?y=1', {
        method: 'POST',
        headers: { cookie: 'session=s', 'content-type': 'application/json' },
        body: '{"classKey":"7"}',
      }),
      apiUrl,
    );
    expect(seen).toEqual([['POST', '/v1/items/x/annotations?y=1', 'session=s', '{"classKey":"7"}']]);
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(await answer.json()).toEqual({ ok: true });
  });

  it('lets a large upload through as a stream, whole', async () => {
    const chunk = new Uint8Array(1 << 20).fill(7);
    const numChunks = 24;
    const apiUrl = await listen(
      createServer(async (request, response) => {
        let numBytes = 0;
        for await (const part of request) numBytes += (part as Buffer).length;
        response.end(String(numBytes));
      }),
    );
    let numSent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (numSent === numChunks) return controller.close();
        numSent += 1;
        controller.enqueue(chunk);
      },
    });
    const request = new Request('http://web.example/api/v1/projects/p/imports', {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    expect(await (await forward(request, apiUrl)).text()).toBe(String(numChunks << 20));
  });

  it('hands an event on when it is sent, and hangs up when the reader does', async () => {
    let hasHungUp = false;
    const apiUrl = await listen(
      createServer((request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: first\n\n');
        request.on('close', () => {
          hasHungUp = true;
        });
      }),
    );
    const reader = new AbortController();
    const answer = await forward(
      new Request('http://web.example/api/v1/projects/p/events', { signal: reader.signal }),
      apiUrl,
    );
    expect(answer.headers.get('cache-control')).toContain('no-transform');
    const first = await answer.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe('data: first\n\n');
    reader.abort();
    await vi.waitFor(() => expect(hasHungUp).toBe(true));
  });

  it('answers with a problem document when the API is down', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const answer = await forward(new Request('http://web.example/api/v1/me'), 'http://127.0.0.1:9');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 503 });
    logged.mockRestore();
  });
});
