import { channels, type ProjectEvent, type SkipReason } from '@tangent/contracts';
import {
  type Database,
  getItem,
  labelEventsSince,
  leaseNext,
  listAnnotations,
  listAudit,
  listen,
  listRounds,
  openDatabase,
  readPool,
  reviewLabel,
  type SubmitInput,
  startAgedRounds,
  submitAnnotation,
  undoAnnotation,
} from '@tangent/database';
import { describe, expect, test, vi } from 'vitest';
import { codeOf, collect, makeProject, makeUser, soon, useDatabase } from './support/database.js';

const house = useDatabase({ maxConnections: 40 });

async function answer(
  db: Database,
  itemId: string,
  annotatorId: string,
  classKey: string,
  more: Partial<SubmitInput> = {},
) {
  return submitAnnotation(db, { itemId, annotatorId, answer: { classKey }, ...more });
}

const skip = (db: Database, itemId: string, annotatorId: string, reason: SkipReason) =>
  submitAnnotation(db, { itemId, annotatorId, answer: { skip: reason } });

const stateOf = async (db: Database, itemId: string) => {
  const { status, label } = await getItem(db, itemId);
  return { status, label };
};

async function leaseOne(db: Database, projectId: string, annotatorId: string) {
  const result = await leaseNext(db, { projectId, annotatorId, count: 1 });
  if (result.kind !== 'leased') throw new Error(result.reason);
  return result.leases[0]!;
}

