import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { projectId } from './ids.js';

// What Label Studio says to an ML backend, and wants to hear. Its bodies hold more than we read, and change with its
// versions, so fields that we do not know are passed over here, unlike everywhere else.

const externalId = z.union([z.number().int(), z.string().min(1).max(500)]);
const anything = z.record(z.string(), z.unknown());

/** As text, for it has microseconds; no year and no offset that Postgres does not know. */
const updatedAt = z.iso
  .datetime({ offset: true })
  .max(50)
  .refine((at) => !/^0000|[+-](1[6-9]|2\d):\d\d$/.test(at), {
    error: 'must be in the year 1 or later, and less than 16 hours from UTC',
  });

export const labelStudioTask = z.looseObject({
  id: externalId.optional(),
  data: anything.default({}),
  meta: anything.nullish(),
});
export type LabelStudioTask = z.infer<typeof labelStudioTask>;

export const labelStudioAnnotation = z.looseObject({
  id: externalId,
  task: externalId.optional().describe('The task’s id'),
  result: z
    .array(
      z.looseObject({
        type: z.string().optional(),
        from_name: z.string().nullish().describe('The control that it is of'),
        value: z.looseObject({ choices: z.array(z.unknown()).max(1000).nullish() }).optional(),
      }),
    )
    .max(1000)
    .default([]),
  was_cancelled: z.boolean().nullish().describe('Skipped'),
  lead_time: z.number().min(0).nullish().describe('Seconds'),
  updated_at: updatedAt.nullish(),
});
export type LabelStudioAnnotation = z.infer<typeof labelStudioAnnotation>;

const labelConfig = z.string().max(1_000_000);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([z.array(item).max(1000), item]);
/** Tasks carry their texts. */
const maxBodyBytes = 16 * 1024 * 1024;
const common = { tag: 'Label Studio', params: z.object({ projectId }), status: 200, maxBodyBytes } as const;

export const labelStudioHealth = endpoint({
  ...common,
  name: 'labelStudioHealth',
  method: 'GET',
  path: '/ml/:projectId/health',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  summary:
    'Label Studio asks whether the backend is up; HTTP basic with an API token as the password will do',
  response: z.object({ status: z.literal('UP'), model_class: z.string() }),
});
export const labelStudioSetup = endpoint({
  ...common,
  name: 'labelStudioSetup',
  method: 'POST',
  path: '/ml/:projectId/setup',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  summary: 'Label Studio shows its labeling configuration and asks for the version of the model',
  body: z.looseObject({ schema: labelConfig }),
  response: z.object({ model_version: z.string() }),
});
export const labelStudioPredict = endpoint({
  ...common,
  name: 'labelStudioPredict',
  method: 'POST',
  path: '/ml/:projectId/predict',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  summary: 'The present predictions of tasks, in their order; those of unknown tasks are empty',
  body: z.looseObject({ tasks: z.array(labelStudioTask).max(1000), label_config: labelConfig.nullish() }),
  response: z.object({
    results: z.array(
      z.object({
        result: z.array(
          z.object({
            from_name: z.string(),
            to_name: z.string(),
            type: z.literal('choices'),
            value: z.object({ choices: z.array(z.string()) }),
            score: z.number().describe('The probability of the class'),
          }),
        ),
        score: z
          .number()
          .describe(
            'The place in the ranking, 0 … 1: the lower, the sooner the item is to be labeled; 1: not ranked',
          ),
        model_version: z.string(),
      }),
    ),
    model_version: z.string(),
  }),
});
export const labelStudioWebhook = endpoint({
  ...common,
  name: 'labelStudioWebhook',
  method: 'POST',
  path: '/ml/:projectId/webhook',
  access: { atLeast: 'annotator' },
  scope: 'label',
  summary: 'Annotations that were made, changed or deleted in Label Studio; repeated messages change nothing',
  body: z.looseObject({
    action: z.string().max(100),
    annotation: oneOrMore(labelStudioAnnotation).optional(),
    annotations: z
      .array(z.looseObject({ id: externalId }))
      .max(1000)
      .optional(),
    id: externalId.optional().describe('Of a deleted annotation'),
    task: oneOrMore(labelStudioTask).nullish(),
    project: z.looseObject({ label_config: labelConfig.nullish() }).nullish(),
  }),
  response: z.object({
    status: z.enum(['ok', 'ignored']).describe('ignored: of an action that changes nothing here'),
    annotations: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(['applied', 'already-known', 'removed', 'ignored']),
        annotationId: z.string().nullable(),
        reason: z.string().nullable().describe('Why it was ignored: the code of an error, or a sentence'),
      }),
    ),
  }),
});
