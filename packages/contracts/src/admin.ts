import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, projectId, userId } from './ids.js';
import { page, pageQuery, timestamp } from './primitives.js';
import { activeRoundStatuses, round, roundStatuses } from './rounds.js';

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

export const queuedJob = z.object({
  id: z.string(),
  name: z.string(),
  roundId: z.string().nullable(),
  operationId: z.string().nullable(),
  shardIndex: z.number().int().nullable(),
  numTries: z.number().int(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  failedReason: z.string().nullable(),
});
export type QueuedJob = z.infer<typeof queuedJob>;
export const jobStates = ['waiting', 'active', 'delayed', 'waiting-for-others', 'failed'] as const;
export type JobState = (typeof jobStates)[number];
export const listJobs = endpoint({
  name: 'listJobs',
  method: 'GET',
  path: '/v1/admin/queues/:name/jobs',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary:
    'Jobs of a queue that are in one state, at most 100. What is done about them is done to their round',
  params: z.object({ name: z.enum(queueKeys) }),
  query: z.object({
    state: z.enum(jobStates).default('failed'),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  response: z.object({ items: z.array(queuedJob), nextCursor: z.null() }),
});

export const roundOfProject = round
  .pick({
    id: true,
    projectId: true,
    number: true,
    status: true,
    strategy: true,
    attempt: true,
    trigger: true,
    createdAt: true,
    finishedAt: true,
    error: true,
    progress: true,
  })
  .extend({ projectName: z.string(), phaseStartedAt: timestamp });
export type RoundOfProject = z.infer<typeof roundOfProject>;
export const listAllRounds = endpoint({
  name: 'listAllRounds',
  method: 'GET',
  path: '/v1/admin/rounds',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'Rounds of all projects, newest first',
  query: pageQuery.extend({
    status: z
      .enum(['active', ...roundStatuses])
      .optional()
      .describe(`active: ${activeRoundStatuses.join(', ')}`),
  }),
  response: page(roundOfProject),
});

const bytes = z.number().int();
export const storage = z.object({
  database: z.object({
    bytes,
    tables: z
      .array(
        z.object({
          name: z.string(),
          bytes: bytes.describe('With its indexes and what is stored out of line'),
          numRows: count.nullable().describe('An estimate of Postgres; null: it has not looked yet'),
        }),
      )
      .describe('The largest 12'),
  }),
  media: z.object({ num: count, bytes }).describe('Images of all projects, each kept once'),
  disk: z
    .object({ freeBytes: bytes, totalBytes: bytes })
    .describe('Of the disk on which the data folder of the API lies'),
  blobs: z.enum(['folder', 's3']),
});
export type Storage = z.infer<typeof storage>;
export const getStorage = endpoint({
  name: 'getStorage',
  method: 'GET',
  path: '/v1/admin/storage',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'How large the database, its tables and the media are, and what is free',
  response: storage,
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
/** Which entries; of several filters all must fit. */
const auditFilter = z.object({
  actorId: idSchema('user').optional(),
  action: z.string().max(100).optional().describe('Such as user.update'),
  targetId: z.string().max(100).optional().describe('Id of a project, user, round, …'),
  projectId: projectId.optional().describe('What was done to a project, or to something in it'),
  from: timestamp.optional().describe('Not before'),
  until: timestamp.optional().describe('Before'),
});
export const listAudit = endpoint({
  name: 'listAudit',
  method: 'GET',
  path: '/v1/admin/audit',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'Who did what, newest first',
  query: pageQuery.extend(auditFilter.shape),
  response: page(auditEntry),
});
export const auditFormats = ['csv', 'jsonl'] as const;
export const exportAudit = endpoint({
  name: 'exportAudit',
  method: 'GET',
  path: '/v1/admin/audit/export',
  tag: 'Admin',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'The audit, by the same filters, as a file; that it was taken is in the audit too',
  query: auditFilter.extend({ format: z.enum(auditFormats).default('csv') }),
  streams: ['text/csv', 'application/x-ndjson'],
});
