import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Refusals that tell that two annotators met at one item; there from the start, so that a first one is seen as a rise. */
const leaseConflicts = ['lease-expired', 'lease-not-yours', 'already-annotated'] as const;

/** Around the goal of 50 ms; above come uploads, exports and waiting for a live answer. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/**
 * What this process knows of itself: Node's own figures, requests by route and status, and problems by code. Routes are
 * patterns, never addresses, so the number of series does not grow with the data. Register before any route.
 */
export function registerMetrics(app: FastifyInstance): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'tangent_http_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer, streams left out',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  });
  const problems = new Counter({
    name: 'tangent_problems_total',
    help: 'Answers that were problem documents, by code',
    labelNames: ['code'],
    registers: [registry],
  });
  for (const code of leaseConflicts) problems.inc({ code }, 0);
  app.addHook('onResponse', async (request, reply) => {
    if (reply.problemCode !== null) problems.inc({ code: reply.problemCode });
    if (isEndless(reply.getHeader('content-type'))) return;
    const route = request.routeOptions.url ?? 'none';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  return registry;
}

/** An event stream ends when the reader goes; its length says nothing of the server. */
const isEndless = (type: unknown): boolean => String(type ?? '').startsWith('text/event-stream');
