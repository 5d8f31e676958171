/** A statement that has run so often is likely to run again; one that is made for a single use never gets there. */
const runsBefore = 5;
/** What has a plan to keep; a cursor is declared anew each time. */
const planned = /^\s*(?:select|with|insert|update|delete)\b/i;
/** A connection keeps so many plans at most. */
const mostPrepared = 200;
/** Texts that are counted; those that are put together anew each time must not fill the memory. */
const mostCounted = 2_000;

const runs = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name under which a connection prepares this statement, so that the server reads and plans it once and not at every
 * run. Undefined while it has run too seldom.
 */
export function preparedName(sql: string): string | undefined {
  const name = names.get(sql);
  if (name !== undefined) return name;
  if (!planned.test(sql)) return undefined;
  const count = (runs.get(sql) ?? 0) + 1;
  if (count <= runsBefore) {
    if (count > 1 || runs.size < mostCounted) runs.set(sql, count);
    return undefined;
  }
  if (names.size >= mostPrepared) return undefined;
  const given = `s${names.size + 1}`;
  names.set(sql, given);
  runs.delete(sql);
  return given;
}