describe('one annotator', () => {
  test('an answer labels the item, ends the lease, and is an event with the next number', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 2 });
    const annotatorId = annotators[0]!;
    const { leaseId, item } = await leaseOne(db, projectId, annotatorId);
    const { annotation, labelSeq } = await answer(db, item.id, annotatorId, 'b', {
      leaseId,
      flag: true,
      activeMs: 700,
      wallMs: 900,
    });
    expect(annotation).toMatchObject({
      itemId: itemIds[0],
      classKey: 'b',
      skip: null,
      flag: true,
      annotatorId,
    });
    expect(labelSeq).toBe(1);
    expect(await stateOf(db, item.id)).toEqual({ status: 'labeled', label: 'b' });
    const stored = await db.prisma.annotation.findUniqueOrThrow({ where: { id: annotation.id } });
    expect(stored).toMatchObject({ leaseId, arm: 'unranked', activeMs: 700, wallMs: 900 });
    const ended = await db.prisma.lease.findUniqueOrThrow({ where: { id: leaseId } });
    expect(ended.closedBy).toBe('annotated');
    expect(await labelEventsSince(db, { projectId, seq: 0, limit: 10 })).toMatchObject([
      { seq: 1, itemId: item.id, classKey: 'b', skip: null },
    ]);
  });

  test('a second answer replaces the first, which stays in the history', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const [itemId, annotatorId] = [itemIds[0]!, annotators[0]!];
    const first = await answer(db, itemId, annotatorId, 'a');
    const second = await answer(db, itemId, annotatorId, 'b');
    expect(second.annotation.supersedes).toBe(first.annotation.id);
    expect(second.labelSeq).toBe(2);
    expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'b' });
    const page = { projectId, limit: 10 };
    const live = await listAnnotations(db, { ...page, includeSuperseded: false });
    expect(live.items.map(({ id }) => id)).toEqual([second.annotation.id]);
    const all = await listAnnotations(db, { ...page, includeSuperseded: true });
    expect(all.items.map(({ id }) => id)).toEqual([second.annotation.id, first.annotation.id]);
    expect(all.items[1]!.supersededAt).not.toBeNull();
  });

  test('the same class again is a new answer but no event', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    await answer(db, itemIds[0]!, annotators[0]!, 'a');
    const again = await answer(db, itemIds[0]!, annotators[0]!, 'a', { flag: true });
    expect(again.labelSeq).toBeNull();
    expect(await labelEventsSince(db, { projectId, seq: 0, limit: 10 })).toHaveLength(1);
  });

  test('the same request sent twice gives the same annotation', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { numItems: 1 });
    const { leaseId, item } = await leaseOne(db, projectId, annotators[0]!);
    const send = () => answer(db, item.id, annotators[0]!, 'a', { leaseId });
    const sent = await Promise.all([send(), send(), send()]);
    expect(new Set(sent.map(({ annotation }) => annotation.id)).size).toBe(1);
    expect(await db.prisma.annotation.count({ where: { itemId: item.id } })).toBe(1);
  });

  test('undo frees the item; undoing twice, or what is not there, is refused', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const [itemId, userId] = [itemIds[0]!, annotators[0]!];
    const { leaseId } = await leaseOne(db, projectId, userId);
    const { annotation } = await answer(db, itemId, userId, 'a', { leaseId });
    const undo = (annotationId: string) => undoAnnotation(db, { annotationId, userId, mayUndoOthers: false });
    expect(await undo(annotation.id)).toEqual({ itemId, projectId, labelSeq: 2 });
    expect(await stateOf(db, itemId)).toEqual({ status: 'unlabeled', label: null });
    expect(await labelEventsSince(db, { projectId, seq: 1, limit: 10 })).toMatchObject([
      { seq: 2, classKey: null, skip: null },
    ]);
    expect(await codeOf(undo(annotation.id))).toBe('annotation-superseded');
    expect(await codeOf(undo('ann_none'))).toBe('not-found');
    const again = await leaseOne(db, projectId, userId);
    expect(again.item.id).toBe(itemId);
    // The used lease is spent, but the item is held by the same annotator under the new one.
    await answer(db, itemId, userId, 'b', { leaseId: again.leaseId });
    expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'b' });
  });

  test('others’ answers are undone by reviewers only', async () => {
    const { db } = house;
    const { annotators, itemIds } = await makeProject(db, { numItems: 1, numAnnotators: 2 });
    const [owner, other] = annotators as [string, string];
    const { annotation } = await answer(db, itemIds[0]!, owner, 'a');
    const undo = { annotationId: annotation.id, userId: other };
    expect(await codeOf(undoAnnotation(db, { ...undo, mayUndoOthers: false }))).toBe('forbidden');
    await undoAnnotation(db, { ...undo, mayUndoOthers: true });
    const row = await db.prisma.annotation.findUniqueOrThrow({ where: { id: annotation.id } });
    expect(row.supersededById).toBe(other);
  });

  test('a skip takes the item out of the queue and tells the reason to the live model', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const { annotation } = await skip(db, itemIds[0]!, annotators[0]!, 'unsure');
    expect(annotation).toMatchObject({ classKey: null, skip: { reason: 'unsure' } });
    expect(await stateOf(db, itemIds[0]!)).toEqual({ status: 'skipped', label: null });
    await skip(db, itemIds[0]!, annotators[0]!, 'not-relevant');
    expect(await labelEventsSince(db, { projectId, seq: 0, limit: 10 })).toMatchObject([
      { seq: 1, classKey: null, skip: 'unsure' },
      { seq: 2, classKey: null, skip: 'not-relevant' },
    ]);
    const rows = await readPool(db, projectId, async ({ labelSeq, rows }) => {
      expect(labelSeq).toBe(2);
      return collect(rows);
    });
    expect(rows).toMatchObject([{ classKey: null, skip: 'not-relevant' }]);
  });

  test('an imported label can be corrected, and comes back when the correction is undone', async () => {
    const { db } = house;
    const { annotators, itemIds } = await makeProject(db, { labels: ['a'], numItems: 0 });
    const [itemId, userId] = [itemIds[0]!, annotators[0]!];
    const { annotation } = await answer(db, itemId, userId, 'b');
    expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'b' });
    await undoAnnotation(db, { annotationId: annotation.id, userId, mayUndoOthers: false });
    expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'a' });
  });

  test('a label is random when the control arm handed its item out', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { numItems: 40, settings: { controlArm: 0.5 } });
    const result = await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 40 });
    if (result.kind !== 'leased') throw new Error(result.reason);
    for (const { item, leaseId } of result.leases)
      await answer(db, item.id, annotators[0]!, 'a', { leaseId });
    const labels = await db.prisma.label.findMany({ where: { projectId, isRandom: true } });
    const control = result.leases.filter(({ arm }) => arm === 'control').map(({ item }) => item.id);
    expect(labels.map(({ itemId }) => itemId).toSorted()).toEqual(control.toSorted());
    expect(control.length).toBeGreaterThan(0);
  });
});

