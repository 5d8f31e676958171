import { z } from 'zod';
import { queueKeys } from './admin.js';
import { roundId } from './ids.js';

/**
 * Jobs on the queue. Payloads carry ids only, and the trace: what is to be done stands in Postgres, so the queue may be
 * lost and rebuilt. `attempt` is the round's attempt (1, then +1 for every retry); it is part of the job's id.
 */
const traced = {
  traceparent: z
    .string()
    .max(100)
    .optional()
    .describe('the span that caused it, as W3C Trace Context writes it; of no consequence for what is done'),
};
const inRound = z.object({ ...traced, roundId, attempt: z.number().int().min(1) });
const inShard = inRound.extend({ shardIndex: z.number().int().min(0) });

export const jobSchemas = {
  'train-model': inRound,
  'compute-features': inShard,
  'reduce-features': inRound,
  'score-shard': inShard,
  'select-batch': inRound,
  'import-file': z.object({ ...traced, operationId: z.string() }),
} as const;
export type JobName = keyof typeof jobSchemas;
export type JobPayload<N extends JobName> = z.infer<(typeof jobSchemas)[N]>;

/** What the outbox hands to the queue: one job, a parent that waits for its children, or that it must go on. */
export const queueMessage = z.discriminatedUnion('kind', [
  z.object({ ...traced, kind: z.literal('train'), roundId: z.string(), attempt: z.number().int() }),
  z
    .object({
      ...traced,
      kind: z.literal('featurize'),
      roundId: z.string(),
      attempt: z.number().int(),
      shards: z.array(z.number().int()),
    })
    .describe('reduce-features after compute-features of the shards'),
  z
    .object({
      ...traced,
      kind: z.literal('score'),
      roundId: z.string(),
      attempt: z.number().int(),
      shards: z.array(z.number().int()),
    })
    .describe('select-batch after score-shard of the shards'),
  z.object({ ...traced, kind: z.literal('import'), operationId: z.string() }),
  z
    .object({ kind: z.literal('resume'), queue: z.enum(queueKeys) })
    .describe('no job: the queue goes on that a drain had paused, once nobody drains it any more'),
]);
export type QueueMessage = z.infer<typeof queueMessage>;
