import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { projectId } from './ids.js';

const relativeError = z.number().nullable().describe('|theirs − eNTK’s| / |eNTK’s|; null: not resolved');

export const kernelFigures = z.object({
  accuracy: z
    .number()
    .describe('Of kernel regression with this kernel alone, on the items that are compared'),
  ridge: z.number(),
  jitter: z.number(),
  milliseconds: z.number().describe('Gradients and products of the sample'),
  microsecondsPerPair: z.number().nullable(),
  bytes: z.number().describe('To keep it for the sample'),
  poolBytes: z.number().describe('To keep it for the pool'),
  spectrum: z.object({
    eigenvalues: z.array(z.number()).max(50).describe('The largest, descending'),
    largest: z.number(),
    smallest: z.number(),
    conditionNumber: z.number().nullable().describe('null: below what float32 entries resolve'),
    effectiveDimension: z.number(),
  }),
});

export const approximationFigures = kernelFigures.extend({
  frobeniusError: z.number().describe('‖eNTK − K ⊗ I‖/‖eNTK‖'),
  largestEigenvalueError: z.number(),
  smallestEigenvalueError: relativeError,
  conditionNumberError: relativeError,
  maxDifference: z.number().describe('Of the predictions of both regressions'),
  meanDifference: z.number(),
  equalArgmaxShare: z.number().describe('Compared items for which both find the same class'),
});

export const labReport = z.object({
  model: z.object({ roundId: z.string(), version: z.number().int() }).nullable(),
  sample: z
    .object({
      numItems: z.number().int(),
      numTrain: z.number().int().describe('Labeled items that the regressions learn from'),
      numTest: z.number().int().describe('Items that they are compared on'),
      testedOn: z.enum(['holdout', 'labels']),
      seed: z.number().int(),
      bound: z.string().nullable().describe('Why there are fewer items than were asked for'),
    })
    .nullable(),
  kernels: z
    .object({
      ridgeRelative: z.number(),
      crossLogitCosine: z.number().nullable().describe('Mean cosine of the gradients of two logits'),
      isBalanced: z.boolean(),
      head: z.string().describe('Of the pseudo-NTK'),
      sketchDimension: z.number().int(),
      networkAccuracy: z.number().describe('Of the network itself, on the same items'),
      entk: kernelFigures,
      pntk: approximationFigures,
      sketch: approximationFigures,
    })
    .nullable(),
  reason: z.string().nullable().describe('Why there is no comparison; null: there is one'),
});
export type LabReport = z.infer<typeof labReport>;

export const getLab = endpoint({
  name: 'getLab',
  method: 'GET',
  path: '/v1/projects/:projectId/lab',
  tag: 'Insight',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'NTK laboratory: eNTK, pseudo-NTK and sketch of the last model, compared on a sample of the project',
  params: z.object({ projectId }),
  query: z.object({
    items: z.coerce.number().int().min(16).max(200).default(100),
    seed: z.coerce.number().int().min(0).max(2_147_483_647).optional().describe('Default: the round’s'),
  }),
  response: labReport,
});