test('a reviewer’s decision is the label, against later answers too, until it is taken back', async () => {
  const { db } = house;
  const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 2, numAnnotators: 2 });
  const [ann, reviewer] = annotators as [string, string];
  const [itemId, fresh] = itemIds as [string, string];
  const review = (id: string, classKey: string | null) =>
    reviewLabel(db, { itemId: id, classKey, actor: { userId: reviewer } });
  const sourceOf = async (id: string) =>
    (await db.prisma.label.findUnique({ where: { itemId: id } }))?.source;
  await skip(db, itemId, ann, 'unsure');
  expect((await review(itemId, 'b')).labelSeq).toBe(2);
  expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'b' });
  expect(await sourceOf(itemId)).toBe('review');
  expect((await review(itemId, 'b')).labelSeq, 'the same again').toBeNull();
  expect((await answer(db, itemId, ann, 'a')).labelSeq).toBeNull();
  expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'b' });
  expect((await review(itemId, null)).labelSeq).toBe(3);
  expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'a' });
  // The same class from another source is no event.
  expect((await review(itemId, 'a')).labelSeq).toBeNull();
  expect(await sourceOf(itemId)).toBe('review');
  // What nobody has answered is open again.
  await review(fresh, 'c');
  expect(await leaseNext(db, { projectId, annotatorId: ann, count: 1 })).toMatchObject({ kind: 'empty' });
  await review(fresh, null);
  expect(await stateOf(db, fresh)).toEqual({ status: 'unlabeled', label: null });
  expect(await codeOf(review(fresh, 'nonsense'))).toBe('unknown-class');
  const events = await labelEventsSince(db, { projectId, seq: 0, limit: 9 });
  expect(events.map(({ classKey, skip: reason }) => classKey ?? reason)).toEqual([
    'unsure',
    'b',
    'a',
    'c',
    null,
  ]);
  const audited = await listAudit(db, { projectId, limit: 10, action: 'label.review' });
  expect(audited.items.map(({ actorId, detail }) => [actorId, detail.before, detail.classKey])).toEqual([
    [reviewer, 'c', null],
    [reviewer, null, 'c'],
    [reviewer, 'a', 'a'],
    [reviewer, 'b', null],
    [reviewer, null, 'b'],
  ]);
});

describe('overlap', () => {
  test('an item is labeled by the majority once it has its answers, and full after that', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      numItems: 1,
      numAnnotators: 4,
      settings: { overlap: 3 },
    });
    const itemId = itemIds[0]!;
    const [first, second, third, fourth] = annotators as [string, string, string, string];
    expect((await answer(db, itemId, first, 'a')).labelSeq).toBeNull();
    expect((await answer(db, itemId, second, 'b')).labelSeq).toBeNull();
    expect(await stateOf(db, itemId)).toEqual({ status: 'unlabeled', label: null });
    expect((await answer(db, itemId, third, 'b')).labelSeq).toBe(1);
    expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'b' });
    expect(await codeOf(answer(db, itemId, fourth, 'a'))).toBe('already-annotated');
    // The majority turns when one of them changes their mind.
    expect((await answer(db, itemId, second, 'a')).labelSeq).toBe(2);
    expect(await stateOf(db, itemId)).toEqual({ status: 'labeled', label: 'a' });
    expect(await labelEventsSince(db, { projectId, seq: 0, limit: 10 })).toHaveLength(2);
  });

  test('a skip does not outvote a class, and skips alone make a skip', async () => {
    const { db } = house;
    const { annotators, itemIds } = await makeProject(db, {
      numItems: 2,
      numAnnotators: 2,
      settings: { overlap: 2 },
    });
    const [first, second] = annotators as [string, string];
    await skip(db, itemIds[0]!, first, 'unsure');
    await answer(db, itemIds[0]!, second, 'c');
    expect(await stateOf(db, itemIds[0]!)).toEqual({ status: 'labeled', label: 'c' });
    await skip(db, itemIds[1]!, first, 'unsure');
    await skip(db, itemIds[1]!, second, 'broken');
    expect(await stateOf(db, itemIds[1]!)).toEqual({ status: 'skipped', label: null });
  });

  test('two answers at once to the last place leave one of them', async () => {
    const { db } = house;
    const { annotators, itemIds } = await makeProject(db, { numItems: 10, numAnnotators: 4 });
    for (const itemId of itemIds) {
      const codes = await Promise.all(annotators.map((user) => codeOf(answer(db, itemId, user, 'a'))));
      expect(codes.filter((code) => code === 'it succeeded')).toHaveLength(1);
      expect(codes.filter((code) => code === 'already-annotated')).toHaveLength(3);
    }
  });
});

