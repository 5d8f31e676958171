/**
 * For a statement that is its own transaction and reads from `unhurried`: its commit does not wait for the disk. A server
 * that dies in the next moment may have forgotten it, and nothing else.
 */
export const unhurriedSql = `unhurried AS (SELECT set_config('synchronous_commit', 'off', true))`;
