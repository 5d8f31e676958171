import { type Database, inTransaction, openDatabase, openExport } from '@tangent/database';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, makeProject, useDatabase } from './support/database.js';

// A process that is frozen in the middle of a transaction must not keep its rows from everybody for ever.

const house = useDatabase();

const rename = (db: Pick<Database, 'query'>, projectId: string, name: string) =>
  db.query(`UPDATE projects SET name = $2 WHERE id = $1`, [projectId, name]);

/** Renames the project and then stands still, as a frozen process does, until it is told to go on; what becomes of it. */
async function standStill(db: Database, projectId: string) {
  let goOn = () => {};
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let code: Promise<string> | undefined;
  await new Promise<void>((standsStill) => {
    const work = inTransaction(db, async (tx) => {
      await rename(tx, projectId, 'of a frozen process');
      standsStill();
      await told;
      await rename(tx, projectId, 'of a process that woke');
    });
    code = codeOf(work);
  });
  return { goOn, code: code! };
}

test('a transaction that stands still is ended by the server: its row is free, its work undone, its pool goes on', async () => {
  const { projectId } = await makeProject(house.db);
  const frozen = openDatabase({ url: house.db.url, maxConnections: 1, idleTransactionMs: 300 });
  onTestFinished(() => frozen.close());
  const { goOn, code } = await standStill(frozen, projectId);
  // Waits for the row, until the server has ended the other one.
  await rename(house.db, projectId, 'of another');
  goOn();
  expect(await code).toBe('database-unavailable');
  expect(await frozen.query('SELECT name FROM projects WHERE id = $1', [projectId])).toEqual([
    { name: 'of another' },
  ]);
});

test('every connection has the bound; a snapshot outlives it, since it keeps nothing from anybody', async () => {
  const { db } = house;
  const setting = await db.query('SHOW idle_in_transaction_session_timeout');
  expect(setting).toEqual([{ idle_in_transaction_session_timeout: '1min' }]);
  const { projectId } = await makeProject(db, { numItems: 3 });
  const hasty = openDatabase({ url: db.url, maxConnections: 2, idleTransactionMs: 100 });
  onTestFinished(() => hasty.close());
  const exported = await openExport(hasty, projectId);
  // One that began later is ended first.
  const { goOn, code } = await standStill(hasty, projectId);
  await rename(db, projectId, 'of another');
  goOn();
  expect(await code).toBe('database-unavailable');
  let numRows = 0;
  for await (const rows of exported.batches()) numRows += rows.length;
  await exported.close();
  expect(numRows).toBe(3);
});
