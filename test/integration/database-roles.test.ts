import { randomBytes } from 'node:crypto';
import {
  deleteProject,
  leaseNext,
  listAudit,
  newId,
  openDatabase,
  refreshStatistics,
  submitAnnotation,
  undoAnnotation,
} from '@tangent/database';
import { openQueue } from '@tangent/queue';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveApplicationRole } from '../../scripts/lib/application-role.mjs';
import {
  addItems,
  codeOf,
  makeProject,
  makeUser,
  nobody,
  runRound,
  textItem,
  useDatabase,
} from './support/database.js';

const house = useDatabase();
const role = `tangent_app_${randomBytes(5).toString('hex')}`;
let application: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  const { db } = house;
  await giveApplicationRole(db.url, { role });
  // A second start: the password is another, the rights are the same.
  application = openDatabase({ url: await giveApplicationRole(db.url, { role }) });
});
afterAll(async () => {
  await application.close();
  await house.db.query(`DROP OWNED BY ${role} CASCADE`);
  await house.db.query(`DROP ROLE ${role}`);
});

const refusal = '23514'; // check_violation, by the triggers
const noRight = '42501';

describe('a role of its own for the programs', () => {
  test('is enough for rounds, leases, annotations and people', async () => {
    const { projectId, annotators } = await makeProject(application, { labels: ['a', 'b'], holdout: ['a'] });
    const annotatorId = annotators[0]!;
    await runRound(application, projectId);
    const leased = await leaseNext(application, { projectId, annotatorId, count: 1 });
    if (leased.kind !== 'leased') throw new Error('nothing to lease');
    const { annotation } = await submitAnnotation(application, {
      itemId: leased.leases[0]!.item.id,
      annotatorId,
      leaseId: leased.leases[0]!.leaseId,
      answer: { classKey: 'a' },
    });
    await undoAnnotation(application, {
      annotationId: annotation.id,
      userId: annotatorId,
      mayUndoOthers: false,
    });
    await deleteProject(application, { projectId, actor: nobody });
    const { items } = await listAudit(application, { limit: 1 });
    expect(items[0]).toMatchObject({ action: 'project.delete', targetId: projectId });
  });

  test('cannot rewrite the audit, nor take away what keeps it from doing so', async () => {
    await makeUser(application);
    for (const sql of [
      `UPDATE audit SET action = 'nothing'`,
      'DELETE FROM audit',
      'TRUNCATE audit',
      'ALTER TABLE audit DISABLE TRIGGER ALL',
      'DROP TRIGGER audit_append_only ON audit',
      'DROP TABLE audit',
      'SET session_replication_role = replica',
      'DELETE FROM label_events',
      `UPDATE _prisma_migrations SET checksum = ''`,
      `SELECT tangent_grant_application('${role}')`,
    ])
      expect(await codeOf(application.query(sql)), sql).toBe(noRight);
  });

  test('tells the planner how large the pool is where it may maintain the tables, and else does no harm', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 20 });
    const numSeen = async () => {
      const [row] = await db.query<{ n: number }>(
        `SELECT reltuples::int AS n FROM pg_class WHERE oid = 'items'::regclass`,
      );
      return row!.n;
    };
    await db.query(`REVOKE MAINTAIN ON items, labels, label_events FROM ${role}`);
    await refreshStatistics(db);
    const before = await numSeen();
    expect(before).toBeGreaterThanOrEqual(20);
    await addItems(db, projectId, [textItem(), textItem()]);
    await refreshStatistics(application);
    expect(await numSeen()).toBe(before);
    await db.query(`GRANT MAINTAIN ON items, labels, label_events TO ${role}`);
    await refreshStatistics(application);
    expect(await numSeen()).toBe(before + 2);
  });

  test('may work with tables that a later migration makes', async () => {
    await house.db.query('CREATE TABLE later (id bigserial PRIMARY KEY, note text)');
    await application.query(`INSERT INTO later (note) VALUES ('works')`);
    expect(await application.query('SELECT note FROM later')).toEqual([{ note: 'works' }]);
    await house.db.query('DROP TABLE later');
  });
});

test('a queue that the owner has made is handed over, and goes on with what waited in it', async () => {
  const { db } = house;
  const job = { kind: 'train', roundId: newId('round'), attempt: 1 } as const;
  const before = await openQueue({ kind: 'postgres', databaseUrl: db.url });
  await before.publish(job);
  await before.close();
  const tablesOf = (owner: string) =>
    db.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'bullmq' AND tableowner = $1`, [owner]);
  const numTables = (await db.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'bullmq'`)).length;
  expect(numTables).toBeGreaterThan(0);
  expect(await tablesOf(role)).toEqual([]);
  const after = await openQueue({
    kind: 'postgres',
    databaseUrl: await giveApplicationRole(db.url, { role }),
  });
  expect(await tablesOf(role)).toHaveLength(numTables);
  expect(await after.backlog()).toContainEqual(expect.objectContaining({ queue: 'rounds', numWaiting: 1 }));
  await after.close();
});

test('the owner’s session cannot silence what guards the audit by calling itself a replica', async () => {
  await makeUser(house.db);
  const replica = openDatabase({ url: house.db.url, maxConnections: 1 });
  await replica.query('SET session_replication_role = replica');
  expect(await codeOf(replica.query(`UPDATE audit SET action = 'nothing'`))).toBe(refusal);
  expect(await codeOf(replica.query('DELETE FROM audit'))).toBe(refusal);
  expect(await codeOf(replica.query('TRUNCATE audit'))).toBe(refusal);
  await replica.close();
});

test('rights are not given to a role that they could not be kept from, nor to none', async () => {
  const grant = (name: string) => house.db.query('SELECT tangent_grant_application($1)', [name]);
  const [{ current_user: owner }] = (await house.db.query<{ current_user: string }>(
    'SELECT current_user',
  )) as [{ current_user: string }];
  await expect(grant(owner)).rejects.toThrow('no right can be kept from it');
  await expect(grant('tangent_nobody_at_all')).rejects.toThrow('there is no role');
});
