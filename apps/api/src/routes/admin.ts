import {
  drainQueue,
  listAudit,
  listQueues,
  listWorkers,
  pauseQueue,
  type QueueKey,
  resumeQueue,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { rebuildQueue } from '../queues/rebuild-queue.js';

export function adminRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, queue } = deps;
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

  route(app, deps, listAudit, async ({ query: { from, until, ...query } }) =>
    database.listAudit(db, {
      ...query,
      from: from === undefined ? undefined : new Date(from),
      until: until === undefined ? undefined : new Date(until),
    }),
  );
}
