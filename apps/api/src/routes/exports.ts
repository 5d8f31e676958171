import { createExport, getModel, getRoundReport, TangentError } from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deps } from '../deps.js';
import { exportSlots } from '../exports/export-slots.js';
import { modelFiles } from '../exports/model-files.js';
import { type Download, openDownload, openReport, slugOf } from '../exports/open-download.js';
import { begin, whileRead } from '../exports/while-read.js';
import { zipOf } from '../exports/zip.js';
import { route } from '../http/route.js';

/** Of the 20 connections that the API has. */
const maxExportsAtOnce = 5;
const stalledAfterMs = 120_000;

export function exportRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs } = deps;
  const slots = exportSlots(maxExportsAtOnce);

  /** What leaves the house is in the audit before it does. */
  const send = async (reply: FastifyReply, download: Download, entry: database.AuditInput) => {
    try {
      await database.audit(db, entry);
    } catch (error) {
      await download.chunks.return();
      throw error;
    }
    return reply
      .type(download.contentType)
      .header('content-disposition', `attachment; filename="${download.fileName}"`)
      .send(whileRead(download, { stalledAfterMs }));
  };

  route(app, deps, createExport, async ({ params, query, actor, request, reply }) => {
    const { projectId } = params;
    const { format } = query;
    const origin = `${request.protocol}://${request.host}`;
    const download = await openDownload(deps, slots, { projectId, format, origin });
    return send(reply, download, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'export.create',
      targetType: 'project',
      targetId: projectId,
      detail: { format },
    });
  });

  route(app, deps, getModel, async ({ params, actor, reply }) => {
    const { projectId } = params;
    const model = await database.getServingModel(db, projectId);
    if (!model)
      throw new TangentError(
        'no-model',
        `The last finished round of the project ${projectId} has trained no model, or no round has finished yet. Wait for the round that runs, or start one that trains by POST /v1/projects/${projectId}/rounds.`,
      );
    const download = {
      ...(await begin(zipOf(modelFiles(model, blobs)))),
      contentType: 'application/zip',
      fileName: `${slugOf(model.project.name)}-model-${model.number}.zip`,
    };
    return send(reply, download, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'model.export',
      targetType: 'project',
      targetId: projectId,
      detail: { modelVersion: model.number },
    });
  });

  route(app, deps, getRoundReport, async ({ params: { roundId }, actor, reply }) => {
    const { projectId, ...download } = await openReport(deps, slots, roundId);
    return send(reply, download, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'report.export',
      targetType: 'round',
      targetId: roundId,
      detail: { projectId },
    });
  });
}
