import type { Annotation, createLeases, Item, Quality, ResponseOf } from '@tangent/contracts';
import {
  type Database,
  getProject,
  leaseNext,
  readAgreement,
  reviewLabel,
  submitAnnotation,
  undoAnnotation,
  updateProject,
} from '@tangent/database';
import { isControlDraw, isGoldDraw, wilsonInterval } from '@tangent/labeling';
import { describe, expect, test } from 'vitest';
import { ask, expectProblem, join, makePerson, type Person, useApi } from './support/api.js';
import { codeOf, makeProject, nobody, runRound, type TestProjectOptions } from './support/database.js';

const house = useApi();
const labels = ['a', 'b'];
const share = 0.5;
const made = (options: TestProjectOptions = {}) =>
  makeProject(house.db, { gold: ['a', 'b', 'c'], settings: { goldShare: share }, ...options });

const goldIds = async (projectId: string): Promise<string[]> =>
  (
    await house.db.query<{ id: string }>(
      'SELECT id FROM items WHERE project_id = $1 AND is_gold ORDER BY ordinal',
      [projectId],
    )
  ).map(({ id }) => id);

/** The arms that the database keeps of these leases, in their order. */
async function armsOf(leases: readonly { readonly leaseId: string }[]): Promise<string[]> {
  const rows = await house.db.query<{ id: string; arm: string }>(
    'SELECT id, arm FROM leases WHERE id = ANY($1)',
    [leases.map(({ leaseId }) => leaseId)],
  );
  const armOf = new Map(rows.map(({ id, arm }) => [id, arm]));
  return leases.map(({ leaseId }) => armOf.get(leaseId)!);
}

/** The next draw is one that goes to a gold item, or is not. */
async function turnDraws(projectId: string, isGold: boolean): Promise<void> {
  const [row] = await house.db.query<{ next_draw: number }>('SELECT next_draw FROM projects WHERE id = $1', [
    projectId,
  ]);
  let draw = row!.next_draw;
  while (isGoldDraw(projectId, draw, share) !== isGold) draw++;
  await house.db.query('UPDATE projects SET next_draw = $2 WHERE id = $1', [projectId, draw]);
}

async function leaseOne(projectId: string, annotatorId: string, isGold: boolean) {
  await turnDraws(projectId, isGold);
  const result = await leaseNext(house.db, { projectId, annotatorId, count: 1 });
  if (result.kind !== 'leased') throw new Error(result.reason);
  expect(await armsOf(result.leases)).toEqual([isGold ? 'gold' : expect.not.stringMatching('gold')]);
  return result.leases[0]!;
}

/** All that answers may change of a project, but for the answers themselves. */
async function stateOf(db: Database, projectId: string) {
  const items = await db.query(
    'SELECT id, status, imported_class, num_asked_more FROM items WHERE project_id = $1 ORDER BY id',
    [projectId],
  );
  const kept = await db.query('SELECT * FROM labels WHERE project_id = $1 ORDER BY item_id', [projectId]);
  const events = await db.query('SELECT * FROM label_events WHERE project_id = $1 ORDER BY seq', [projectId]);
  const { leased: _, ...counts } = (await getProject(db, projectId)).counts;
  return { items, kept, events, counts };
}

