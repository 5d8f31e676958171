import { newId, submitAnnotation } from '@tangent/database';
import { expect, test } from 'vitest';
import { codeOf, makeProject, runRound, textItem, useDatabase } from './support/database.js';

// Straight SQL, as a program with a bug would write it: the database itself must refuse.
const house = useDatabase();
const sql = (text: string, values: readonly unknown[] = []) => codeOf(house.db.query(text, values));

const unique = '23505';
const refused = '23514'; // check constraints and our triggers
const foreignKey = '23503';

const insertLease = `INSERT INTO leases (id, project_id, item_id, slot, annotator_id, fence, arm, expires_at)
  VALUES ($1, $2, $3, $4, $5, 1, 'strategy', now() + interval '1 hour')`;
const insertAnnotation = `INSERT INTO annotations (id, project_id, item_id, annotator_id, class_key, skip_reason)
  VALUES ($1, $2, $3, $4, $5, $6)`;

test('a slot of an item has one live lease, and an annotator one live lease of an item', async () => {
  const { projectId, itemIds, annotators } = await makeProject(house.db, { numItems: 1, numAnnotators: 2 });
  const [first, second] = annotators;
  expect(await sql(insertLease, [newId('lease'), projectId, itemIds[0], 0, first])).toBe('it succeeded');
  expect(await sql(insertLease, [newId('lease'), projectId, itemIds[0], 0, second])).toBe(unique);
  expect(await sql(insertLease, [newId('lease'), projectId, itemIds[0], 1, first])).toBe(unique);
  expect(await sql(insertLease, [newId('lease'), projectId, itemIds[0], -1, second])).toBe(refused);
  expect(await sql(insertLease, [newId('lease'), projectId, itemIds[0], 1, second])).toBe('it succeeded');
});

test('a closed lease stays closed', async () => {
  const { projectId, itemIds, annotators } = await makeProject(house.db, { numItems: 1 });
  const id = newId('lease');
  await sql(insertLease, [id, projectId, itemIds[0], 0, annotators[0]]);
  expect(await sql('UPDATE leases SET closed_at = now() WHERE id = $1', [id])).toBe(refused);
  const close = `UPDATE leases SET closed_at = now(), closed_by = 'released' WHERE id = $1`;
  expect(await sql(close, [id])).toBe('it succeeded');
  expect(await sql('UPDATE leases SET closed_at = NULL, closed_by = NULL WHERE id = $1', [id])).toBe(refused);
  expect(await sql(`UPDATE leases SET expires_at = now() + interval '1 day' WHERE id = $1`, [id])).toBe(
    refused,
  );
});

test('an annotation is a class or a skip, of a known class and reason, one a person', async () => {
  const { projectId, itemIds, annotators } = await makeProject(house.db, { numItems: 1 });
  const insert = (classKey: string | null, skip: string | null) =>
    sql(insertAnnotation, [newId('annotation'), projectId, itemIds[0], annotators[0], classKey, skip]);
  expect(await insert('a', 'unsure')).toBe(refused);
  expect(await insert(null, null)).toBe(refused);
  expect(await insert(null, 'bored')).toBe(refused);
  expect(await insert('z', null)).toBe(foreignKey);
  expect(await insert('a', null)).toBe('it succeeded');
  expect(await insert('b', null)).toBe(unique);
});

test('annotations, leases and labels name the project of their item', async () => {
  const mine = await makeProject(house.db, { numItems: 1 });
  const foreign = await makeProject(house.db, { numItems: 1 });
  const user = mine.annotators[0];
  const item = foreign.itemIds[0];
  expect(await sql(insertAnnotation, [newId('annotation'), mine.projectId, item, user, 'a', null])).toBe(
    refused,
  );
  expect(await sql(insertLease, [newId('lease'), mine.projectId, item, 0, user])).toBe(refused);
  const label = `INSERT INTO labels (item_id, project_id, class_key, source, label_seq) VALUES ($1, $2, 'a', 'import', 1)`;
  expect(await sql(label, [item, mine.projectId])).toBe(refused);
});

