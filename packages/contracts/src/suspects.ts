import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { itemId, projectId } from './ids.js';
import { pageQuery } from './primitives.js';

/** Which state an answer of the live model is of. */
export const liveModel = z.object({
  roundId: z.string(),
  version: z.number().int(),
  numLiveUpdates: z.number().int(),
});

export const suspect = z.object({
  itemId,
  classKey: z.string().describe('The label'),
  suggested: z.string().describe('The class that the other labels predict'),
  score: z
    .number()
    .describe('Predicted for the suggested class minus predicted for the label, of outputs between 0 and 1'),
});
export type Suspect = z.infer<typeof suspect>;

/** What the worker says of all labels; a page of the suspects. */
export const suspectsReport = z.object({
  items: z.array(suspect),
  model: liveModel.nullable(),
  numLabels: z.number().int().describe('That the live model knows'),
  numJudged: z
    .number()
    .int()
    .describe('A class of one label cannot be predicted without it; of more than 2,000, a random sample'),
  numSuspects: z.number().int(),
  ridgeRelative: z
    .number()
    .nullable()
    .describe('λ by the least leave-one-out error, relative to the mean kernel diagonal'),
  reason: z.string().nullable().describe('Why no label was judged; null: labels were'),
});
export type SuspectsReport = z.infer<typeof suspectsReport>;

export const getSuspects = endpoint({
  name: 'getSuspects',
  method: 'GET',
  path: '/v1/projects/:projectId/suspects',
  tag: 'Insight',
  access: { atLeast: 'reviewer' },
  scope: 'projects:read',
  status: 200,
  summary: 'Labels that kernel regression on all other labels contradicts, the most suspect first',
  params: z.object({ projectId }),
  query: pageQuery,
  response: suspectsReport.extend({ nextCursor: z.string().nullable() }),
});
