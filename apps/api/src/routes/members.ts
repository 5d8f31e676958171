import { listMembers, putMember, removeMember } from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function memberRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  route(app, deps, listMembers, async ({ params, query }) =>
    database.listMembers(db, { ...params, ...query }),
  );
  route(app, deps, putMember, async ({ params, body, actor }) =>
    database.putMember(db, { ...params, role: body.role, actor }),
  );
  route(app, deps, removeMember, async ({ params, actor }) =>
    database.removeMember(db, { ...params, actor }),
  );
}
