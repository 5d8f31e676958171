import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  type Project,
  updateProject,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { etagOf, versionOf } from '../http/etag.js';
import { route } from '../http/route.js';

export function projectRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;

  route(app, deps, createProject, async ({ body, caller, actor, reply, keep }) => {
    const workers = { numAlive: await database.countAliveWorkers(db) };
    const made = await database.createProject(db, {
      ...body,
      creatorId: caller.user.id,
      actor,
      also: (tx, project) => {
        reply.header('etag', etagOf(project)).header('location', `/v1/projects/${project.id}`);
        return keep(tx, view(project, 'admin', workers));
      },
    });
    return view(made, 'admin', workers);
  });
  route(app, deps, listProjects, async ({ viewer, query }) => {
    const workers = { numAlive: await database.countAliveWorkers(db) };
    const page = await database.listProjects(db, { viewer, ...query });
    return {
      items: page.items.map(({ role, ...project }) => view(project, role, workers)),
      nextCursor: page.nextCursor,
    };
  });
  route(app, deps, getProject, async ({ params, grant, reply }) => {
    const [found, numAlive] = await Promise.all([
      database.getProject(db, params.projectId),
      database.countAliveWorkers(db),
    ]);
    reply.header('etag', etagOf(found));
    return view(found, grant.role!, { numAlive });
  });
  route(app, deps, updateProject, async ({ params, body, grant, actor, request, reply }) => {
    const changed = await database.updateProject(db, {
      projectId: params.projectId,
      ...body,
      expectedVersion: versionOf(request.headers['if-match']),
      actor,
    });
    reply.header('etag', etagOf(changed));
    return view(changed, grant.role!, { numAlive: await database.countAliveWorkers(db) });
  });
  route(app, deps, deleteProject, async ({ params, actor }) =>
    database.deleteProject(db, { projectId: params.projectId, actor }),
  );
}

function view(
  { settingsVersion: _version, labelSeq: _seq, ...project }: database.ProjectRecord,
  role: Project['role'],
  workers: Project['workers'],
): Project {
  return { ...project, role, workers };
}
