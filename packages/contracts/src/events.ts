import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { projectId } from './ids.js';
import { timestamp } from './primitives.js';
import { roundStatuses } from './rounds.js';

/** What a project tells its watchers. Small: it travels through Postgres NOTIFY (8,000 bytes at most). */
export const projectEvent = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('label.created'),
      projectId: z.string(),
      itemId: z.string(),
      labelSeq: z.number().int(),
    })
    .describe('A label was set, changed or undone'),
  z.object({
    type: z.literal('ranking.updated'),
    projectId: z.string(),
    roundId: z.string(),
    numLiveUpdates: z.number().int(),
    labelSeq: z.number().int(),
    computedAt: timestamp,
    numFlips: z.number().int().describe('Predictions of the pool that changed class since the last ranking'),
  }),
  z.object({
    type: z.literal('round.progress'),
    projectId: z.string(),
    roundId: z.string(),
    status: z.enum(roundStatuses),
    done: z.number().int(),
    total: z.number().int(),
  }),
  z.object({
    type: z.literal('round.done'),
    projectId: z.string(),
    roundId: z.string(),
    status: z.enum(['done', 'failed', 'cancelled']),
  }),
  z.object({ type: z.literal('worker.lost'), projectId: z.string(), workerId: z.string() }),
]);
export type ProjectEvent = z.infer<typeof projectEvent>;

export const streamEvents = endpoint({
  name: 'streamEvents',
  method: 'GET',
  path: '/v1/projects/:projectId/events',
  tag: 'Events',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'Server-sent events: label.created, ranking.updated, round.progress, round.done, worker.lost',
  params: z.object({ projectId }),
  streams: 'text/event-stream',
});
