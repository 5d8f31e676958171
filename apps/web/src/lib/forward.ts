import type { Problem } from '@tangent/contracts';

/** Headers of one hop (RFC 9110, 7.6.1), and those that fetch sets by itself. */
const hopHeaders = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
];

const apiDown: Problem = {
  type: '/docs/errors#shutting-down',
  title: 'The API cannot be reached',
  status: 503,
  code: 'shutting-down',
  detail: 'The web server got no answer from the API. It may be starting; try again in a moment.',
};

/**
 * Passes a request under /api on to the API and its answer back, both as streams: an upload is not held in
 * memory, an event arrives when it is sent. A route handler and not a proxy.ts, because Next cuts the body
 * of a proxied request off at a fixed size, and not rewrites(), because those are frozen at build time.
 */
export async function forward(request: Request, apiUrl: string): Promise<Response> {
  const from = new URL(request.url);
  const to = `${apiUrl.replace(/\/$/, '')}${from.pathname.replace(/^\/api/, '')}${from.search}`;
  const headers = new Headers(request.headers);
  for (const name of hopHeaders) headers.delete(name);
  headers.set('x-forwarded-host', request.headers.get('host') ?? from.host);
  // The answer is compressed once, by this server: fetch would unpack it anyway.
  headers.set('accept-encoding', 'identity');

  let answer: Response;
  try {
    answer = await fetch(to, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: request.signal,
      ...(request.body === null ? {} : { body: request.body, duplex: 'half' }),
    } as RequestInit);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    console.error(`${request.method} ${to} got no answer`, error);
    return Response.json(apiDown, {
      status: apiDown.status,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
    });
  }
  const answerHeaders = new Headers(answer.headers);
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding']) {
    answerHeaders.delete(name);
  }
  if (answerHeaders.get('content-type')?.startsWith('text/event-stream')) {
    answerHeaders.set('cache-control', 'no-cache, no-transform');
    answerHeaders.set('x-accel-buffering', 'no');
  }
  return new Response(answer.body, { status: answer.status, headers: answerHeaders });
}
