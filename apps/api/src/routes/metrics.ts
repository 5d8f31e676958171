import { createHash, timingSafeEqual } from 'node:crypto';
import { readMetrics } from '@tangent/database';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { admit } from '../auth/authorise.js';
import { identify } from '../auth/caller.js';
import type { Deps } from '../deps.js';
import { installationGauges } from '../metrics/installation-gauges.js';
import { sharedRead } from '../metrics/shared-read.js';

/** A scrape costs a few queries; several Prometheus servers, or an impatient one, cost no more. */
const maxAgeMs = 5000;
/** Below the 10 s that Prometheus waits, so that the figures of this process arrive in any case. */
const timeoutMs = 4000;

/**
 * `/metrics` for Prometheus: for whoever sends TANGENT_METRICS_TOKEN, which works without the database too, and for
 * admins (a session, or a token with the scope `admin`).
 */
export function metricsRoute(app: FastifyInstance, { db, queue, settings }: Deps, registry: Registry): void {
  const set = installationGauges(registry);
  const shared = <T>(what: string, read: () => Promise<T>) =>
    sharedRead(read, {
      maxAgeMs,
      timeoutMs,
      onError: (err) => app.log.warn({ err }, `metrics of the ${what} are left out`),
    });
  const ofDatabase = shared('database', () => readMetrics(db));
  const ofQueue = shared('queue', () => queue.backlog());

  app.get('/metrics', {
    schema: { hide: true },
    logLevel: 'warn',
    async onRequest(request) {
      if (hasToken(request, settings.metricsToken)) return;
      const caller = await identify(db, request);
      admit({ name: '/metrics', access: 'admin', scope: 'admin' }, request, caller);
    },
    async handler(_request, reply) {
      const [database, backlog] = await Promise.all([ofDatabase(), ofQueue()]);
      set({ database, queue: backlog });
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  });
}

function hasToken({ headers }: FastifyRequest, wanted: string | undefined): boolean {
  const [, sent] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (wanted === undefined || sent === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(sent), digest(wanted));
}
