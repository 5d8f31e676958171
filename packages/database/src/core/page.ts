import { TangentError } from '@tangent/contracts';

/** A page of a list; `nextCursor` is null at the end. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export type CursorValue = string | number;

/** A cursor holds the sort key of the last row of a page: later inserts neither repeat nor hide rows. */
export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What a value of a cursor may be, for anybody can make one up: Postgres must be able to read it as its column's type. */
const isKind: Record<string, (value: unknown) => boolean> = {
  s: (value) => typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value),
  n: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 28,
  f: (value) => typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)),
  t: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 8.64e15,
};

/**
 * Throws validation-failed for a cursor that this list did not make. `kinds` has a letter for each value: s text,
 * n a place in a list (four times it, as of bytes, is still an int4), f a number as text, t the milliseconds of a Date,
 * or a bigint.
 */
export function decodeCursor(cursor: string | undefined, kinds: string): CursorValue[] | null {
  if (cursor === undefined) return null;
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    values = null;
  }
  const isOurs =
    Array.isArray(values) &&
    values.length === kinds.length &&
    values.every((value, i) => isKind[kinds[i]!]!(value));
  if (isOurs) return values as CursorValue[];
  throw new TangentError(
    'validation-failed',
    'The cursor is not one of this list: leave it out to start anew.',
    {
      errors: [{ pointer: '/cursor', detail: 'is not a nextCursor of this list' }],
    },
  );
}

/** Makes the page from limit + 1 rows. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => T,
  keyOf: (row: Row) => readonly CursorValue[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: hasMore ? encodeCursor(keyOf(last)) : null };
}
