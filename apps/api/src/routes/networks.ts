import path from 'node:path';
import { createNetwork, listNetworks } from '@tangent/contracts';
import * as database from '@tangent/database';
import { readNetwork } from '@tangent/importing';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function networkRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs } = deps;

  /** Converted and checked before anything is stored: a network that is refused leaves nothing behind. */
  route(app, deps, createNetwork, async ({ params, upload, actor, keep }) => {
    const { checkpoint, summary } = await readNetwork(upload.path);
    const { key: checkpointKey } = await blobs.put(checkpoint);
    return database.createNetwork(db, {
      projectId: params.projectId,
      name: path.parse(upload.fileName).name,
      checkpointKey,
      summary,
      actor,
      also: keep,
    });
  });

  route(app, deps, listNetworks, async ({ params, query }) =>
    database.listNetworks(db, { projectId: params.projectId, ...query }),
  );
}
