import { Readable } from 'node:stream';
import { createExport } from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { mediaUrl } from './item-view.js';

/** Lines that travel together: one write each would cost more than the rows. */
const linesPerChunk = 100;

export function exportRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  route(app, deps, createExport, async ({ params, query, actor, reply }) => {
    const { projectId } = params;
    const { name } = await database.getProject(db, projectId);
    const chunks = exportChunks(db, projectId);
    // The first rows are read before the answer begins: until then a failure is still a problem document.
    const first = await chunks.next();
    await database.audit(db, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'export.create',
      targetType: 'project',
      targetId: projectId,
      detail: { format: query.format },
    });
    const fileName = `${slugOf(name)}-${new Date().toISOString().slice(0, 10)}.jsonl`;
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .send(Readable.from(resumed(first, chunks)));
  });
}

/** Of the first chunk, which was taken already, and the rest; the connection is given back when the reader leaves. */
async function* resumed(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string> {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

async function* exportChunks(db: database.Database, projectId: string): AsyncGenerator<string, void> {
  let lines: string[] = [];
  for await (const row of database.exportRows(db, projectId)) {
    lines.push(lineOf(row));
    if (lines.length < linesPerChunk) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}

/** One line an item: the fields that an import takes, with status and annotations beside them. */
function lineOf(row: database.ExportRow): string {
  const { id, externalId, text, vector, mediaSha256, label, labelSource, isHoldout } = row;
  return `${JSON.stringify({
    itemId: id,
    ...(externalId !== null && { id: externalId }),
    ...(text !== null && { text }),
    ...(vector && { vector: [...vector] }),
    ...(mediaSha256 !== null && { mediaUrl: mediaUrl(id), mediaSha256 }),
    status: row.status,
    ...(label !== null && { label, labelSource }),
    holdout: isHoldout,
    data: row.data,
    annotations: row.annotations,
    createdAt: row.createdAt,
  })}\n`;
}

function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-');
  return plain.replace(/^-+|-+$/g, '').slice(0, 60) || 'project';
}