describe('draws', () => {
  test('go to gold items by their numbers alone, the others to the control arm by its share', async () => {
    const { projectId, annotators } = await made({
      labels,
      numItems: 400,
      gold: Array(120).fill('a'),
      settings: { goldShare: 0.3, controlArm: 0.5 },
    });
    await runRound(house.db, projectId);
    const arms: string[] = [];
    for (const count of [50, 1, 49, 50, 50]) {
      const result = await leaseNext(house.db, { projectId, annotatorId: annotators[0]!, count });
      if (result.kind !== 'leased') throw new Error(result.reason);
      arms.push(...(await armsOf(result.leases)));
    }
    expect(arms).toEqual(
      arms.map((_, draw) =>
        isGoldDraw(projectId, draw, 0.3)
          ? 'gold'
          : isControlDraw(projectId, draw, 0.5)
            ? 'control'
            : 'strategy',
      ),
    );
    // Five standard deviations of 200 draws.
    expect(Math.abs(arms.filter((arm) => arm === 'gold').length - 60)).toBeLessThan(33);
  });

  test('reach gold items in another order for each annotator, the same at each time', async () => {
    const { projectId, annotators } = await made({
      numItems: 200,
      gold: Array(12).fill('a'),
      numAnnotators: 2,
    });
    const orderFor = async (annotatorId: string) => {
      const leases = [];
      for (let i = 0; i < 12; i++) leases.push(await leaseOne(projectId, annotatorId, true));
      await house.db.query(
        `UPDATE leases SET closed_at = now(), closed_by = 'released' WHERE annotator_id = $1 AND closed_at IS NULL`,
        [annotatorId],
      );
      return leases.map(({ item }) => item.id);
    };
    const [ann, ben] = annotators as [string, string];
    const order = await orderFor(ann);
    expect(order.toSorted()).toEqual((await goldIds(projectId)).toSorted());
    expect(await orderFor(ann)).toEqual(order);
    expect(await orderFor(ben)).not.toEqual(order);
  });

  test('of gold give an ordinary item where none is left, or the project has none', async () => {
    const { projectId, annotators } = await made({ numItems: 60, gold: ['a', 'b'] });
    const result = await leaseNext(house.db, { projectId, annotatorId: annotators[0]!, count: 50 });
    if (result.kind !== 'leased') throw new Error(result.reason);
    expect(result.leases).toHaveLength(50);
    expect((await armsOf(result.leases)).filter((arm) => arm === 'gold')).toHaveLength(2);
    const bare = await made({ numItems: 20, gold: [] });
    expect(
      await leaseNext(house.db, { projectId: bare.projectId, annotatorId: bare.annotators[0]!, count: 20 }),
    ).toMatchObject({ kind: 'leased', leases: { length: 20 } });
  });
});

describe('who labels', () => {
  test('gets a gold item once, also where the answer was taken back', async () => {
    const { db } = house;
    const { projectId, annotators } = await made({ numItems: 30 });
    const annotatorId = annotators[0]!;
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { leaseId, item } = await leaseOne(projectId, annotatorId, true);
      seen.push(item.id);
      const { annotation } = await submitAnnotation(db, {
        itemId: item.id,
        annotatorId,
        leaseId,
        answer: { classKey: 'a' },
      });
      if (i === 0)
        await undoAnnotation(db, { annotationId: annotation.id, userId: annotatorId, mayUndoOthers: false });
    }
    expect(seen.toSorted()).toEqual((await goldIds(projectId)).toSorted());
    await turnDraws(projectId, true);
    const result = await leaseNext(db, { projectId, annotatorId, count: 1 });
    expect(result.kind === 'leased' && (await armsOf(result.leases))).toEqual(['unranked']);
  });

  test('comes to an end in a small pool, however many gold items are left', async () => {
    const { db } = house;
    const { projectId, annotators } = await made({ numItems: 4, gold: Array(40).fill('b') });
    const annotatorId = annotators[0]!;
    let numGold = 0;
    for (let numOrdinary = 0; numOrdinary < 4; ) {
      const result = await leaseNext(db, { projectId, annotatorId, count: 1 });
      if (result.kind !== 'leased') throw new Error(result.reason);
      const [{ leaseId, item }] = result.leases as [(typeof result.leases)[0]];
      if ((await armsOf(result.leases))[0] === 'gold') numGold++;
      else numOrdinary++;
      await submitAnnotation(db, { itemId: item.id, annotatorId, leaseId, answer: { classKey: 'a' } });
    }
    expect(numGold).toBeLessThan(40);
    await turnDraws(projectId, true);
    expect(await leaseNext(db, { projectId, annotatorId, count: 10 })).toMatchObject({
      kind: 'empty',
      reason: 'all-labeled',
    });
  });

  test('gets none while the last ordinary items are on lease', async () => {
    const { projectId, annotators } = await made({ numItems: 1, numAnnotators: 2 });
    const [ann, ben] = annotators as [string, string];
    await leaseOne(projectId, ann, false);
    for (const annotatorId of [ann, ben]) {
      await turnDraws(projectId, true);
      expect(await leaseNext(house.db, { projectId, annotatorId, count: 1 })).toMatchObject({
        kind: 'empty',
        reason: 'all-leased',
      });
    }
  });

  test('may hold the same gold item as a colleague, on a slot of its own, and both answer', async () => {
    const { db } = house;
    const { projectId, annotators } = await made({ numItems: 9, gold: ['a'], numAnnotators: 3 });
    const leases = [];
    for (const annotatorId of annotators) leases.push(await leaseOne(projectId, annotatorId, true));
    const [goldId] = await goldIds(projectId);
    expect(leases.map(({ item }) => item.id)).toEqual(annotators.map(() => goldId));
    const slots = await db.query('SELECT slot, fence FROM leases WHERE item_id = $1 ORDER BY slot', [goldId]);
    expect(slots).toEqual([0, 1, 2].map((slot) => ({ slot, fence: slot + 1 })));
    for (const [i, { leaseId }] of leases.entries())
      await submitAnnotation(db, {
        itemId: goldId!,
        annotatorId: annotators[i]!,
        leaseId,
        answer: { classKey: 'b' },
      });
    const [{ n }] = (await db.query('SELECT num_annotations AS n FROM items WHERE id = $1', [goldId])) as [
      { n: number },
    ];
    expect(n).toBe(3);
  });

  test('who ask at once never fail, and each gets an item', async () => {
    const { projectId, annotators } = await made({ numItems: 60, gold: ['a', 'b'], numAnnotators: 12 });
    await turnDraws(projectId, true);
    const results = await Promise.all(
      annotators.map((annotatorId) => leaseNext(house.db, { projectId, annotatorId, count: 2 })),
    );
    for (const result of results) expect(result).toMatchObject({ kind: 'leased', leases: { length: 2 } });
  });
});

