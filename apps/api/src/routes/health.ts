import { ping } from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';

const probe = new TextEncoder().encode('tangent readiness probe');

/** `/healthz`: the process answers. `/readyz`: what it works with answers too; 503 with the reasons when not. */
export function healthRoutes(app: FastifyInstance, { db, queue, blobs }: Deps): void {
  app.get('/healthz', { schema: { hide: true }, logLevel: 'warn' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true }, logLevel: 'warn' }, async (_request, reply) => {
    const [database, queued, stored] = await Promise.all([
      verdict(ping(db)),
      verdict(queue.ping()),
      verdict(blobs.put(probe)),
    ]);
    const checks = { database, queue: queued, blobs: stored };
    const isReady = Object.values(checks).every((check) => check === 'ok');
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready', checks });
  });
}

const verdict = (check: Promise<unknown>): Promise<string> =>
  check.then(
    () => 'ok',
    (error: Error) => error.message,
  );
