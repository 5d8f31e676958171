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

type Optionals<S> = {
  [K in keyof S]: S[K] extends z.ZodDefault<infer T extends z.ZodType> ? z.ZodOptional<T> : never;
};
/** The fields of an object, each optional and without its default: what a change may name. */
export function withoutDefaults<S extends Record<string, z.ZodDefault<z.ZodType>>>(
  shape: S,
): z.ZodObject<Optionals<S>> {
  const fields = Object.entries(shape).map(([name, field]) => [name, field.unwrap().optional()]);
  return z.object(Object.fromEntries(fields) as Optionals<S>);
}

/** Levels of JSON within JSON: nothing here needs a dozen, and what walks a value by calling itself dies of thousands. */
export const mostLevels = 64;

/** Whether JSON is nested deeper than `levels`; looks no further itself. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
