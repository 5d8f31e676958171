import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { projectId } from './ids.js';
import { liveModel } from './suspects.js';

const interval = z.tuple([z.number(), z.number()]).describe('95%');

export const forecastReport = z.object({
  model: liveModel.nullable(),
  numLabels: z.number().int().describe('That the live model knows'),
  now: z
    .object({ risk: z.number(), interval })
    .nullable()
    .describe('Squared error on new items, summed over the classes, by generalised cross-validation'),
  accuracy: z
    .object({ value: z.number(), interval })
    .nullable()
    .describe('Share of the labels that kernel regression on all others finds; interval of Wilson'),
  after: z
    .array(z.object({ numFurther: z.number().int(), risk: z.number() }))
    .describe('After 1, 2, … further labels, each the one that lowers the variance most'),
  floor: z.number().nullable().describe('What the risk tends to with ever more labels, by this kernel'),
  effectiveDimension: z.number().nullable().describe('How many directions the labels determine'),
  ridgeRelative: z.number().nullable(),
  advice: z.object({
    kind: z.enum(['go-on', 'slowing', 'stop', 'cannot-say']),
    text: z.string().describe('In words and numbers'),
  }),
  reason: z.string().nullable().describe('Why there is no forecast; null: there is one'),
});
export type ForecastReport = z.infer<typeof forecastReport>;

/** Further labels that are looked ahead to at most. */
export const mostFurtherLabels = 200;

export const getForecast = endpoint({
  name: 'getForecast',
  method: 'GET',
  path: '/v1/projects/:projectId/forecast',
  tag: 'Insight',
  access: { atLeast: 'reviewer' },
  scope: 'projects:read',
  status: 200,
  summary: 'What more labels would buy: the risk now and after each further label, with advice on stopping',
  params: z.object({ projectId }),
  query: z.object({
    batch: z.coerce
      .number()
      .int()
      .min(1)
      .max(mostFurtherLabels)
      .default(20)
      .describe('Further labels to look ahead to'),
  }),
  response: forecastReport,
});
