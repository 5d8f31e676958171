import { ping } from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';

/** `/healthz`: the process answers. `/readyz`: it can work, for the database answers too. */
export function healthRoutes(app: FastifyInstance, { db }: Deps): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async () => {
    await ping(db);
    return { status: 'ready' };
  });
}
