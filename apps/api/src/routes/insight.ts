import { Readable } from 'node:stream';
import { createExport, getCurve, getPredictions } from '@tangent/contracts';
import * as database from '@tangent/database';
import { wilsonInterval } from '@tangent/labeling';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function insightRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  route(app, deps, getPredictions, async ({ params, query }) => {
    const { items, model, nextCursor } = await database.getPredictions(db, {
      projectId: params.projectId,
      ...query,
    });
    return {
      items: items.map(({ externalId, ...item }) => ({
        ...item,
        ...(externalId !== null && { externalId }),
      })),
      model,
      nextCursor,
    };
  });
  route(app, deps, getCurve, async ({ params }) => {
    const points = await database.listCurvePoints(db, params.projectId);
    return {
      points: points.map(({ roundId, arm, numLabels, numCorrect, numHoldout }) => ({
        roundId,
        arm,
        numLabels,
        numHoldout,
        accuracy: numCorrect / numHoldout,
        interval: wilsonInterval(numCorrect, numHoldout),
      })),
    };
  });
  route(app, deps, createExport, async ({ params, reply }) => {
    const lines = Readable.from(exportLines(deps, params.projectId));
    const day = new Date().toISOString().slice(0, 10);
    return reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="${params.projectId}-${day}.jsonl"`)
      .send(lines);
  });
}

/** One line an item, in the shape that an import takes, with status and annotations beside it. */
async function* exportLines({ db }: Deps, projectId: string): AsyncGenerator<string> {
  for await (const {
    externalId,
    text,
    vector,
    mediaSha256,
    data,
    isHoldout,
    label,
    annotations,
    id,
    status,
    labelSource,
    createdAt,
  } of database.exportRows(db, projectId)) {
    yield `${JSON.stringify({
      itemId: id,
      ...(externalId !== null && { id: externalId }),
      ...(text !== null && { text }),
      ...(vector && { vector: [...vector] }),
      ...(mediaSha256 !== null && { mediaUrl: `/v1/items/${id}/media`, mediaSha256 }),
      status,
      ...(label !== null && { label, labelSource }),
      holdout: isHoldout,
      data,
      annotations,
      createdAt,
    })}\n`;
  }
}
