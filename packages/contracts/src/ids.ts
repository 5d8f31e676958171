import { z } from 'zod';

/** Prefix of the opaque id of every kind of thing. */
export const idPrefixes = {
  user: 'usr',
  session: 'ses',
  token: 'tok',
  project: 'prj',
  item: 'itm',
  operation: 'opn',
  round: 'rnd',
  modelVersion: 'mdl',
  network: 'net',
  ranking: 'rnk',
  lease: 'lse',
  annotation: 'ann',
  worker: 'wrk',
  liveRequest: 'lrq',
  request: 'req',
  webhook: 'whk',
  delivery: 'dlv',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** An opaque, prefixed id such as `itm_01jd…`: what follows the prefix is 26 lowercase base-32 digits. */
export const idSchema = (kind: IdKind) =>
  z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[kind]}_[0-9a-z]{26}$`),
      `must be an id of the form ${idPrefixes[kind]}_…`,
    )
    .meta({ example: `${idPrefixes[kind]}_01jdq8m5v0e8r9s7t6w5x4y3z2` });

export const projectId = idSchema('project');
export const itemId = idSchema('item');
export const roundId = idSchema('round');
export const userId = idSchema('user');
