import { z } from 'zod';
import { forecastReport } from './forecast.js';
import { explanation, whatIf } from './items.js';
import { labReport } from './lab.js';
import { mapComing, mapReport } from './pool-map.js';
import { suspectsReport } from './suspects.js';

/** Postgres NOTIFY channels. */
export const channels = {
  /** Payload: a ProjectEvent as JSON. */
  events: 'tangent_events',
  /** Payload: LiveSignal as JSON, for the worker that holds a project's live model. */
  live: 'tangent_live',
  /** Empty payload: the outbox has a new message. */
  outbox: 'tangent_outbox',
} as const;

/** Question to the worker that holds a project's look-ahead state in memory; the reply stands in the live_request row. */
export const liveQuestion = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('what-if'), itemId: z.string() }),
  z.object({ kind: z.literal('explanation'), itemId: z.string() }),
  z.object({
    kind: z.literal('suspects'),
    limit: z.number().int(),
    after: z.object({ score: z.number(), itemId: z.string() }).nullable(),
  }),
  z.object({ kind: z.literal('forecast'), batch: z.number().int() }),
  z.object({ kind: z.literal('lab'), items: z.number().int(), seed: z.number().int().nullable() }),
  z.object({ kind: z.literal('map') }),
]);
export type LiveQuestion = z.infer<typeof liveQuestion>;
export const liveReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('what-if'), answer: whatIf }),
  z.object({ kind: z.literal('explanation'), answer: explanation }),
  z.object({ kind: z.literal('unknown-item') }),
  z.object({ kind: z.literal('suspects'), answer: suspectsReport }),
  z.object({ kind: z.literal('forecast'), answer: forecastReport }),
  z.object({ kind: z.literal('lab'), answer: labReport }),
  z.object({ kind: z.literal('map'), answer: z.union([mapReport, mapComing]) }),
  z.object({ kind: z.literal('failed'), detail: z.string() }),
]);
export type LiveReply = z.infer<typeof liveReply>;

export const liveSignal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('question'), projectId: z.string(), requestId: z.string() }),
  z.object({ kind: z.literal('reply'), projectId: z.string(), requestId: z.string() }),
]);
export type LiveSignal = z.infer<typeof liveSignal>;
