import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { projectId } from './ids.js';

const share = z.number().nullable();
const interval = z
  .tuple([z.number(), z.number()])
  .nullable()
  .describe('95% over the drawing of items; null where there is none');
const reason = z.string().nullable().describe('Why there is no coefficient; null: there is one');

/** Of one class against all others. */
const classAgreement = z.object({
  classKey: z.string(),
  numAnswers: z.number().int(),
  alpha: share,
  kappa: share.describe('Of Fleiss, on the items that `fleiss` is of'),
});

const pairAgreement = z.object({
  annotators: z.tuple([
    z.object({ id: z.string(), name: z.string() }),
    z.object({ id: z.string(), name: z.string() }),
  ]),
  numItems: z.number().int().describe('To which both gave a class'),
  observed: z.number().describe('Share of them to which both gave the same'),
  kappa: share.describe('Of Cohen'),
  interval,
  reason,
});

const goldFigures = z.object({
  numAnswers: z.number().int().describe('Live answers to gold items that name a class; skips are none'),
  numCorrect: z.number().int().describe('Those that name the item’s label'),
  interval: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('Of the share of correct ones: Wilson, 95%; null without an answer'),
});

export const quality = z.object({
  numItems: z
    .number()
    .int()
    .describe('Items with two or more live answers that name a class; gold items are none of them'),
  numAnswers: z.number().int().describe('Their answers; skips are none'),
  numAnnotators: z.number().int(),
  observed: share.describe(
    'Share of the pairs of answers to one item that are equal, each item counted once',
  ),
  alpha: z
    .object({ value: share, interval, reason })
    .describe('Krippendorff’s, for classes without an order, with any number of answers an item'),
  fleiss: z
    .object({
      value: share,
      interval,
      reason,
      answersPerItem: z.number().int().nullable(),
      numItems: z.number().int(),
    })
    .describe('Fleiss’ κ, of the items with the most frequent number of answers'),
  classes: z.array(classAgreement).describe('Those that occur'),
  pairs: z.array(pairAgreement).max(100).describe('Those with the most common items first'),
  numPairs: z.number().int().describe('All pairs with a common item'),
  gold: goldFigures
    .extend({
      numItems: z.number().int().describe('Gold items of the project'),
      annotators: z
        .array(goldFigures.extend({ id: z.string(), name: z.string() }))
        .describe('Who has answered some, the most first'),
    })
    .describe('How often annotators are right about items whose class is known; no part of the agreement'),
});
export type Quality = z.infer<typeof quality>;

export const getQuality = endpoint({
  name: 'getQuality',
  method: 'GET',
  path: '/v1/projects/:projectId/quality',
  tag: 'Insight',
  access: { atLeast: 'reviewer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'How far annotators agree beyond chance: Krippendorff’s α, Fleiss’ κ, Cohen’s κ of each pair; how often they are right about gold items',
  params: z.object({ projectId }),
  response: quality,
});
