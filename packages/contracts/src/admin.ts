import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, userId } from './ids.js';
import { page, pageQuery, timestamp } from './primitives.js';

export const workerInfo = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number().int(),
  engine: z.string(),
  device: z.string(),
  threads: z.number().int(),
  isAlive: z.boolean(),
  current: z.string().nullable().describe('The job it works on'),
  numJobsDone: z.number().int().describe('Since it started'),
  itemsPerSecond: z
    .number()
    .nullable()
    .describe('Features of the last shard that it computed; null: none yet'),
  startedAt: timestamp,
  lastHeartbeatAt: timestamp,
  stoppedAt: timestamp.nullable(),
});
export const listWorkers = endpoint({
  name: 'listWorkers',
  method: 'GET',
  path: '/v1/admin/workers',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'Workers with engine, device, throughput, last heartbeat and what they work on',
  response: z.object({ items: z.array(workerInfo), nextCursor: z.null() }),
});

/** The queues of jobs; imports wait beside rounds, not behind them. */
export const queueKeys = ['rounds', 'imports'] as const;
export type QueueKey = (typeof queueKeys)[number];

const count = z.number().int();
export const queueInfo = z.object({
  name: z.enum(queueKeys),
  isPaused: z.boolean().describe('No worker takes jobs of it; those that run go on'),
  counts: z.object({
    waiting: count,
    active: count,
    delayed: count.describe('Wait for their next try'),
    waitingForOthers: count.describe('Begin when the shards of their round are done'),
    failed: count,
    completed: count.describe('The last hour'),
  }),
});
export type QueueInfo = z.infer<typeof queueInfo>;

export const listQueues = endpoint({
  name: 'listQueues',
  method: 'GET',
  path: '/v1/admin/queues',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'The queues, and what the database has yet to hand to them',
  response: z.object({
    backend: z.enum(['redis', 'postgres']),
    items: z.array(queueInfo),
    outbox: z.object({ numWaiting: count, oldestAgeMs: z.number().nullable() }),
    nextCursor: z.null(),
  }),
});
const ofQueue = {
  method: 'POST',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  params: z.object({ name: z.enum(queueKeys) }),
} as const;
export const pauseQueue = endpoint({
  ...ofQueue,
  name: 'pauseQueue',
  path: '/v1/admin/queues/:name/pause',
  summary: 'No worker takes jobs of the queue any more, until it is resumed; those that run go on',
  response: queueInfo,
});
export const resumeQueue = endpoint({
  ...ofQueue,
  name: 'resumeQueue',
  path: '/v1/admin/queues/:name/resume',
  summary: 'Workers take jobs of the queue again',
  response: queueInfo,
});
export const drainQueue = endpoint({
  ...ofQueue,
  name: 'drainQueue',
  path: '/v1/admin/queues/:name/drain',
  summary: 'Take away what waits, and build it anew from the database; nothing is lost',
  response: queueInfo.extend({
    numRemoved: count.describe('Jobs that waited; those of a round of which a part runs stay'),
    numRequeued: count.describe('Rounds and imports under way, queued anew'),
  }),
});

export const auditEntry = z.object({
  id: z.string(),
  at: timestamp,
  actorId: userId.nullable().describe('null: the system itself'),
  action: z.string().describe('Such as user.update'),
  targetType: z.string(),
  targetId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  ip: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const listAudit = endpoint({
  name: 'listAudit',
  method: 'GET',
  path: '/v1/admin/audit',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'Who did what, newest first',
  query: pageQuery.extend({
    actorId: idSchema('user').optional(),
    action: z.string().max(100).optional().describe('Such as user.update'),
    targetId: z.string().max(100).optional().describe('Id of a project, user, round, …'),
    from: timestamp.optional().describe('Not before'),
    until: timestamp.optional().describe('Before'),
  }),
  response: page(auditEntry),
});
