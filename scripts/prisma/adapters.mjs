// What the schema engine talks to: node-postgres through Prisma's adapter, with three repairs; or nothing at all.
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { execute, quoted } from './connection.mjs';
import { executePatiently } from './patience.mjs';

const charOid = 18; // the catalog type "char", which the adapter does not know
const textOid = 25;
const characterColumn = 6; // ColumnTypeEnum.Character of @prisma/driver-adapter-utils

/** The adapter to a database that is there. */
export class LiveAdapter extends PrismaPg {
  constructor({ settings, schema }) {
    super(settings, { schema });
    this.target = { settings, schema };
  }

  async connect() {
    return repaired(await super.connect());
  }

  // The original drops the shadow database while its own pool still holds it open.
  async connectToShadowDb() {
    const { settings, schema } = this.target;
    const database = `prisma_migrate_shadow_db_${randomUUID()}`;
    await execute(settings, `CREATE DATABASE ${quoted(database)}`);
    const adapter = await new PrismaPg({ ...settings, database }, { schema }).connect();
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await execute(settings, `DROP DATABASE ${quoted(database)} WITH (FORCE)`);
    };
    return repaired(adapter);
  }
}

/** A diff between two schema files needs no database; the engine still greets one with a single query. */
export function offlineAdapter() {
  const refuse = async () => {
    throw new Error('this command works without a database and must not ask one');
  };
  const greeting = {
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [5, 7, 0],
    rows: [[true, 'PostgreSQL 18.0', 180_000]],
  };
  const connection = {
    provider: 'postgres',
    adapterName: 'offline',
    queryRaw: async () => greeting,
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    dispose: async () => {},
    getConnectionInfo: () => ({ supportsRelationJoins: true }),
  };
  const connect = async () => connection;
  return { provider: 'postgres', adapterName: 'offline', connect, connectToShadowDb: connect };
}

function repaired(connection) {
  const startTransaction = connection.startTransaction.bind(connection);
  connection.startTransaction = async (level) => readingChars(await startTransaction(level));
  // The original cuts scripts at every ';' and so breaks functions and triggers. Postgres runs a whole script.
  connection.executeScript = async (script) => {
    try {
      await executePatiently(connection.underlyingDriver(), script);
    } catch (error) {
      connection.onError(error);
    }
  };
  return readingChars(connection);
}

/** Reads "char" columns as text and reports them as characters. */
function readingChars(queryable) {
  const performIO = queryable.performIO.bind(queryable);
  const queryRaw = queryable.queryRaw.bind(queryable);
  let charColumns = [];
  queryable.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== charOid) continue;
      field.dataTypeID = textOid;
      charColumns.push(index);
    }
    return result;
  };
  queryable.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns) result.columnTypes[index] = characterColumn;
    return result;
  };
  return queryable;
}
