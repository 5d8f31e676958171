import { createReadStream } from 'node:fs';
import { createImport, getOperation } from '@tangent/contracts';
import * as database from '@tangent/database';
import { formatOf, preflight } from '@tangent/importing';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function importRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs } = deps;

  /** The upload is looked at before it is accepted: a file that is refused never reaches the blobs. */
  route(app, deps, createImport, async ({ params, query, upload, actor, reply, keep }) => {
    const { fileName } = upload;
    const format = formatOf(fileName, query.format);
    const { type, classes } = await database.getProjectSetup(db, params.projectId);
    const target = { type, classKeys: classes.map(({ key }) => key) };
    await preflight({ path: upload.path, format, target });
    const { key: fileKey } = await blobs.put(createReadStream(upload.path));
    return database.createImport(db, {
      projectId: params.projectId,
      format,
      fileName,
      fileKey,
      isDryRun: query.dryRun,
      actor,
      also: (tx, operation) => {
        reply.header('location', `/v1/operations/${operation.id}`);
        return keep(tx, operation);
      },
    });
  });

  route(app, deps, getOperation, async ({ params }) => database.getOperation(db, params.operationId));
}
