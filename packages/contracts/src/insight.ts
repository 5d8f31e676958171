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
