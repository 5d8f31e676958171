import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { itemId, projectId, roundId } from './ids.js';
import { page, pageQuery, timestamp, withoutDefaults } from './primitives.js';
import {
  backboneConfig,
  kernelConfig,
  modelConfig,
  storedModelConfig,
  storedTextConfig,
  strategyName,
} from './projects.js';

/** In their order; a round moves only forward. */
export const roundStatuses = [
  'planned',
  'training',
  'featurizing',
  'scoring',
  'selecting',
  'done',
  'failed',
  'cancelled',
] as const;
export type RoundStatus = (typeof roundStatuses)[number];
export const activeRoundStatuses = [
  'planned',
  'training',
  'featurizing',
  'scoring',
  'selecting',
] as const satisfies readonly RoundStatus[];

// Not kernelConfig.partial(): zod fills defaults in even where a field is optional, and a request that names one
// setting would put the others back to their defaults instead of leaving those of the project.
const kernelChange = withoutDefaults(kernelConfig.shape);
const modelChange = withoutDefaults(modelConfig.shape);

export const roundRequest = z.object({
  strategy: strategyName.optional().describe('Else that of the project'),
  batchSize: z.number().int().min(1).max(1000).optional(),
  kernel: kernelChange.optional(),
  norm: z.enum(['l1', 'l2']).default('l1').describe('mlmoc: L1 on the evaluation subset, or L2'),
  evaluation: z
    .object({ size: z.number().int().min(1).max(100_000).default(1000) })
    .prefault({})
    .describe('Random reference subset of the pool whose change is measured'),
  candidates: z
    .object({ size: z.number().int().min(1).max(1_000_000) })
    .optional()
    .describe('Score only so many random unlabeled items'),
  model: modelChange.optional(),
  prefilter: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe('Look-ahead scores only this share of the candidates: those with the smallest margins'),
  ridge: z
    .number()
    .positive()
    .max(1e3)
    .optional()
    .describe('Relative to the mean kernel diagonal; else the default of the strategy'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional()
    .describe('Else drawn, and kept in the round'),
});
export type RoundRequest = z.infer<typeof roundRequest>;

/** Everything that makes a round reproducible, resolved at its start; stored with it. */
export const roundConfig = z.object({
  strategy: strategyName,
  batchSize: z.number().int(),
  kernel: kernelConfig,
  norm: z.enum(['l1', 'l2']),
  evaluationSize: z.number().int(),
  candidatesSize: z.number().int().nullable(),
  model: storedModelConfig,
  warmStartFrom: z
    .number()
    .int()
    .nullable()
    .default(null)
    .describe('Model version that a warm start goes on from, at every attempt; null: training starts anew'),
  ridgeRelative: z.number().nullable(),
  // Defaults for the rounds that were stored before these came.
  prefilter: z.number().nullable().default(null),
  relevance: z.boolean().default(false),
  text: storedTextConfig,
  backbone: backboneConfig.nullable().default(null),
  controlArm: z
    .number()
    .default(0)
    .describe('Share of random items at its start; above 0 the model of the control arm is trained too'),
  shardSize: z.number().int(),
});
export type RoundConfig = z.infer<typeof roundConfig>;

export const round = z.object({
  id: roundId,
  projectId,
  number: z.number().int(),
  status: z.enum(roundStatuses),
  strategy: strategyName,
  seed: z.number().int(),
  batchSize: z.number().int(),
  config: roundConfig,
  progress: z.object({ done: z.number().int(), total: z.number().int(), phase: z.enum(roundStatuses) }),
  timings: z.record(z.string(), z.number()).describe('Milliseconds per phase'),
  metrics: z
    .record(z.string(), z.unknown())
    .describe('Layer shares, ridge, jitter, numLabeled, accuracy … as reported by the phases'),
  modelVersion: z.number().int().nullable(),
  poolSnapshot: z.string().nullable().describe('SHA-256 of the pool snapshot'),
  attempt: z.number().int(),
  trigger: z.enum(['request', 'labels', 'age', 'first']),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
export type Round = z.infer<typeof round>;

export const shard = z.object({
  index: z.number().int(),
  numItems: z.number().int(),
  featuresStatus: z.enum(['waiting', 'running', 'done']),
  scoreStatus: z.enum(['waiting', 'running', 'done']),
  attempts: z.number().int(),
  featuresMs: z.number().nullable(),
  scoreMs: z.number().nullable(),
});

export const roundEstimate = z.object({
  strategy: strategyName,
  batchSize: z.number().int(),
  numLabels: z.number().int().describe('That the model would learn from'),
  numItems: z.number().int().describe('Of the pool'),
  numCandidates: z.number().int().describe('That would be scored'),
  numShards: z.number().int(),
  phases: z
    .array(z.object({ phase: z.enum(activeRoundStatuses), ms: z.number() }))
    .describe(
      'By the times of `basis`, scaled by items, steps of training and batch size; empty without one',
    ),
  totalMs: z.number().nullable().describe('null: no round has ended that could say'),
  basis: z
    .object({ roundId, number: z.number().int(), strategy: strategyName, numItems: z.number().int() })
    .nullable()
    .describe('The last round of the same strategy that is done, else the last of another'),
  obstacle: z
    .object({ code: z.string(), detail: z.string() })
    .nullable()
    .describe('Why the round would be refused at the moment; null: it would start'),
});
export type RoundEstimate = z.infer<typeof roundEstimate>;
const params = z.object({ roundId });
export const createRound = endpoint({
  name: 'createRound',
  method: 'POST',
  path: '/v1/projects/:projectId/rounds',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 202,
  summary: 'Start an acquisition round, or estimate it (dryRun)',
  params: z.object({ projectId }),
  body: roundRequest.extend({
    dryRun: z.boolean().default(false).describe('Start nothing, and answer 200 with the estimate'),
  }),
  response: round,
  alternative: {
    status: 200,
    when: 'With dryRun: the estimate; nothing was started',
    response: roundEstimate,
  },
});
export const estimateRound = endpoint({
  name: 'estimateRound',
  method: 'POST',
  path: '/v1/projects/:projectId/rounds/estimate',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 200,
  summary: 'What a round would do and about how long it would take, without starting it',
  params: z.object({ projectId }),
  body: roundRequest,
  response: roundEstimate,
});
export const listRounds = endpoint({
  name: 'listRounds',
  method: 'GET',
  path: '/v1/projects/:projectId/rounds',
  tag: 'Rounds',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'The rounds of a project, newest first',
  params: z.object({ projectId }),
  query: pageQuery,
  response: page(round),
});
export const getRound = endpoint({
  name: 'getRound',
  method: 'GET',
  path: '/v1/rounds/:roundId',
  tag: 'Rounds',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'A round with progress, timings and metrics',
  params,
  response: round,
});
export const rankedItem = z.object({
  itemId,
  rank: z.number().int(),
  score: z.number(),
  reason: z.string().nullable(),
  isSelected: z.boolean().describe('Part of the greedy batch'),
});
export const getRoundRanking = endpoint({
  name: 'getRoundRanking',
  method: 'GET',
  path: '/v1/rounds/:roundId/ranking',
  tag: 'Rounds',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'The ranking that the round ended with (immutable): the batch in greedy order, then by score',
  params,
  query: pageQuery,
  response: page(rankedItem),
});
export const getRoundScores = endpoint({
  name: 'getRoundScores',
  method: 'GET',
  path: '/v1/rounds/:roundId/scores',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'The first score of every candidate that the prefilter kept, before the batch was picked, by shard',
  params,
  query: pageQuery,
  response: page(z.object({ itemId, score: z.number() })),
});
export const getRoundShards = endpoint({
  name: 'getRoundShards',
  method: 'GET',
  path: '/v1/rounds/:roundId/shards',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary: 'The shards of a round',
  params,
  response: z.object({ items: z.array(shard), nextCursor: z.null() }),
});
export const cancelRound = endpoint({
  name: 'cancelRound',
  method: 'POST',
  path: '/v1/rounds/:roundId/cancel',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 200,
  summary: 'Cancel a running round',
  params,
  response: round,
});
export const retryRound = endpoint({
  name: 'retryRound',
  method: 'POST',
  path: '/v1/rounds/:roundId/retry',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 202,
  summary: 'Retry a failed round from the shard that failed',
  params,
  response: round,
});

export const roundJob = z.object({
  id: z.string(),
  name: z.enum(['train-model', 'compute-features', 'reduce-features', 'score-shard', 'select-batch']),
  shardIndex: z.number().int().nullable().describe('Of the jobs of a shard'),
  state: z
    .enum(['waiting', 'delayed', 'active', 'waiting-for-others', 'completed', 'failed'])
    .nullable()
    .describe('null: the queue does not know it, not yet or not any more'),
  numTries: z.number().int(),
  failedReason: z.string().nullable(),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
});
export type RoundJob = z.infer<typeof roundJob>;
export const getRoundJobs = endpoint({
  name: 'getRoundJobs',
  method: 'GET',
  path: '/v1/rounds/:roundId/jobs',
  tag: 'Rounds',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary: 'What the queue knows of the jobs of a round’s present attempt, in the order of its phases',
  params,
  query: z.object({
    fromShard: z.coerce.number().int().min(0).max(1_000_000).default(0),
    numShards: z.coerce.number().int().min(0).max(200).default(100),
  }),
  response: z.object({ attempt: z.number().int(), items: z.array(roundJob), nextCursor: z.null() }),
});
