import {
  createAnnotation,
  createLeases,
  deleteAnnotation,
  deleteLabel,
  deleteLease,
  heartbeatLease,
  listAnnotations,
  putLabel,
  TangentError,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import { atLeast } from '@tangent/labeling';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { mediaUrl, viewContent, viewItem } from './item-view.js';

export function labelingRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;

  route(app, deps, createLeases, async ({ params, body, caller, grant, request }) => {
    const annotatorId = caller.user.id;
    const result = await database.leaseNext(db, {
      projectId: params.projectId,
      annotatorId,
      count: body.count,
      role: grant.role!,
      giveBack: body.giveBack,
      fairShare: body.fairShare,
    });
    if (result.kind === 'empty') return { items: [], ranking: result.ranking, reason: result.reason };
    // Whoever asked has left meanwhile and will show none of them; colleagues need not wait until they expire.
    if (request.socket.destroyed) {
      for (const { leaseId } of result.leases) await database.releaseLease(db, { leaseId, annotatorId });
      throw new TangentError(
        'lease-expired',
        'The connection ended first, and the items were given back. Ask again.',
      );
    }
    return {
      items: result.leases.map(({ item, ...lease }) => ({ ...lease, item: viewContent(item) })),
      ranking: result.ranking,
    };
  });
  route(app, deps, heartbeatLease, async ({ params, caller }) =>
    database.heartbeatLease(db, { leaseId: params.leaseId, annotatorId: caller.user.id }),
  );
  route(app, deps, deleteLease, async ({ params, caller }) =>
    database.releaseLease(db, { leaseId: params.leaseId, annotatorId: caller.user.id }),
  );

  /** Durable when answered: annotation, label, event and the kept response are one committed transaction. */
  route(app, deps, createAnnotation, async ({ params, body, caller, keep }) => {
    const { leaseId, flag, activeMs, wallMs } = body;
    const answer = 'skip' in body ? { skip: body.skip.reason } : { classKey: body.classKey };
    const { annotation } = await database.submitAnnotation(db, {
      itemId: params.itemId,
      annotatorId: caller.user.id,
      leaseId,
      answer,
      flag,
      activeMs,
      wallMs,
      also: keep,
    });
    return annotation;
  });
  route(app, deps, deleteAnnotation, async ({ params, caller, grant }) => {
    await database.undoAnnotation(db, {
      annotationId: params.annotationId,
      userId: caller.user.id,
      mayUndoOthers: atLeast(grant.role!, 'reviewer'),
    });
    return undefined;
  });
  route(app, deps, putLabel, async ({ params: { itemId }, body: { classKey }, actor }) => {
    await database.reviewLabel(db, { itemId, classKey, actor });
    return viewItem(await database.getItem(db, itemId));
  });
  route(app, deps, deleteLabel, async ({ params: { itemId }, actor }) => {
    await database.reviewLabel(db, { itemId, classKey: null, actor });
    return undefined;
  });
  route(app, deps, listAnnotations, async ({ params, query, caller, grant }) => {
    const isOwn = query.mine || !atLeast(grant.role!, 'reviewer');
    const page = await database.listAnnotations(db, {
      projectId: params.projectId,
      annotatorId: isOwn ? caller.user.id : undefined,
      includeSuperseded: query.superseded,
      itemId: query.itemId,
      cursor: query.cursor,
      limit: query.limit,
    });
    return {
      items: page.items.map(({ text, hasMedia, ...annotation }) => ({
        ...annotation,
        ...(text !== null && { text }),
        ...(hasMedia && { mediaUrl: mediaUrl(annotation.itemId) }),
      })),
      nextCursor: page.nextCursor,
    };
  });
}
