import { listWorkers } from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function adminRoutes(app: FastifyInstance, deps: Deps): void {
  route(app, deps, listWorkers, async () => ({
    items: await database.listWorkers(deps.db),
    nextCursor: null,
  }));
}
