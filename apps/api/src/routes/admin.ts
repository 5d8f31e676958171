import { statfs } from 'node:fs/promises';
import {
  drainQueue,
  exportAudit,
  getStorage,
  listAllRounds,
  listAudit,
  listJobs,
  listQueues,
  listWorkers,
  pauseQueue,
  type QueueKey,
  resumeQueue,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { auditFiles } from '../exports/audit-file.js';
import { begin, whileRead } from '../exports/while-read.js';
import { route } from '../http/route.js';
import { rebuildQueue } from '../queues/rebuild-queue.js';

/** An audit that nobody reads on is given up. */
const stalledAfterMs = 120_000;

export function adminRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, queue, settings } = deps;
  route(app, deps, listWorkers, async () => ({ items: await database.listWorkers(db), nextCursor: null }));

  route(app, deps, listQueues, async () => {
    const opened = await queue.open();
    const [items, outbox] = await Promise.all([opened.list(), database.countOutbox(db)]);
    return { backend: queue.backend, items, outbox, nextCursor: null };
  });
  /** Recorded before it is done: what is done without a record would be the worse of the two. */
  const record = (actor: database.Actor, action: string, name: QueueKey) =>
    database.audit(db, {
      actorId: actor.userId,
      ip: actor.ip,
      action,
      targetType: 'queue',
      targetId: name,
    });
  route(app, deps, pauseQueue, async ({ params: { name }, actor }) => {
    const opened = await queue.open();
    await record(actor, 'queue.pause', name);
    return database.changeQueue(db, name, async () => {
      await database.withdrawResume(db, name); // of a drain that died: now it is to stay paused
      return opened.pause(name);
    });
  });
  route(app, deps, resumeQueue, async ({ params: { name }, actor }) => {
    const opened = await queue.open();
    await record(actor, 'queue.resume', name);
    return database.changeQueue(db, name, () => opened.resume(name));
  });
  route(app, deps, drainQueue, async ({ params: { name }, actor }) => {
    const opened = await queue.open();
    await record(actor, 'queue.drain', name);
    return rebuildQueue(db, opened, name);
  });

  route(app, deps, listJobs, async ({ params: { name }, query: { state, limit } }) => ({
    items: await (await queue.open()).jobs(name, state, limit),
    nextCursor: null,
  }));
  route(app, deps, listAllRounds, async ({ query }) => database.listAllRounds(db, query));
  route(app, deps, getStorage, async () => {
    const { bsize, bavail, blocks } = await statfs(settings.uploadsFolder);
    const disk = { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
    return { ...(await database.readStorage(db)), disk, blobs: settings.blobs.kind };
  });

  route(app, deps, listAudit, async ({ query: { from, until, ...query } }) =>
    database.listAudit(db, { ...query, from: dateOf(from), until: dateOf(until) }),
  );
  route(app, deps, exportAudit, async ({ query: { format, from, until, ...filter }, actor, reply }) => {
    await database.audit(db, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'audit.export',
      targetType: 'audit',
      detail: { format, from, until, ...filter },
    });
    const { contentType, write } = auditFiles[format];
    const entries = database.eachAudit(db, { ...filter, from: dateOf(from), until: dateOf(until) });
    const begun = await begin(write(entries));
    const fileName = `audit-${new Date().toISOString().slice(0, 10)}.${format}`;
    return reply
      .type(contentType)
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .send(whileRead(begun, { stalledAfterMs }));
  });
}

const dateOf = (timestamp: string | undefined): Date | undefined =>
  timestamp === undefined ? undefined : new Date(timestamp);
