import { type OpenSpan, openSpan } from '@tangent/tracing';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * A span for every request, named by its route's pattern; where tracing is off, nothing. Addresses and bodies stay out of
 * it. What a caller says of a trace of its own is not listened to: it would decide what is recorded here.
 */
export function registerRequestSpans(app: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  app.addHook('onRequest', async (request) => {
    const span = openSpan(nameOf(request), {
      kind: 'server',
      attributes: {
        'http.request.method': request.method,
        'http.route': request.routeOptions.url ?? 'none',
        'tangent.request_id': request.id,
      },
    });
    if (span) spans.set(request, span);
  });
  // Behind the reading of the body, whose events know nothing of the span.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.within(done);
    else done();
  });
  app.addHook('onResponse', async (request, reply) => {
    const code = reply.problemCode;
    spans.get(request)?.end({
      hasFailed: reply.statusCode >= 500,
      attributes: {
        'http.response.status_code': reply.statusCode,
        ...(code !== null && { 'error.type': code }),
      },
    });
  });
}

const nameOf = ({ method, routeOptions }: FastifyRequest): string =>
  `${method} ${routeOptions.url ?? 'none'}`;
