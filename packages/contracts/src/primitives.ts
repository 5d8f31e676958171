import { z } from 'zod';

/** RFC 3339 in UTC, e.g. 2026-01-31T12:00:00.000Z. */
export const timestamp = z.iso.datetime().meta({ example: '2026-01-31T12:00:00.000Z' });

/** Cursor pagination: the same on every list. */
export const pageQuery = z.object({
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Key of a class within its project: stable, used in files and in the API. */
export const classKey = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\s/\\][^/\\]*$/, 'must not start with a space or hold a slash');
