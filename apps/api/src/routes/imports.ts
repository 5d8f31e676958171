import { cancelOperation, createImport, getOperation, type ImportFormat } from '@tangent/contracts';
import * as database from '@tangent/database';
import {
  detectFormat,
  fingerprint,
  type ImportTarget,
  namingFaults,
  preflight,
  resolveServerPath,
} from '@tangent/importing';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import type { Upload } from '../http/upload.js';

type Asked = Exclude<ImportFormat, 'folder'> | undefined;
type Found = database.ImportOrigin & { readonly format: ImportFormat; readonly fileName: string };

export function importRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs, settings } = deps;

  /** What is refused never reaches the blobs. */
  async function fromUpload(upload: Upload, asked: Asked, target: ImportTarget): Promise<Found> {
    const { path, fileName, sha256: fileKey } = upload;
    const format = await detectFormat(path, fileName, asked);
    await preflight({ path, format, target });
    await blobs.adopt(path, fileKey);
    return { format, fileName, fileKey };
  }

  /** A file or a folder of the server is read where it lies. */
  async function fromServer(wanted: string, asked: Asked, target: ImportTarget): Promise<Found> {
    const found = await resolveServerPath(settings.importRoot, wanted);
    return namingFaults(found.name, async () => {
      const format = found.isFolder ? 'folder' : await detectFormat(found.path, found.name, asked);
      await preflight({ path: found.path, format, target });
      const fileName = found.name.split('/').at(-1) || 'folder';
      return { format, fileName, serverPath: { path: found.name, fingerprint: await fingerprint(found) } };
    });
  }

  /** What is to be imported is looked at before it is accepted. */
  route(app, deps, createImport, async (call) => {
    const { params, query, body, actor, reply, keep } = call;
    const { type, classes } = await database.getProjectSetup(db, params.projectId);
    const vectorLength = type === 'vector' ? await database.getVectorLength(db, params.projectId) : null;
    const target = { type, classKeys: classes.map(({ key }) => key), vectorLength };
    const found = call.hasUpload
      ? await fromUpload(call.upload, query.format, target)
      : await fromServer(body.source.path, query.format, target);
    return database.createImport(db, {
      projectId: params.projectId,
      ...found,
      isDryRun: query.dryRun,
      actor,
      also: (tx, operation) => {
        reply.header('location', `/v1/operations/${operation.id}`);
        return keep(tx, operation);
      },
    });
  });

  route(app, deps, cancelOperation, ({ params, actor }) =>
    database.cancelOperation(db, { operationId: params.operationId, actor }),
  );
  route(app, deps, getOperation, async ({ params }) => database.getOperation(db, params.operationId));
}
