// What lies in the schema `public`: the truth. The queue's own schema is left out, for workers rebuild it from here.
import { quoted } from '../lib/postgres-client.mjs';

/** The same rows give the same text, whatever the defaults of server and role are. */
export async function fixTextFormat(client) {
  await client.query(`SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET intervalstyle = 'postgres';
    SET bytea_output = 'hex'; SET extra_float_digits = 3; SET client_encoding = 'UTF8';
    SET synchronize_seqscans = off; SET search_path = public`);
}

/**
 * Tables with their columns, each after those that it refers to.
 *
 * @returns {Promise<{ name: string, columns: string[] }[]>}
 */
export async function readTables(client) {
  const { rows: tables } = await client.query(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname`,
  );
  const { rows: references } = await client.query(
    `SELECT c.relname AS "from", t.relname AS "to" FROM pg_constraint k
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid`,
  );
  const ordered = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ name }) => !references.some(({ from, to }) => from === name && left.has(to)),
    );
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()]}`);
    for (const table of free) left.delete(table.name);
    ordered.push(...free);
  }
  return ordered;
}

/** @returns {Promise<{ name: string, lastValue: string, isCalled: boolean }[]>} */
export async function readSequences(client) {
  const { rows } = await client.query(
    "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
  );
  const sequences = [];
  for (const { name } of rows) {
    const { rows: values } = await client.query(`SELECT last_value::text, is_called FROM ${quoted(name)}`);
    sequences.push({ name, lastValue: values[0].last_value, isCalled: values[0].is_called });
  }
  return sequences;
}

/** @param {{ name: string, columns: string[] }} table */
export const target = ({ name, columns }) => `${quoted(name)} (${columns.map(quoted).join(', ')})`;
