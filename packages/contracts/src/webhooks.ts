import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, itemId, projectId, roundId } from './ids.js';
import { operation } from './imports.js';
import { skipReasons } from './labeling.js';
import { page, pageQuery, timestamp } from './primitives.js';
import { strategyName } from './projects.js';

/** What a webhook can be told of. */
export const webhookEventTypes = ['round.done', 'round.failed', 'label.created', 'import.done'] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

const webhookId = idSchema('webhook');
const deliveryId = idSchema('delivery');
const message = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({ type: z.literal(type), timestamp: timestamp.describe('When it happened'), data });

/** The body of a message. Its `webhook-id` header is the delivery’s id, the same at every attempt. */
export const webhookMessage = z.discriminatedUnion('type', [
  message(
    'round.done',
    z.object({
      projectId,
      roundId,
      number: z.number().int(),
      strategy: strategyName,
      modelVersion: z.number().int().nullable(),
      finishedAt: timestamp,
    }),
  ),
  message(
    'round.failed',
    z.object({
      projectId,
      roundId,
      number: z.number().int(),
      strategy: strategyName,
      error: z.object({ code: z.string(), detail: z.string() }),
      finishedAt: timestamp,
    }),
  ),
  message(
    'label.created',
    z.object({
      projectId,
      fromSeq: z.number().int(),
      toSeq: z.number().int(),
      labels: z.array(
        z.object({
          seq: z.number().int(),
          itemId,
          externalId: z.string().nullable(),
          classKey: z.string().nullable().describe('Null: the item has no label any more'),
          skip: z.enum(skipReasons).nullable(),
          at: timestamp,
        }),
      ),
    }),
  ).describe(
    'Labels that were set, changed or undone, batched: at most 1,000 a message, in the order of `seq`, which leaves no gap',
  ),
  message(
    'import.done',
    z.object({
      projectId,
      operationId: idSchema('operation'),
      status: z.enum(['done', 'failed']),
      counts: operation.shape.counts,
      finishedAt: timestamp,
    }),
  ),
  message('webhook.test', z.object({ projectId, webhookId })),
]);
export type WebhookMessage = z.infer<typeof webhookMessage>;

export const webhook = z.object({
  id: webhookId,
  projectId,
  url: z.string(),
  description: z.string(),
  eventTypes: z.array(z.enum(webhookEventTypes)),
  isEnabled: z.boolean(),
  disabledReason: z
    .enum(['user', 'failures', 'gone'])
    .nullable()
    .describe('failures: nothing was received for five days; gone: the receiver answered 410'),
  failingSince: timestamp.nullable().describe('Every attempt since then failed'),
  previousSecretUntil: timestamp
    .nullable()
    .describe('Until then messages are signed with the secret before the last rotation as well'),
  createdAt: timestamp,
});
export type Webhook = z.infer<typeof webhook>;

