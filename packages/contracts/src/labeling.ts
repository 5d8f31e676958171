import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, itemId, projectId } from './ids.js';
import { item, itemContent } from './items.js';
import { classKey, page, pageQuery, timestamp } from './primitives.js';

export const leaseArms = ['strategy', 'control', 'unranked'] as const;
export type LeaseArm = (typeof leaseArms)[number];

/** Which ranking the queue is served from, and how fresh it is. */
export const rankingInfo = z.object({
  roundId: z.string(),
  strategy: z.string(),
  modelVersion: z.number().int().nullable().describe('null: the round trained no model'),
  numLiveUpdates: z.number().int(),
  computedAt: timestamp,
  numLabelsBehind: z.number().int().describe('Labels given since that the ranking does not know yet'),
});
export type RankingInfo = z.infer<typeof rankingInfo>;

export const lease = z.object({
  leaseId: idSchema('lease'),
  fence: z.number().int().describe('Grows with every lease of the item'),
  expiresAt: timestamp,
  item: itemContent,
  rank: z.number().int().nullable(),
  score: z.number().nullable(),
  reason: z.string().nullable(),
  arm: z.enum(leaseArms),
});
export type Lease = z.infer<typeof lease>;

export const emptyReasons = ['all-labeled', 'all-leased', 'no-items'] as const;

export const createLeases = endpoint({
  name: 'createLeases',
  method: 'POST',
  path: '/v1/projects/:projectId/leases',
  tag: 'Labeling',
  access: { atLeast: 'annotator' },
  scope: 'label',
  status: 200,
  summary: 'Lease the next items in rank order; nobody else gets them until the lease ends',
  params: z.object({ projectId }),
  body: z.object({
    count: z.number().int().min(1).max(50).default(1),
    giveBack: z
      .array(idSchema('lease'))
      .max(50)
      .default([])
      .describe(
        'Own leases to end first, in the same transaction: their items may be among those leased anew',
      ),
    fairShare: z
      .boolean()
      .default(false)
      .describe(
        'Where few items are open: no more than leave some for colleagues who come, those held already included. `reason` is then `all-leased` also when the own share is full',
      ),
  }),
  response: z.object({
    items: z.array(lease),
    ranking: rankingInfo.nullable(),
    reason: z.enum(emptyReasons).optional(),
  }),
});
export const heartbeatLease = endpoint({
  name: 'heartbeatLease',
  method: 'POST',
  path: '/v1/leases/:leaseId/heartbeat',
  tag: 'Labeling',
  access: { atLeast: 'annotator' },
  scope: 'label',
  status: 200,
  summary: 'Prolong a lease',
  params: z.object({ leaseId: idSchema('lease') }),
  response: z.object({ leaseId: idSchema('lease'), fence: z.number().int(), expiresAt: timestamp }),
});
export const deleteLease = endpoint({
  name: 'deleteLease',
  method: 'DELETE',
  path: '/v1/leases/:leaseId',
  tag: 'Labeling',
  access: { atLeast: 'annotator' },
  scope: 'label',
  status: 204,
  summary: 'Give an item back unlabeled',
  params: z.object({ leaseId: idSchema('lease') }),
});

export const skipReasons = ['unsure', 'not-relevant', 'broken', 'other'] as const;
export type SkipReason = (typeof skipReasons)[number];
export const annotation = z.object({
  id: idSchema('annotation'),
  itemId,
  classKey: z.string().nullable(),
  skip: z.object({ reason: z.enum(skipReasons) }).nullable(),
  flag: z.boolean(),
  annotatorId: z.string(),
  createdAt: timestamp,
  supersedes: z.string().optional(),
  supersededAt: timestamp.nullable(),
});
export type Annotation = z.infer<typeof annotation>;

const measured = {
  flag: z.boolean().default(false),
  activeMs: z.number().int().min(0).max(86_400_000).optional(),
  wallMs: z.number().int().min(0).max(86_400_000).optional(),
};
/** A class or a skip, never both. Without a lease it replaces the caller’s own annotation of the item, or labels an item that nobody holds. */
export const annotationRequest = z.union([
  z.strictObject({ leaseId: idSchema('lease').optional(), classKey, ...measured }),
  z.strictObject({
    leaseId: idSchema('lease').optional(),
    skip: z.object({ reason: z.enum(skipReasons) }),
    ...measured,
  }),
]);
export const createAnnotation = endpoint({
  name: 'createAnnotation',
  method: 'POST',
  path: '/v1/items/:itemId/annotations',
  tag: 'Labeling',
  access: { atLeast: 'annotator' },
  scope: 'label',
  status: 201,
  summary: 'Label or skip an item; durable when answered',
  params: z.object({ itemId }),
  body: annotationRequest,
  response: annotation,
});
export const deleteAnnotation = endpoint({
  name: 'deleteAnnotation',
  method: 'DELETE',
  path: '/v1/annotations/:annotationId',
  tag: 'Labeling',
  access: { atLeast: 'annotator' },
  scope: 'label',
  status: 204,
  summary: 'Undo: supersedes the annotation; the item can be labeled again',
  params: z.object({ annotationId: idSchema('annotation') }),
});
export const putLabel = endpoint({
  name: 'putLabel',
  method: 'PUT',
  path: '/v1/items/:itemId/label',
  tag: 'Labeling',
  access: { atLeast: 'reviewer' },
  scope: 'label',
  status: 200,
  summary: 'Decide as a reviewer what an item is, whatever annotators have answered or will; audited',
  params: z.object({ itemId }),
  body: z.object({ classKey }),
  response: item,
});
export const deleteLabel = endpoint({
  name: 'deleteLabel',
  method: 'DELETE',
  path: '/v1/items/:itemId/label',
  tag: 'Labeling',
  access: { atLeast: 'reviewer' },
  scope: 'label',
  status: 204,
  summary: 'Take a reviewer’s decision back: the label is again what the annotations, or the import, say',
  params: z.object({ itemId }),
});
export const listAnnotations = endpoint({
  name: 'listAnnotations',
  method: 'GET',
  path: '/v1/projects/:projectId/annotations',
  tag: 'Labeling',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'Annotations, newest first; annotators see their own',
  params: z.object({ projectId }),
  query: pageQuery.extend({
    itemId: itemId.optional().describe('Only those of this item'),
    mine: z
      .enum(['true', 'false'])
      .default('false')
      .transform((v) => v === 'true'),
    superseded: z
      .enum(['true', 'false'])
      .default('false')
      .transform((v) => v === 'true'),
  }),
  response: page(
    annotation.extend({
      annotatorName: z.string(),
      mediaUrl: z.string().optional(),
      text: z.string().optional(),
    }),
  ),
});