describe('refusals leave everything as it was', () => {
  test('an unknown class is named with those that there are', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const work = answer(db, itemIds[0]!, annotators[0]!, 'z');
    await expect(work).rejects.toMatchObject({
      code: 'unknown-class',
      message: 'The project has no class "z"; it has a, b, c.',
      errors: [{ pointer: '/classKey' }],
    });
    expect(await db.prisma.annotation.count({ where: { projectId } })).toBe(0);
    expect(await stateOf(db, itemIds[0]!)).toEqual({ status: 'unlabeled', label: null });
  });

  test('a lease of another item, project or annotator does not count', async () => {
    const { db } = house;
    const mine = await makeProject(db, { numItems: 2, numAnnotators: 2 });
    const foreign = await makeProject(db, { numItems: 1 });
    const [owner, other] = mine.annotators as [string, string];
    const held = await leaseOne(db, mine.projectId, owner);
    const { leaseId } = held;
    const code = (itemId: string, annotatorId: string, lease?: string) =>
      codeOf(answer(db, itemId, annotatorId, 'a', { leaseId: lease }));
    expect(await code(mine.itemIds[1]!, owner, leaseId)).toBe('lease-not-yours');
    expect(await code(foreign.itemIds[0]!, owner, leaseId)).toBe('lease-not-yours');
    expect(await code(held.item.id, other, leaseId)).toBe('lease-not-yours');
    expect(await code(held.item.id, other)).toBe('lease-not-yours');
    expect(await code(held.item.id, owner, 'lse_none')).toBe('lease-not-yours');
    expect(await code('itm_none', owner)).toBe('not-found');
    // Without naming it, the holder's own lease is used and ended.
    await answer(db, held.item.id, owner, 'a');
    const row = await db.prisma.lease.findUniqueOrThrow({ where: { id: leaseId } });
    expect(row.closedBy).toBe('annotated');
  });

  test('held-out items keep the label of their import', async () => {
    const { db } = house;
    const { annotators, itemIds } = await makeProject(db, { numItems: 0, holdout: ['a'] });
    expect(await codeOf(answer(db, itemIds[0]!, annotators[0]!, 'b'))).toBe('item-is-holdout');
    expect(await stateOf(db, itemIds[0]!)).toEqual({ status: 'labeled', label: 'a' });
  });

  test('what fails beside the annotation takes it back', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const work = answer(db, itemIds[0]!, annotators[0]!, 'a', {
      also: async () => {
        throw new Error('the response could not be kept');
      },
    });
    await expect(work).rejects.toThrow('could not be kept');
    expect(await db.prisma.annotation.count({ where: { projectId } })).toBe(0);
    expect(await labelEventsSince(db, { projectId, seq: 0, limit: 10 })).toEqual([]);
  });
});

describe('events', () => {
  test('labels given at once are numbered without a gap, in the order in which they become visible', async () => {
    const { db } = house;
    const { projectId, itemIds } = await makeProject(db, { numItems: 60 });
    const users = await Promise.all(Array.from({ length: 10 }, () => makeUser(db)));
    let isDone = false;
    const watch = async () => {
      let seen = 0;
      while (!isDone || seen < 60) {
        const events = await labelEventsSince(db, { projectId, seq: seen, limit: 100 });
        // A later number that was visible before an earlier one would show here as a gap.
        for (const { seq } of events) expect(seq).toBe(++seen);
      }
      return seen;
    };
    const watching = watch();
    await Promise.all(itemIds.map((itemId, i) => answer(db, itemId, users[i % 10]!, 'a')));
    isDone = true;
    expect(await watching).toBe(60);
    const { labelSeq } = await db.prisma.project.findUniqueOrThrow({ where: { id: projectId } });
    expect(labelSeq).toBe(60);
  });

  test('watchers hear of every change of a label', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const heard: ProjectEvent[] = [];
    const listener = await listen({
      url: db.url,
      channels: [channels.events],
      onMessage: ({ payload }) => heard.push(JSON.parse(payload)),
    });
    const { annotation } = await answer(db, itemIds[0]!, annotators[0]!, 'a');
    await undoAnnotation(db, { annotationId: annotation.id, userId: annotators[0]!, mayUndoOthers: false });
    await vi.waitFor(() => expect(heard).toHaveLength(2), soon);
    await listener.close();
    const event = { type: 'label.created', projectId, itemId: itemIds[0] };
    expect(heard).toEqual([
      { ...event, labelSeq: 1 },
      { ...event, labelSeq: 2 },
    ]);
  });
});

