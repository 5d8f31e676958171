import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createImport, getOperation, TangentError } from '@tangent/contracts';
import * as database from '@tangent/database';
import { formatOf, preflight } from '@tangent/importing';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function importRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs } = deps;

  /** The upload is looked at before it is accepted; a file that is refused leaves nothing behind. */
  route(app, deps, createImport, async ({ params, query, request, actor, reply }) => {
    const upload = await request.file();
    if (!upload)
      throw new TangentError('validation-failed', 'Send the file as the multipart field “file”.', {
        errors: [{ pointer: '/file', detail: 'is missing' }],
      });
    const folder = await mkdtemp(path.join(tmpdir(), 'tangent-upload-'));
    try {
      const file = path.join(folder, 'upload');
      await pipeline(upload.file, createWriteStream(file));
      if (upload.file.truncated)
        throw new TangentError('payload-too-large', 'The file is larger than an upload may be; split it.');
      const format = formatOf(upload.filename, query.format);
      const setup = await database.getProjectSetup(db, params.projectId);
      await preflight({
        path: file,
        format,
        target: { type: setup.type, classKeys: setup.classes.map((c) => c.key) },
      });
      const { key: fileKey } = await blobs.put(createReadStream(file));
      const operation = await database.createImport(db, {
        projectId: params.projectId,
        format,
        fileName: upload.filename,
        fileKey,
        isDryRun: query.dryRun,
        actor,
      });
      reply.header('location', `/v1/operations/${operation.id}`);
      return operation;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  route(app, deps, getOperation, async ({ params }) => database.getOperation(db, params.operationId));
}