describe('answers to gold items', () => {
  const settings = {
    goldShare: share,
    trigger: { everyLabels: 1 },
    requeue: { skipped: 'others', flagged: 'others' },
  };
  test.each(['a pool item', 'held out'])('change neither labels nor events nor counts: %s', async (kind) => {
    const { db } = house;
    const { projectId, annotators } = await made({ settings, numAnnotators: 4, gold: ['a'] });
    if (kind === 'held out')
      await db.query('UPDATE items SET is_holdout = true WHERE project_id = $1 AND is_gold', [projectId]);
    const before = await stateOf(db, projectId);
    const answers = [
      { answer: { classKey: 'b' } },
      { answer: { classKey: 'b' }, flag: true },
      { answer: { skip: 'unsure' as const } },
      { answer: { classKey: 'a' } },
    ];
    const given: Annotation[] = [];
    for (const [i, answer] of answers.entries()) {
      const annotatorId = annotators[i]!;
      const { leaseId, item } = await leaseOne(projectId, annotatorId, true);
      const submitted = await submitAnnotation(db, { itemId: item.id, annotatorId, leaseId, ...answer });
      expect(submitted).toMatchObject({ labelSeq: null, roundId: null });
      given.push(submitted.annotation);
      expect(await stateOf(db, projectId)).toEqual(before);
    }
    const stored = await db.query('SELECT arm FROM annotations WHERE project_id = $1', [projectId]);
    expect(stored).toEqual(answers.map(() => ({ arm: 'gold' })));
    // Replaced, undone, and under settings that fewer answers satisfy.
    await submitAnnotation(db, {
      itemId: given[0]!.itemId,
      annotatorId: annotators[0]!,
      answer: { classKey: 'c' },
    });
    for (const { id, annotatorId } of given.slice(1))
      await undoAnnotation(db, { annotationId: id, userId: annotatorId, mayUndoOthers: false });
    expect(await stateOf(db, projectId)).toEqual(before);
    expect(await codeOf(leaseOne(projectId, annotators[0]!, false))).toBe('it succeeded');
  });

  test('are no part of agreement; their figures follow what a reviewer says that the item is', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await made({
      numItems: 8,
      numAnnotators: 2,
      settings: { goldShare: share, overlap: 2 },
    });
    const [ann, ben] = annotators as [string, string];
    const answer = (itemId: string, annotatorId: string, classKey: string) =>
      submitAnnotation(db, { itemId, annotatorId, answer: { classKey } });
    const empty = (await readAgreement(db, projectId)).gold;
    expect(empty).toEqual({ numItems: 3, numAnswers: 0, numCorrect: 0, interval: null, annotators: [] });
    for (const [i, classKey] of ['a', 'b', 'a'].entries()) {
      await answer(itemIds[i]!, ann, classKey);
      await answer(itemIds[i]!, ben, i === 2 ? 'b' : classKey);
    }
    const { gold: _, ...agreement } = await readAgreement(db, projectId);
    const ids = await goldIds(projectId);
    for (const [i, classKey] of ['a', 'b', 'a'].entries()) await answer(ids[i]!, ann, classKey);
    const { annotation } = await answer(ids[0]!, ben, 'c');
    await answer(ids[1]!, ben, 'b');
    await submitAnnotation(db, { itemId: ids[2]!, annotatorId: ben, answer: { skip: 'unsure' } });
    const { gold, ...after } = await readAgreement(db, projectId);
    expect(after).toEqual(agreement);
    const figures = (numCorrect: number, numAnswers: number) => ({
      numAnswers,
      numCorrect,
      interval: wilsonInterval(numCorrect, numAnswers),
    });
    expect(gold).toMatchObject({
      numItems: 3,
      ...figures(3, 5),
      annotators: [
        { id: ann, ...figures(2, 3) },
        { id: ben, ...figures(1, 2) },
      ],
    });
    expect(gold.annotators[0]!.interval![0]).toBeCloseTo(0.2077, 4);
    expect(gold.annotators[0]!.interval![1]).toBeCloseTo(0.9385, 4);
    await undoAnnotation(db, { annotationId: annotation.id, userId: ben, mayUndoOthers: false });
    await reviewLabel(db, { itemId: ids[2]!, classKey: 'a', actor: nobody });
    expect((await readAgreement(db, projectId)).gold).toMatchObject(figures(4, 4));
    // The label that a reviewer decided on stays, as that of the import does.
    await answer(ids[2]!, ann, 'b');
    await updateProject(db, { projectId, settings: { overlap: 1 }, actor: nobody });
    expect(await db.query('SELECT class_key, source FROM labels WHERE item_id = $1', [ids[2]])).toEqual([
      { class_key: 'a', source: 'review' },
    ]);
  });
});

