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

/** Throws validation-failed for a cursor that this list did not make. `kinds`: one of 's' (text), 'n' (number) a value. */
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
    values.every((v, i) => (kinds[i] === 's' ? typeof v === 'string' : Number.isSafeInteger(v)));
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
