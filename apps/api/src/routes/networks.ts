import path from 'node:path';
import { createNetwork, listNetworks } from '@tangent/contracts';
import * as database from '@tangent/database';
import { readNetwork } from '@tangent/importing';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function networkRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs } = deps;

  /** Checked, and converted where it is to be trained, before anything is stored: a network that is refused leaves nothing behind. */
  route(app, deps, createNetwork, async ({ params, upload, actor, keep }) => {
    const { kind, content, summary } = await readNetwork(upload.path, upload.fileName);
    const { key: blobKey } = await blobs.put(content);
    return database.createNetwork(db, {
      projectId: params.projectId,
      kind,
      name: path.parse(upload.fileName).name,
      blobKey,
      summary,
      actor,
      also: keep,
    });
  });

  route(app, deps, listNetworks, async ({ params, query }) =>
    database.listNetworks(db, { projectId: params.projectId, ...query }),
  );
}