describe('rounds by labels', () => {
  test('the first round starts with the second class, the next after so many labels', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      numItems: 10,
      settings: { trigger: { everyLabels: 2 } },
    });
    const label = (i: number, classKey: string) => answer(db, itemIds[i]!, annotators[0]!, classKey);
    expect((await label(0, 'a')).roundId).toBeNull();
    expect((await label(1, 'a')).roundId).toBeNull();
    const { roundId } = await label(2, 'b');
    expect(await listRounds(db, { projectId, limit: 10 })).toMatchObject({
      items: [{ id: roundId, number: 1, trigger: 'first', status: 'planned' }],
    });
    // While one runs, none starts.
    expect((await label(3, 'a')).roundId).toBeNull();
    expect((await label(4, 'a')).roundId).toBeNull();
    await db.query(`UPDATE rounds SET status = 'cancelled' WHERE id = $1`, [roundId]);
    const next = await label(5, 'a');
    expect(next.roundId).not.toBeNull();
    expect(await db.prisma.round.findUnique({ where: { id: next.roundId! } })).toMatchObject({
      number: 2,
      trigger: 'labels',
      labelSeq: 6,
    });
    const waiting = await db.query<{ message: { kind: string; roundId: string } }>(
      `SELECT message FROM outbox WHERE message ->> 'roundId' = ANY($1) ORDER BY id`,
      [[roundId, next.roundId]],
    );
    expect(waiting.map(({ message }) => message.kind)).toEqual(['train', 'train']);
  });

  test('labels given at once start one round', async () => {
    const { db } = house;
    const { projectId, itemIds } = await makeProject(db, {
      labels: ['a'],
      numItems: 30,
      settings: { trigger: { everyLabels: 5 } },
    });
    const users = await Promise.all(Array.from({ length: 5 }, () => makeUser(db)));
    await Promise.all(itemIds.slice(1, 21).map((itemId, i) => answer(db, itemId, users[i % 5]!, 'b')));
    expect(await db.prisma.round.count({ where: { projectId } })).toBe(1);
  });
});

test('rounds by age start once, when the last is old and labels have come since', async () => {
  const { db } = house;
  const { projectId, annotators, itemIds } = await makeProject(db, {
    labels: ['a', 'b'],
    settings: { trigger: { everyLabels: null, everyMs: 60_000 } },
  });
  const start = db.now();
  const at = (ms: number) => new Date(start.getTime() + ms);
  const label = (i: number, now: Date) =>
    submitAnnotation(db, {
      itemId: itemIds[i]!,
      annotatorId: annotators[0]!,
      answer: { classKey: 'a' },
      now,
    });
  const end = (status: string) =>
    db.query(`UPDATE rounds SET status = $2::round_status WHERE project_id = $1`, [projectId, status]);
  const newest = async () => (await listRounds(db, { projectId, limit: 1 })).items[0];

  expect(await startAgedRounds(db, start)).toHaveLength(1);
  expect(await newest()).toMatchObject({ number: 1, trigger: 'first' });
  await label(2, at(100_000));
  expect(await startAgedRounds(db, at(200_000)), 'while one is under way').toEqual([]);
  await end('cancelled');
  // Two API processes look at once.
  const other = openDatabase({ url: db.url });
  const started = await Promise.all([db, other].map((each) => startAgedRounds(each, at(200_000))));
  await other.close();
  expect(started.flat()).toHaveLength(1);
  expect(await newest()).toMatchObject({ number: 2, trigger: 'age' });
  await end('cancelled');
  expect(await startAgedRounds(db, at(900_000)), 'nothing new to learn from').toEqual([]);
  await label(3, at(300_000));
  await label(4, at(304_000));
  expect(await startAgedRounds(db, at(312_000)), 'in the middle of a burst').toEqual([]);
  expect(await startAgedRounds(db, at(314_000))).toHaveLength(1);
});

test('annotations are listed by page, newest first, all or one’s own', async () => {
  const { db } = house;
  const { projectId, annotators, itemIds } = await makeProject(db, { numItems: 7, numAnnotators: 2 });
  const ids: string[] = [];
  for (const [i, itemId] of itemIds.entries())
    ids.unshift((await answer(db, itemId, annotators[i % 2]!, 'a')).annotation.id);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAnnotations(db, { projectId, includeSuperseded: false, cursor, limit: 3 });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(ids);
  const own = await listAnnotations(db, {
    projectId,
    annotatorId: annotators[1]!,
    includeSuperseded: false,
    limit: 100,
  });
  expect(own.items.map(({ annotatorId }) => annotatorId)).toEqual(Array(3).fill(annotators[1]));
  expect(
    await codeOf(listAnnotations(db, { projectId, includeSuperseded: false, cursor: 'x', limit: 3 })),
  ).toBe('validation-failed');
});
