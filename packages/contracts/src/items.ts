import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { itemId, projectId } from './ids.js';
import { classKey, page, pageQuery, timestamp } from './primitives.js';

export const itemStatuses = ['unlabeled', 'leased', 'labeled', 'skipped'] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** What a screen needs to show an item. */
export const itemContent = z.object({
  id: itemId,
  externalId: z.string().optional(),
  text: z.string().optional(),
  mediaUrl: z.string().optional().describe('Path on this API'),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  vector: z.array(z.number()).optional(),
  data: z.record(z.string(), z.unknown()),
});
export type ItemContent = z.infer<typeof itemContent>;

export const item = itemContent.extend({
  status: z.enum(itemStatuses),
  label: z.string().nullable(),
  isHoldout: z.boolean(),
  isGold: z
    .boolean()
    .describe('Annotators are not told: for them it is false, and the item like one without a label'),
  createdAt: timestamp,
});
export type Item = z.infer<typeof item>;

export const listItems = endpoint({
  name: 'listItems',
  method: 'GET',
  path: '/v1/projects/:projectId/items',
  tag: 'Items',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'The items of the pool',
  params: z.object({ projectId }),
  query: pageQuery.extend({
    status: z.enum(itemStatuses).optional(),
    order: z.enum(['rank', 'created']).default('created'),
    holdout: z
      .enum(['true', 'false'])
      .optional()
      .transform((v) => (v === undefined ? undefined : v === 'true')),
    label: classKey.optional().describe('Only items with this label'),
    text: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Only items whose text or own id holds this, whatever the case'),
  }),
  response: page(item.extend({ rank: z.number().int().nullable(), score: z.number().nullable() })),
});
export const getItem = endpoint({
  name: 'getItem',
  method: 'GET',
  path: '/v1/items/:itemId',
  tag: 'Items',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'One item',
  params: z.object({ itemId }),
  response: item,
});
export const getItemMedia = endpoint({
  name: 'getItemMedia',
  method: 'GET',
  path: '/v1/items/:itemId/media',
  tag: 'Items',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'The image of an item; immutable, cacheable',
  params: z.object({ itemId }),
  streams: 'image/png',
});

/** What would change in the pool if the item got each class: MATH “Look-ahead”, rank-one update. */
export const whatIf = z.object({
  classes: z.array(
    z.object({
      classKey: z.string(),
      probability: z.number(),
      numFlips: z.number().int(),
      meanChange: z.number(),
      mostChanged: z.array(z.object({ itemId, before: z.string(), after: z.string(), change: z.number() })),
    }),
  ),
});
export type WhatIf = z.infer<typeof whatIf>;
export const getWhatIf = endpoint({
  name: 'getWhatIf',
  method: 'GET',
  path: '/v1/items/:itemId/what-if',
  tag: 'Items',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'For every class: how many predictions of the pool would flip if the item got it',
  params: z.object({ itemId }),
  response: whatIf,
});

export const explanation = z.object({
  itemId,
  score: z.number(),
  rank: z.number().int().nullable(),
  roundId: z.string(),
  strategy: z.string(),
  modelVersion: z.number().int(),
  numLiveUpdates: z.number().int(),
  reason: z.string(),
  probabilities: z.record(z.string(), z.number()),
  nearestLabeled: z.array(
    z.object({ itemId, classKey: z.string(), similarity: z.number().describe('Kernel cosine, −1 … 1') }),
  ),
});
export type Explanation = z.infer<typeof explanation>;
export const getExplanation = endpoint({
  name: 'getExplanation',
  method: 'GET',
  path: '/v1/items/:itemId/explanation',
  tag: 'Items',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'Why this item: score, rank, model, and the labeled items nearest to it by the kernel',
  params: z.object({ itemId }),
  response: explanation,
});