export const deliveryAttempt = z.object({
  number: z.number().int(),
  at: timestamp,
  durationMs: z.number().int(),
  responseStatus: z.number().int().nullable(),
  responseExcerpt: z.string().nullable().describe('The first 2,000 characters of the answer'),
  error: z
    .object({ code: z.string(), detail: z.string() })
    .nullable()
    .describe('Why there was no answer, such as timeout, address-refused, ECONNREFUSED'),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>;

export const delivery = z.object({
  id: deliveryId.describe('Sent as the header webhook-id'),
  webhookId,
  eventType: z.enum([...webhookEventTypes, 'webhook.test']),
  status: z.enum(['pending', 'delivered', 'failed']),
  numAttempts: z.number().int(),
  nextAttemptAt: timestamp.nullable(),
  deliveredAt: timestamp.nullable(),
  createdAt: timestamp,
  attempts: z.array(deliveryAttempt).describe('The last 20, oldest first'),
});
export type Delivery = z.infer<typeof delivery>;

const url = z.string().trim().min(1).max(2000).describe('https, to a public address');
const description = z.string().trim().max(500);
const eventTypes = z
  .array(z.enum(webhookEventTypes))
  .min(1)
  .max(webhookEventTypes.length)
  .refine((types) => new Set(types).size === types.length, 'must not name an event twice');
const withSecret = webhook.extend({
  secret: z.string().describe('whsec_…; shown this once. Receivers verify signatures with it'),
});
const common = { tag: 'Webhooks', access: { atLeast: 'engineer' } } as const;

export const createWebhook = endpoint({
  ...common,
  name: 'createWebhook',
  method: 'POST',
  path: '/v1/projects/:projectId/webhooks',
  scope: 'projects:write',
  status: 201,
  summary: 'Tell a server of events, signed by the Standard Webhooks rules; the secret is shown this once',
  params: z.object({ projectId }),
  body: z.object({
    url,
    description: description.default(''),
    eventTypes: eventTypes.default([...webhookEventTypes]),
  }),
  response: withSecret,
});
export const listWebhooks = endpoint({
  ...common,
  name: 'listWebhooks',
  method: 'GET',
  path: '/v1/projects/:projectId/webhooks',
  scope: 'projects:read',
  status: 200,
  summary: 'The webhooks of a project, newest first',
  params: z.object({ projectId }),
  query: pageQuery,
  response: page(webhook),
});
export const updateWebhook = endpoint({
  ...common,
  name: 'updateWebhook',
  method: 'PATCH',
  path: '/v1/webhooks/:webhookId',
  scope: 'projects:write',
  status: 200,
  summary:
    'Change a webhook, or switch it off and on; what happens while it is off is not told, and what waits is given up',
  params: z.object({ webhookId }),
  body: z.object({
    url: url.optional(),
    description: description.optional(),
    eventTypes: eventTypes.optional(),
    isEnabled: z.boolean().optional(),
  }),
  response: webhook,
});
export const deleteWebhook = endpoint({
  ...common,
  name: 'deleteWebhook',
  method: 'DELETE',
  path: '/v1/webhooks/:webhookId',
  scope: 'projects:write',
  status: 204,
  summary: 'Remove a webhook with its log',
  params: z.object({ webhookId }),
});
export const rotateWebhook = endpoint({
  ...common,
  name: 'rotateWebhook',
  method: 'POST',
  path: '/v1/webhooks/:webhookId/rotate',
  scope: 'projects:write',
  status: 200,
  summary: 'Make a new secret, shown this once; for a while messages are signed with both',
  params: z.object({ webhookId }),
  body: z.object({
    overlapHours: z
      .number()
      .int()
      .min(0)
      .max(168)
      .default(24)
      .describe('How long the old secret signs as well; 0 when it has leaked'),
  }),
  response: withSecret,
});
export const testWebhook = endpoint({
  ...common,
  name: 'testWebhook',
  method: 'POST',
  path: '/v1/webhooks/:webhookId/test',
  scope: 'projects:write',
  status: 202,
  summary: 'Send a webhook.test message; its fate stands in the deliveries',
  params: z.object({ webhookId }),
  response: delivery,
});
export const listDeliveries = endpoint({
  ...common,
  name: 'listDeliveries',
  method: 'GET',
  path: '/v1/webhooks/:webhookId/deliveries',
  scope: 'projects:read',
  status: 200,
  summary: 'What was sent, newest first, with every attempt; kept for 30 days',
  params: z.object({ webhookId }),
  query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: page(delivery),
});
export const replayDelivery = endpoint({
  ...common,
  name: 'replayDelivery',
  method: 'POST',
  path: '/v1/deliveries/:deliveryId/replay',
  scope: 'projects:write',
  status: 202,
  summary: 'Send a message again now, under the same webhook-id; the schedule of attempts starts anew',
  params: z.object({ deliveryId }),
  response: delivery,
});
