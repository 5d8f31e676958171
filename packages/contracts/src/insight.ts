import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { itemId, projectId } from './ids.js';
import { pageQuery, timestamp } from './primitives.js';

export const getPredictions = endpoint({
  name: 'getPredictions',
  method: 'GET',
  path: '/v1/projects/:projectId/predictions',
  tag: 'Insight',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary: 'Class probabilities of the whole pool, refreshed after every label',
  params: z.object({ projectId }),
  query: pageQuery,
  response: z.object({
    items: z.array(
      z.object({
        itemId,
        externalId: z.string().optional(),
        probabilities: z.record(z.string(), z.number()),
        predicted: z.string(),
      }),
    ),
    model: z
      .object({ version: z.number().int(), numLiveUpdates: z.number().int(), updatedAt: timestamp })
      .nullable(),
    nextCursor: z.string().nullable(),
  }),
});

export const curvePoint = z.object({
  roundId: z.string(),
  numLabels: z.number().int(),
  accuracy: z.number(),
  interval: z.tuple([z.number(), z.number()]).describe('Wilson, 95%'),
  numHoldout: z.number().int(),
  arm: z.enum(['strategy', 'control']),
});
export type CurvePoint = z.infer<typeof curvePoint>;
export const getCurve = endpoint({
  name: 'getCurve',
  method: 'GET',
  path: '/v1/projects/:projectId/curve',
  tag: 'Insight',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'Held-out accuracy per round, beside a model trained on randomly chosen labels only',
  params: z.object({ projectId }),
  response: z.object({ points: z.array(curvePoint) }),
});

/** Items of a cell that are named at most. */
export const mostCellItems = 20;
export const confusion = z.object({
  numItems: z.number().int().describe('Labeled items that the model predicts'),
  numAgreeing: z.number().int().describe('Those predicted as labeled'),
  cells: z
    .array(
      z.object({
        classKey: z.string().describe('The label'),
        predicted: z.string(),
        numItems: z.number().int(),
        itemIds: z.array(itemId).max(mostCellItems).describe('Those that the model is surest of'),
      }),
    )
    .describe('Those that are not empty, the largest first'),
  model: z
    .object({ version: z.number().int(), numLiveUpdates: z.number().int(), updatedAt: timestamp })
    .nullable()
    .describe('null: there are no predictions yet'),
});
export type Confusion = z.infer<typeof confusion>;
export const getConfusion = endpoint({
  name: 'getConfusion',
  method: 'GET',
  path: '/v1/projects/:projectId/confusion',
  tag: 'Insight',
  access: { atLeast: 'reviewer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'Labels against present predictions, of the labeled items of the pool (the model has learned from them)',
  params: z.object({ projectId }),
  response: confusion,
});