describe('annotators', () => {
  type Leases = ResponseOf<typeof createLeases>;
  const get = <T>(who: Person, path: string) => ask<T>(house, `GET ${path}`, { token: who.token });
  async function scene() {
    const project = await made({ labels, numItems: 6, gold: ['b'] });
    await runRound(house.db, project.projectId);
    const [ann, reviewer] = [await makePerson(house), await makePerson(house)];
    await join(house, project.projectId, ann.userId, 'annotator');
    await join(house, project.projectId, reviewer.userId, 'reviewer');
    const lease = async (who: Person, isGold: boolean) => {
      await turnDraws(project.projectId, isGold);
      const { body } = await ask<Leases>(house, `POST /v1/projects/${project.projectId}/leases`, {
        token: who.token,
      });
      return body.items[0]!;
    };
    return { ...project, ann, reviewer, lease, goldId: (await goldIds(project.projectId))[0]! };
  }

  test('are not told: a gold item is leased, shown and answered like one that no ranking knows', async () => {
    const { projectId, ann, reviewer, lease, goldId } = await scene();
    const held = await lease(ann, true);
    expect(await armsOf([held])).toEqual(['gold']);
    expect(held.item.id).toBe(goldId);
    expect(held).toMatchObject({ rank: null, score: null, reason: null, arm: 'unranked' });
    const { body: shown } = await get<Item>(ann, `/v1/items/${goldId}`);
    expect(shown).toMatchObject({ status: 'unlabeled', label: null, isHoldout: false, isGold: false });
    const { body: known } = await get<Item>(reviewer, `/v1/items/${goldId}`);
    expect(known).toMatchObject({ status: 'labeled', label: 'b', isGold: true });
    const listed = async (who: Person, query: string) =>
      (await get<{ items: Item[] }>(who, `/v1/projects/${projectId}/items?${query}`)).body.items.map(
        ({ id }) => id,
      );
    for (const query of ['label=b', 'status=labeled', 'order=rank', '']) {
      expect(await listed(ann, query)).not.toContain(goldId);
      expect(await listed(reviewer, query)).toContain(goldId);
    }
    for (const what of ['explanation', 'what-if'])
      expectProblem(await get(ann, `/v1/items/${goldId}/${what}`), 'no-ranking');

    const answered = async (leased: Leases['items'][0]) =>
      ask<Annotation>(house, `POST /v1/items/${leased.item.id}/annotations`, {
        token: ann.token,
        body: { leaseId: leased.leaseId, classKey: 'a' },
      });
    const gold = await answered(held);
    const ordinary = await answered(await lease(ann, false));
    expect([gold.status, ordinary.status]).toEqual([201, 201]);
    expect(Object.keys(gold.body)).toEqual(Object.keys(ordinary.body));
    const undone = await ask(house, `DELETE /v1/annotations/${gold.body.id}`, { token: ann.token });
    expect(undone.status).toBe(204);
  });

  test('see no quality; a reviewer does, and is not told what is on lease to them by the model', async () => {
    const { projectId, ann, reviewer, lease, goldId } = await scene();
    expectProblem(await get(ann, `/v1/projects/${projectId}/quality`), 'forbidden');
    const { body } = await get<Quality>(reviewer, `/v1/projects/${projectId}/quality`);
    expect(body.gold).toMatchObject({ numItems: 1, numAnswers: 0 });
    expect((await lease(reviewer, true)).item.id).toBe(goldId);
    expectProblem(await get(reviewer, `/v1/items/${goldId}/explanation`), 'no-ranking');
  });
});
