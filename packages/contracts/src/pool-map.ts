import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { itemId, projectId } from './ids.js';
import { timestamp } from './primitives.js';

/** Points of a map at most; of a larger pool so many items are drawn by the round's seed. */
export const mostMapPoints = 100_000;
/** In `labels`: the item has none. */
export const noMapLabel = 0xffff;

/** The worker's part: where the items of a round's pool lie. */
export const mapReport = z.object({
  roundId: z.string(),
  numLandmarks: z.number().int(),
  /** Places of the points in the pool of the round, ascending, base64 of uint32; null: all of it. */
  points: z.string().nullable(),
  /** Base64 of uint16. */
  positions: z.string(),
});
export type MapReport = z.infer<typeof mapReport>;
/** The worker's part while it still lays out. */
export const mapComing = z.object({ progress: z.number().describe('Share that is laid out, 0 … 1') });
export type MapComing = z.infer<typeof mapComing>;

/** Not z.base64(): a megabyte of it is ours, and its pattern would be run over all of it. */
const numbers = (what: string) => z.string().describe(`${what}, little-endian, base64`);

export const poolMap = z.object({
  model: z
    .object({
      roundId: z.string(),
      version: z.number().int(),
      numLiveUpdates: z.number().int(),
      updatedAt: timestamp,
    })
    .nullable(),
  numItems: z.number().int().describe('Of the pool of the round'),
  numLandmarks: z.number().int().describe('Items that UMAP laid out; the others lie among them'),
  itemIds: z
    .array(itemId)
    .max(mostMapPoints)
    .describe('Of the points; what follows is in their order. Of a larger pool, items drawn by the seed'),
  classKeys: z.array(z.string()).describe('What predictions and labels count in'),
  positions: numbers('x and y of each point, one after the other, 0 … 65535 over one square: uint16'),
  predictions: numbers('Place of the predicted class in classKeys: uint16'),
  margins: numbers('Probability of the predicted class less that of the next, 0 … 255: uint8'),
  labels: numbers(`Place of the label in classKeys; ${noMapLabel}: none: uint16`),
  ranks: numbers('In the live ranking, 1 = best; 0: none: uint32'),
  reason: z.string().nullable().describe('Why there is no map; null: there is one'),
  progress: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('Share that is laid out of a map that is on its way: ask again in a second; null: none is'),
});
export type PoolMap = z.infer<typeof poolMap>;

export const getMap = endpoint({
  name: 'getMap',
  method: 'GET',
  path: '/v1/projects/:projectId/map',
  tag: 'Insight',
  access: { atLeast: 'reviewer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'Pool map: the pool in the plane by the kernel of the last model, with predictions, labels and ranks; ETag and If-None-Match',
  params: z.object({ projectId }),
  response: poolMap,
});
