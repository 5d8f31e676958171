import type { Queryable } from '../core/database.js';

export interface DatabaseSizes {
  readonly database: {
    readonly bytes: number;
    /** The largest, with their indexes and what is stored out of line; rows are an estimate of Postgres. */
    readonly tables: { readonly name: string; readonly bytes: number; readonly numRows: number | null }[];
  };
  /** Of all projects; each image is kept once. */
  readonly media: { readonly num: number; readonly bytes: number };
}

/** Reads the catalogue, and the one row that each image has. */
export async function readStorage(db: Pick<Queryable, 'query'>, numTables = 12): Promise<DatabaseSizes> {
  const [size] = await db.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database())::float8 AS bytes',
  );
  const tables = await db.query<DatabaseSizes['database']['tables'][number]>(
    `SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes,
       nullif(reltuples, -1)::float8 AS "numRows"
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_prisma%'
     ORDER BY 2 DESC, 1 LIMIT $1`,
    [numTables],
  );
  const [media] = await db.query<DatabaseSizes['media']>(
    'SELECT count(*)::float8 AS num, coalesce(sum(num_bytes), 0)::float8 AS bytes FROM media',
  );
  return { database: { bytes: size!.bytes, tables }, media: media! };
}
