import { channels, type ProjectEvent } from '@tangent/contracts';
import {
  type Answer,
  getItem,
  getProject,
  labelEventsSince,
  leaseNext,
  listen,
  listRounds,
  readPool,
  submitAnnotation,
  updateProject,
} from '@tangent/database';
import { expect, test } from 'vitest';
import { codeOf, collect, makeProject, nobody, soon, useDatabase } from './support/database.js';

// What becomes of answers that were too few when the project asks fewer annotators about an item.

const house = useDatabase({ maxConnections: 20 });

const lower = (projectId: string, settings: Record<string, unknown>, expectedVersion?: number) =>
  updateProject(house.db, { projectId, settings, expectedVersion, actor: nobody });

const says = (itemId: string, annotatorId: string, answer: Answer, flag = false) =>
  submitAnnotation(house.db, { itemId, annotatorId, answer, flag });

test('with a lower overlap items are what the answers say that they have, each with its event', async () => {
  const { db } = house;
  const { projectId, annotators, itemIds } = await makeProject(db, {
    settings: { overlap: 3, requeue: { flagged: 'others' }, trigger: { everyLabels: 3 } },
    numItems: 6,
    labels: ['a', 'b'],
    numAnnotators: 3,
  });
  const [first, second] = annotators as [string, string];
  const [, , agreed, skipped, tied, single, doubted, untouched] = itemIds as string[];
  for (const [itemId, ...answers] of [
    [agreed, { classKey: 'c' }, { classKey: 'c' }],
    [skipped, { skip: 'broken' }, { skip: 'broken' }],
    [tied, { classKey: 'b' }, { classKey: 'a' }],
    [single, { classKey: 'a' }],
  ] as const)
    for (const [i, answer] of answers.entries()) await says(itemId!, annotators[i]!, answer);
  await says(doubted!, first, { classKey: 'a' }, true);
  await says(doubted!, second, { classKey: 'a' });
  const held = await leaseNext(db, { projectId, annotatorId: annotators[2]!, count: 1 });

  const told: ProjectEvent[] = [];
  const listener = await listen({
    url: db.url,
    channels: [channels.events],
    onMessage: ({ payload }) => told.push(JSON.parse(payload)),
    onError: () => undefined,
  });
  expect(await codeOf(lower(projectId, { overlap: 2 }, 7))).toBe('settings-changed');
  expect((await getProject(db, projectId)).counts).toMatchObject({ labeled: 2, unlabeled: 6 });
  expect((await listRounds(db, { projectId, limit: 10 })).items).toEqual([]);
  await lower(projectId, { overlap: 2 });

  expect(await Promise.all(itemIds.slice(2).map(async (id) => (await getItem(db, id)).label))).toEqual([
    'c',
    null,
    'b',
    null,
    null,
    null,
  ]);
  expect((await getProject(db, projectId)).counts).toMatchObject({ labeled: 4, skipped: 1, unlabeled: 3 });
  const events = await labelEventsSince(db, { projectId, seq: 0, limit: 10 });
  expect(events.map(({ seq, itemId, classKey, skip }) => [seq, itemId, classKey, skip]).slice(-3)).toEqual([
    [3, agreed, 'c', null],
    [4, skipped, null, 'broken'],
    [5, tied, 'b', null],
  ]);
  await expect
    .poll(() => told.filter(({ type }) => type === 'label.created'), soon)
    .toEqual(
      [agreed, skipped, tied].map((itemId, i) => ({
        type: 'label.created',
        projectId,
        itemId,
        labelSeq: 3 + i,
      })),
    );
  await listener.close();

  // The round that these labels made due, and what it learns from.
  expect((await listRounds(db, { projectId, limit: 10 })).items).toMatchObject([{ trigger: 'first' }]);
  const pool = await readPool(db, projectId, async ({ rows }) => collect(rows));
  const targets = new Map(pool.map(({ itemId, classKey }) => [itemId, classKey]));
  expect([agreed, tied, single].map((id) => targets.get(id!))).toEqual(['c', 'b', null]);

  // Whoever has one of them in hand is told to go on; what is short of answers is handed out.
  if (held.kind !== 'leased') throw new Error(held.reason);
  expect(held.leases[0]!.item.id).toBe(agreed);
  const { leaseId } = held.leases[0]!;
  const late = { itemId: agreed!, annotatorId: annotators[2]!, leaseId, answer: { classKey: 'a' } };
  expect(await codeOf(submitAnnotation(db, late))).toBe('already-annotated');
  const next = await leaseNext(db, { projectId, annotatorId: annotators[2]!, count: 10 });
  expect(next).toMatchObject({
    leases: [{ item: { id: single } }, { item: { id: doubted } }, { item: { id: untouched } }],
  });
  await says(doubted!, annotators[2]!, { classKey: 'b' });
  expect((await getItem(db, doubted!)).label).toBe('a');
});

test('an answer that is under way while the overlap is lowered is not left behind', async () => {
  const { db } = house;
  const { projectId, annotators, itemIds } = await makeProject(db, { settings: { overlap: 2 }, numItems: 1 });
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let isThere = () => {};
  const there = new Promise<void>((resolve) => {
    isThere = resolve;
  });
  const answering = submitAnnotation(db, {
    itemId: itemIds[0]!,
    annotatorId: annotators[0]!,
    answer: { classKey: 'b' },
    also: () => {
      isThere();
      return gate;
    },
  });
  await there;
  let isLowered = false;
  const lowering = lower(projectId, { overlap: 1 }).then(() => {
    isLowered = true;
  });
  const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  await expect
    .poll(async () => isLowered || (await db.query<{ n: number }>(waiting))[0]!.n === 1, soon)
    .toBe(true);
  open();
  await Promise.all([answering, lowering]);
  expect(await getItem(db, itemIds[0]!)).toMatchObject({ status: 'labeled', label: 'b' });
});

test('thousands of items settle in one change, without a gap between their events', async () => {
  const { db } = house;
  const numItems = 4500;
  const { projectId, annotators, itemIds } = await makeProject(db, { settings: { overlap: 2 }, numItems });
  // As submitAnnotation leaves them, all at once.
  await db.query(
    `INSERT INTO annotations (id, project_id, item_id, annotator_id, class_key, flag, created_at)
     SELECT 'ann_' || id, $1, id, $2, CASE WHEN ordinal % 2 = 0 THEN 'a' ELSE 'b' END, false, now()
     FROM items WHERE project_id = $1`,
    [projectId, annotators[0]],
  );
  await db.query('UPDATE items SET num_annotations = 1 WHERE project_id = $1', [projectId]);
  await lower(projectId, { overlap: 1 });
  expect((await getProject(db, projectId)).counts).toMatchObject({ labeled: numItems, unlabeled: 0 });
  const events = await labelEventsSince(db, { projectId, seq: 0, limit: 10_000 });
  expect(events.map(({ seq, itemId, classKey }) => [seq, itemId, classKey])).toEqual(
    itemIds.map((id, i) => [i + 1, id, 'ab'[i % 2]]),
  );
});
