import type { Operation, RowError } from '@tangent/contracts';
import { formatCount } from '../../lib/format';

/** Where in the file: “line 12”, “record 3”, “cats/7.png”. */
export function placeOf({ line, record, file }: RowError): string {
  if (file !== undefined) return line === undefined ? file : `${file}, line ${formatCount(line)}`;
  if (line !== undefined) return `line ${formatCount(line)}`;
  return record === undefined ? 'the file' : `record ${formatCount(record)}`;
}

/** The codes of errors with their numbers, the most frequent first. */
export function codesOf(errors: readonly RowError[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { code } of errors) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Why the import as a whole came to nothing: the error that ended it comes first. */
export const failureOf = (operation: Operation): RowError | null =>
  operation.status === 'failed' ? (operation.errors[0] ?? null) : null;