test('an annotation is never deleted or changed, but superseded once', async () => {
  const { itemIds, annotators } = await makeProject(house.db, { numItems: 1 });
  const { annotation } = await submitAnnotation(house.db, {
    itemId: itemIds[0]!,
    annotatorId: annotators[0]!,
    answer: { classKey: 'a' },
  });
  const { id } = annotation;
  expect(await sql('DELETE FROM annotations WHERE id = $1', [id])).toBe(refused);
  expect(await sql('TRUNCATE annotations CASCADE')).toBe(refused);
  expect(await sql(`UPDATE annotations SET class_key = 'b' WHERE id = $1`, [id])).toBe(refused);
  expect(await sql('UPDATE annotations SET flag = true WHERE id = $1', [id])).toBe(refused);
  expect(await sql('UPDATE annotations SET superseded_at = now() WHERE id = $1', [id])).toBe(refused);
  const supersede = 'UPDATE annotations SET superseded_at = now(), superseded_by_id = $2 WHERE id = $1';
  expect(await sql(supersede, [id, annotators[0]])).toBe('it succeeded');
  expect(await sql(supersede, [id, annotators[0]])).toBe(refused);
  const revive = 'UPDATE annotations SET superseded_at = NULL, superseded_by_id = NULL WHERE id = $1';
  expect(await sql(revive, [id])).toBe(refused);
  // With its item it would go as well. (Postgres 18 has a code of its own for ON DELETE RESTRICT.)
  expect([foreignKey, '23001']).toContain(await sql('DELETE FROM items WHERE id = $1', [itemIds[0]]));
});

test('a round moves forward, one phase at a time; done and cancelled are final', async () => {
  const { projectId } = await makeProject(house.db, { labels: ['a', 'b'], numItems: 1 });
  let number = 0;
  const make = async (status: string) => {
    const id = newId('round');
    await house.db.query(
      `INSERT INTO rounds (id, project_id, number, status, trigger, strategy, seed, batch_size, config, label_seq, failed_in)
       VALUES ($1, $2, $3, $4::round_status, 'request', 'random', 1, 1, '{}', 0,
         CASE WHEN $4 = 'failed' THEN 'scoring'::round_status END)`,
      [id, projectId, ++number, status],
    );
    return id;
  };
  const move = async (from: string, set: string) => {
    const id = await make(from);
    const code = await sql(`UPDATE rounds SET ${set} WHERE id = $1`, [id]);
    await house.db.query('DELETE FROM rounds WHERE id = $1', [id]);
    return code;
  };
  const phases = ['planned', 'training', 'featurizing', 'scoring', 'selecting', 'done'];
  for (const [i, from] of phases.entries()) {
    for (const [j, to] of phases.entries()) {
      const isAllowed = i === j || (j === i + 1 && from !== 'done');
      expect(await move(from, `status = '${to}'`), `${from} → ${to}`).toBe(
        isAllowed ? 'it succeeded' : refused,
      );
    }
    const isActive = from !== 'done';
    expect(await move(from, `status = 'failed', failed_in = 'planned'`)).toBe(
      isActive ? 'it succeeded' : refused,
    );
    expect(await move(from, `status = 'cancelled'`)).toBe(isActive ? 'it succeeded' : refused);
    expect(await move(from, 'attempt = attempt + 1')).toBe(refused);
  }
  expect(await move('training', `status = 'failed'`)).toBe(refused);
  for (const to of phases) expect(await move('cancelled', `status = '${to}'`)).toBe(refused);
  // A retry leads back from scoring, with the next attempt and not beyond the phase that failed.
  expect(await move('failed', `status = 'scoring', attempt = attempt + 1`)).toBe('it succeeded');
  expect(await move('failed', `status = 'planned', attempt = attempt + 1`)).toBe('it succeeded');
  expect(await move('failed', `status = 'selecting', attempt = attempt + 1`)).toBe(refused);
  expect(await move('failed', `status = 'scoring'`)).toBe(refused);
  expect(await move('failed', `status = 'scoring', attempt = attempt + 2`)).toBe(refused);
  expect(await move('failed', `status = 'cancelled'`)).toBe(refused);
});

test('what a round was started with, and its results, never change', async () => {
  const { projectId } = await makeProject(house.db, { labels: ['a', 'b'], numItems: 3 });
  const { roundId } = await runRound(house.db, projectId);
  for (const set of [
    `seed = seed + 1`,
    `config = '{"x": 1}'`,
    `snapshot_key = 'other'`,
    `strategy = 'margin'`,
  ])
    expect(await sql(`UPDATE rounds SET ${set} WHERE id = $1`, [roundId])).toBe(refused);
  expect(
    await sql(`UPDATE rankings SET num_selected = 0 WHERE round_id = $1 AND kind = 'round'`, [roundId]),
  ).toBe(refused);
  expect(await sql('UPDATE model_versions SET num_labels = 99 WHERE project_id = $1', [projectId])).toBe(
    refused,
  );
  const copy = (kind: string) =>
    sql(
      `INSERT INTO rankings (id, project_id, round_id, round_number, kind, item_ids, scores, label_seq)
       SELECT 'rnk_copy', project_id, round_id, round_number, kind, item_ids, scores, label_seq FROM rankings
       WHERE round_id = $1 AND kind = '${kind}'`,
      [roundId],
    );
  expect(await copy('live')).toBe(unique);
  expect(await copy('round')).toBe(unique);
});

