import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  type Project,
  TangentError,
  updateProject,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function projectRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  const view = async (
    { settingsVersion: _version, labelSeq: _seq, ...project }: database.ProjectRecord,
    role: Project['role'],
  ): Promise<Project> => ({
    ...project,
    role,
    workers: { numAlive: await database.countAliveWorkers(db) },
  });
  const etag = ({ settingsVersion }: database.ProjectRecord) => `"${settingsVersion}"`;

  route(app, deps, createProject, async ({ body, caller, actor, reply }) => {
    assertDifferent(body.classes);
    const made = await database.createProject(db, { ...body, creatorId: caller.user.id, actor });
    reply.header('etag', etag(made)).header('location', `/v1/projects/${made.id}`);
    return view(made, 'admin');
  });
  route(app, deps, listProjects, async ({ viewer, query }) => {
    const page = await database.listProjects(db, { viewer, ...query });
    return {
      items: await Promise.all(page.items.map(({ role, ...project }) => view(project, role))),
      nextCursor: page.nextCursor,
    };
  });
  route(app, deps, getProject, async ({ params, grant, reply }) => {
    const found = await database.getProject(db, params.projectId);
    reply.header('etag', etag(found));
    return view(found, grant.role!);
  });
  route(app, deps, updateProject, async ({ params, body, grant, actor, request, reply }) => {
    const changed = await database.updateProject(db, {
      projectId: params.projectId,
      ...body,
      expectedVersion: versionOf(request.headers['if-match']),
      actor,
    });
    reply.header('etag', etag(changed));
    return view(changed, grant.role!);
  });
  route(app, deps, deleteProject, async ({ params, actor }) =>
    database.deleteProject(db, { projectId: params.projectId, actor }),
  );
}

function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const [, version] = /^"(\d+)"$/.exec(ifMatch) ?? [];
  if (version === undefined)
    throw new TangentError(
      'validation-failed',
      'If-Match must be the ETag of GET /v1/projects/{id}, with its quotes.',
    );
  return Number(version);
}

function assertDifferent(
  classes: readonly { readonly key: string; readonly hotkey?: string | null | undefined }[],
): void {
  const seen = new Map<string, number>();
  classes.forEach(({ key, hotkey }, i) => {
    for (const [field, value] of [
      ['key', key],
      ['hotkey', hotkey],
    ] as const) {
      if (value == null) continue;
      const other = seen.get(`${field} ${value}`);
      if (other !== undefined)
        throw new TangentError(
          'duplicate-class',
          `Classes ${other + 1} and ${i + 1} have the same ${field} “${value}”.`,
          { errors: [{ pointer: `/classes/${i}/${field}`, detail: `is that of class ${other + 1}` }] },
        );
      seen.set(`${field} ${value}`, i);
    }
  });
}