test('a project has one active round', async () => {
  const { projectId } = await makeProject(house.db, { numItems: 1 });
  const insert = (number: number, status: string) =>
    sql(
      `INSERT INTO rounds (id, project_id, number, status, trigger, strategy, seed, batch_size, config, label_seq)
       VALUES ($1, $2, $3, $4::round_status, 'request', 'random', 1, 1, '{}', 0)`,
      [newId('round'), projectId, number, status],
    );
  expect(await insert(1, 'done')).toBe('it succeeded');
  expect(await insert(2, 'scoring')).toBe('it succeeded');
  expect(await insert(3, 'planned')).toBe(unique);
  expect(await insert(3, 'done')).toBe('it succeeded');
});

test('the attempt of a shard never falls, and its scores line up with its items', async () => {
  const { projectId } = await makeProject(house.db, { labels: ['a', 'b'], numItems: 3 });
  const { roundId } = await runRound(house.db, projectId);
  const update = (set: string) =>
    sql(`UPDATE round_shards SET ${set} WHERE round_id = $1 AND index = 0`, [roundId]);
  expect(await update('features_attempt = 2')).toBe('it succeeded');
  expect(await update('features_attempt = 1')).toBe(refused);
  expect(await update('score_attempt = 0')).toBe(refused);
  expect(await update(`scores = '\\x00000000'`)).toBe(refused);
  expect(await update(`item_ids = '{}'`)).toBe(refused);
  expect(
    await sql(`UPDATE rankings SET scores = '\\x00' WHERE round_id = $1 AND kind = 'live'`, [roundId]),
  ).toBe(refused);
  expect(
    await sql(`UPDATE predictions SET probabilities = '\\x0000' WHERE project_id = $1`, [projectId]),
  ).toBe(refused);
});

test('the audit log and the label events only grow', async () => {
  const { projectId } = await makeProject(house.db, { labels: ['a'], numItems: 0 });
  expect(await sql(`UPDATE audit SET action = 'nothing'`)).toBe(refused);
  expect(await sql('DELETE FROM audit')).toBe(refused);
  expect(await sql('TRUNCATE audit')).toBe(refused);
  expect(await sql('UPDATE label_events SET seq = 9 WHERE project_id = $1', [projectId])).toBe(refused);
  expect(await sql('DELETE FROM label_events WHERE project_id = $1', [projectId])).toBe(refused);
  expect(await sql('TRUNCATE label_events')).toBe(refused);
  expect(await sql('DELETE FROM projects WHERE id = $1', [projectId])).not.toBe('it succeeded');
});

test('counters do not fall below zero, and values that make no sense are refused', async () => {
  const { projectId, itemIds } = await makeProject(house.db, { numItems: 1, holdout: ['a'] });
  const project = (set: string) => sql(`UPDATE projects SET ${set} WHERE id = $1`, [projectId]);
  expect(await project('label_seq = -1')).toBe(refused);
  expect(await project('next_ordinal = -1')).toBe(refused);
  const item = (i: number, set: string) => sql(`UPDATE items SET ${set} WHERE id = $1`, [itemIds[i]]);
  expect(await item(0, 'num_annotations = -1')).toBe(refused);
  expect(await item(0, `vector = '\\x00000000'`)).toBe(refused);
  expect(await item(0, 'text = NULL')).toBe(refused);
  expect(await item(0, `text = NULL, vector = '\\x000000'`)).toBe(refused);
  expect(await item(0, `imported_class = 'z'`)).toBe(foreignKey);
  expect(await item(0, 'is_holdout = true')).toBe(refused);
  expect(await item(0, 'is_gold = true')).toBe(refused);
  expect(await item(1, 'is_gold = true')).toBe('it succeeded');
  expect(await item(1, `status = 'unlabeled'`)).toBe(refused);
  expect(await sql(`UPDATE users SET email = 'Upper@tangent.test'`)).not.toBe('it succeeded');
  const { text, contentHash } = textItem();
  const insert = `INSERT INTO items (id, project_id, ordinal, text, content_hash) VALUES ($1, $2, $3, $4, $5)`;
  expect(await sql(insert, [newId('item'), projectId, 0, text, contentHash])).toBe(unique);
});
