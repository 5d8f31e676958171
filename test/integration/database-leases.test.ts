import {
  type Database,
  getItem,
  heartbeatLease,
  type LeaseRecord,
  leaseNext,
  liveLeases,
  reclaimExpiredLeases,
  releaseLease,
  type SubmitInput,
  submitAnnotation,
  updateProject,
} from '@tangent/database';
import { describe, expect, test } from 'vitest';
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

const house = useDatabase({ maxConnections: 60 });
const labels = ['a', 'b'];

async function lease(
  db: Database,
  projectId: string,
  annotatorId: string,
  count = 1,
  now = new Date(),
): Promise<LeaseRecord[]> {
  const result = await leaseNext(db, { projectId, annotatorId, count, now });
  return result.kind === 'leased' ? result.leases : [];
}

const after = (now: Date, ms: number) => new Date(now.getTime() + ms);

describe('given back in exchange for others', () => {
  test('what was given back may come again, under a new lease, and nobody had it in between', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 6, numAnnotators: 2 });
    const { order } = await runRound(db, projectId);
    const [ann, ben] = annotators as [string, string];
    const held = await lease(db, projectId, ann, 4);
    await lease(db, projectId, ben, 1);
    const giveBack = held.slice(1).map(({ leaseId }) => leaseId);
    const swapped = await leaseNext(db, { projectId, annotatorId: ann, count: 2, giveBack });
    if (swapped.kind !== 'leased') throw new Error(swapped.reason);
    expect(swapped.leases.map(({ item }) => item.id)).toEqual(order.slice(1, 3));
    expect(swapped.leases.map(({ fence }) => fence)).toEqual([2, 2]);
    expect(await liveLeases(db, projectId)).toEqual([...order.slice(0, 3), order[4]].sort());
  });

  test('neither happens where one of them belongs to another; ended ones are let be', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 6, numAnnotators: 2 });
    const [ann, ben] = annotators as [string, string];
    const [mine, ended] = await lease(db, projectId, ann, 2);
    const [hers] = await lease(db, projectId, ben, 1);
    await releaseLease(db, { leaseId: ended!.leaseId, annotatorId: ann });
    const before = await liveLeases(db, projectId);
    const swap = (...leases: LeaseRecord[]) =>
      leaseNext(db, {
        projectId,
        annotatorId: ann,
        count: 1,
        giveBack: leases.map(({ leaseId }) => leaseId),
      });
    expect(await codeOf(swap(mine!, hers!))).toBe('lease-not-yours');
    expect(await liveLeases(db, projectId)).toEqual(before);
    expect(await swap(mine!, ended!)).toMatchObject({ kind: 'leased' });
  });
});

describe('a fair share', () => {
  const share = (projectId: string, annotatorId: string, count: number, giveBack: readonly string[] = []) =>
    leaseNext(house.db, { projectId, annotatorId, count, giveBack, fairShare: true });
  const leasesOf = (result: Awaited<ReturnType<typeof leaseNext>>) =>
    result.kind === 'leased' ? result.leases : [];

  test('of 12 items four people find some, one after the other, however many each asks for', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 12, numAnnotators: 4 });
    const { order } = await runRound(db, projectId);
    const got: string[][] = [];
    for (const annotatorId of annotators)
      got.push(leasesOf(await share(projectId, annotatorId, 11)).map(({ item }) => item.id));
    expect(got.map(({ length }) => length)).toEqual([6, 3, 2, 1]);
    expect(got.flat()).toEqual(order);
  });

  test('what one holds counts, what she gives back does not; who asks for no share gets all there is', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 12, numAnnotators: 2 });
    const [ann, ben] = annotators as [string, string];
    const held = leasesOf(await share(projectId, ann, 4));
    expect(held).toHaveLength(4);
    expect(leasesOf(await share(projectId, ann, 4))).toHaveLength(2);
    expect(await share(projectId, ann, 4)).toMatchObject({ kind: 'empty', reason: 'all-leased' });
    const giveBack = held.map(({ leaseId }) => leaseId);
    expect(leasesOf(await share(projectId, ann, 9, giveBack))).toHaveLength(4);
    expect(await lease(db, projectId, ben, 11)).toHaveLength(6);
  });

  test('where each item is asked of two, the places count; a large pool is as good as none', async () => {
    const { db } = house;
    const overlapping = await makeProject(db, {
      labels,
      numItems: 6,
      numAnnotators: 2,
      settings: { overlap: 2 },
    });
    const [ann, ben] = overlapping.annotators as [string, string];
    expect(leasesOf(await share(overlapping.projectId, ann, 6))).toHaveLength(6);
    expect(leasesOf(await share(overlapping.projectId, ben, 6))).toHaveLength(3);
    const large = await makeProject(db, { labels, numItems: 300, numAnnotators: 5 });
    for (const annotatorId of large.annotators)
      expect(leasesOf(await share(large.projectId, annotatorId, 11))).toHaveLength(11);
  });
});

describe('in rank order', () => {
  test('items come by the live ranking, then those that it does not know, in the order of import', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 5 });
    const { order, roundId } = await runRound(db, projectId);
    await addItems(db, projectId, [textItem(), textItem()]);
    const result = await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 7 });
    if (result.kind !== 'leased') throw new Error(result.reason);
    expect(result.leases.slice(0, 5).map(({ item }) => item.id)).toEqual(order);
    expect(result.leases.map(({ arm }) => arm)).toEqual([
      ...Array(5).fill('strategy'),
      'unranked',
      'unranked',
    ]);
    expect(result.leases[0]).toMatchObject({ rank: 1, score: 1, reason: 'reason 1', fence: 1 });
    expect(result.leases[2]).toMatchObject({ rank: 3, score: 1 - 2 / 16, reason: null });
    expect(result.leases[6]).toMatchObject({ rank: null, score: null, reason: null });
    expect(result.ranking).toMatchObject({
      roundId,
      strategy: 'lookahead',
      modelVersion: 1,
      numLabelsBehind: 0,
    });
  });

  test('50 requests at once never share an item, and together take the head of the ranking', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels, numItems: 200 });
    const { order } = await runRound(db, projectId);
    const annotators = await Promise.all(Array.from({ length: 10 }, () => makeUser(db)));
    const leases = (
      await Promise.all(Array.from({ length: 50 }, (_, i) => lease(db, projectId, annotators[i % 10]!)))
    ).flat();
    const ids = leases.map(({ item }) => item.id);
    expect(new Set(ids).size).toBe(50);
    expect(ids.toSorted()).toEqual(order.slice(0, 50).toSorted());
  });

  test('50 requests for several items at once keep each annotator’s items in rank order', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 220, numAnnotators: 2 });
    const { order } = await runRound(db, projectId);
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) => lease(db, projectId, annotators[i % 2]!, 4)),
    );
    for (const leases of all) {
      expect(leases).toHaveLength(4);
      const ranks = leases.map(({ rank }) => rank!);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }
    const ids = all.flat().map(({ item }) => item.id);
    expect(ids.toSorted()).toEqual(order.slice(0, 200).toSorted());
  });

  test('a ranking that is mostly labeled is walked to its end', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 400 });
    const { order } = await runRound(db, projectId);
    await db.query(`UPDATE items SET status = 'skipped' WHERE id = ANY($1)`, [order.slice(0, 390)]);
    const leases = await lease(db, projectId, annotators[0]!, 50);
    expect(leases.map(({ item }) => item.id)).toEqual(order.slice(390));
    expect(leases[0]!.rank).toBe(391);
  });

  test('where a ranking is far behind, its open places are looked for once; an item opened again before them is not lost', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 400 });
    const { order } = await runRound(db, projectId);
    await db.query(`UPDATE items SET status = 'skipped' WHERE id = ANY($1)`, [order.slice(0, 390)]);
    await db.query('UPDATE projects SET label_seq = label_seq + 390 WHERE id = $1', [projectId]);
    const first = await lease(db, projectId, annotators[0]!, 3);
    expect(first.map(({ item, rank }) => [item.id, rank])).toEqual(
      order.slice(390, 393).map((id, i) => [id, 391 + i]),
    );
    await db.query(`UPDATE items SET status = 'unlabeled' WHERE id = $1`, [order[7]]);
    const rest = await lease(db, projectId, annotators[0]!, 50);
    expect(rest.map(({ item }) => item.id)).toEqual([...order.slice(393), order[7]]);
  });
});

describe('overlap', () => {
  test('with overlap 2 two annotators get the same items, a third does not, and nobody twice', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      labels,
      numItems: 3,
      settings: { overlap: 2 },
      numAnnotators: 3,
    });
    const { order } = await runRound(db, projectId);
    const [first, second, third] = annotators as [string, string, string];
    expect((await lease(db, projectId, first, 2)).map(({ item }) => item.id)).toEqual(order.slice(0, 2));
    expect((await lease(db, projectId, second, 2)).map(({ item }) => item.id)).toEqual(order.slice(0, 2));
    expect((await lease(db, projectId, third, 2)).map(({ item }) => item.id)).toEqual([order[2]]);
    expect((await lease(db, projectId, first, 2)).map(({ item }) => item.id)).toEqual([order[2]]);
    expect(await leaseNext(db, { projectId, annotatorId: first, count: 1 })).toMatchObject({
      kind: 'empty',
      reason: 'all-leased',
    });
  });

  test('50 requests at once fill every slot of an overlap once', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      labels,
      numItems: 20,
      settings: { overlap: 2 },
      numAnnotators: 5,
    });
    await runRound(db, projectId);
    await Promise.all(Array.from({ length: 50 }, (_, i) => lease(db, projectId, annotators[i % 5]!)));
    // Requests that crossed may have passed each other by; those that follow find what is left.
    for (const annotator of annotators) await lease(db, projectId, annotator, 20);
    const rows = await db.prisma.lease.findMany({ where: { projectId } });
    expect(rows).toHaveLength(40);
    expect(new Set(rows.map((row) => `${row.itemId} ${row.slot}`)).size).toBe(40);
    expect(new Set(rows.map((row) => `${row.itemId} ${row.annotatorId}`)).size).toBe(40);
    expect(new Set(rows.map((row) => row.slot))).toEqual(new Set([0, 1]));
  });

  test('an item that the annotator has answered does not come again while others must answer it', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { numItems: 1, settings: { overlap: 2 } });
    const [held] = await lease(db, projectId, annotators[0]!);
    await submitAnnotation(db, {
      itemId: held!.item.id,
      annotatorId: annotators[0]!,
      leaseId: held!.leaseId,
      answer: { classKey: 'a' },
    });
    expect(await lease(db, projectId, annotators[0]!)).toEqual([]);
    expect(await lease(db, projectId, await makeUser(db))).toHaveLength(1);
  });
});

describe('items that an answer has not settled', () => {
  const next = async (db: Database, projectId: string, annotatorId: string, count = 1) =>
    (await lease(db, projectId, annotatorId, count)).map(({ item, leaseId }) => ({
      itemId: item.id,
      leaseId,
    }));
  const unsure = { answer: { skip: 'unsure' } } as const;
  const statusOf = async (db: Database, itemId: string) => (await getItem(db, itemId)).status;

  test('skipped as unsure, they go to others at their place in the order, to two more at most', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      labels,
      numItems: 2,
      numAnnotators: 4,
      settings: { requeue: { skipped: 'others' } },
    });
    const { order } = await runRound(db, projectId);
    const [ann, ben, cem, dan] = annotators as [string, string, string, string];
    for (const [i, annotatorId] of [ann, ben, cem].entries()) {
      const [first] = await next(db, projectId, annotatorId);
      expect(first!.itemId).toBe(order[0]);
      expect(await statusOf(db, first!.itemId)).toBe('leased');
      // One place more for each answer in doubt: nobody else gets it meanwhile.
      const other = await next(db, projectId, dan);
      expect(other.map(({ itemId }) => itemId)).toEqual([order[1]]);
      await releaseLease(db, { leaseId: other[0]!.leaseId, annotatorId: dan });
      await submitAnnotation(db, { ...first!, annotatorId, ...unsure });
      expect(await statusOf(db, first!.itemId)).toBe(i < 2 ? 'unlabeled' : 'skipped');
      expect((await next(db, projectId, annotatorId)).map(({ itemId }) => itemId)).toEqual([order[1]]);
      await db.query(`UPDATE leases SET closed_at = now(), closed_by = 'released' WHERE closed_at IS NULL`);
    }
    expect((await next(db, projectId, dan, 2)).map(({ itemId }) => itemId)).toEqual([order[1]]);
  });

  test('flagged, they need one answer more than the overlap, without a lease too, and what was flagged gives way', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      numItems: 1,
      numAnnotators: 4,
      settings: { overlap: 2, requeue: { flagged: 'others' } },
    });
    const [ann, ben, cem, dan] = annotators as [string, string, string, string];
    const itemId = itemIds[0]!;
    const answer = (annotatorId: string, classKey: string, flag = false) =>
      submitAnnotation(db, { itemId, annotatorId, answer: { classKey }, flag });
    await answer(ann, 'a', true);
    expect((await answer(ben, 'b')).labelSeq).toBeNull();
    expect(await statusOf(db, itemId)).toBe('unlabeled');
    expect(await next(db, projectId, ben)).toEqual([]);
    expect(await next(db, projectId, cem)).toMatchObject([{ itemId }]);
    expect(await next(db, projectId, dan)).toEqual([]);
    // The place that was given stays, though nobody more is asked from now on.
    await updateProject(db, { projectId, settings: { requeue: { flagged: 'never' } }, actor: nobody });
    expect(await codeOf(answer(dan, 'b'))).toBe('lease-not-yours');
    await updateProject(db, { projectId, settings: { requeue: { flagged: 'others' } }, actor: nobody });
    await answer(cem, 'b');
    expect(await getItem(db, itemId)).toMatchObject({ status: 'labeled', label: 'b' });
    expect(await codeOf(answer(dan, 'a'))).toBe('already-annotated');
    // Without the flag nobody more is needed, and the first of two equals wins again.
    await answer(ann, 'a');
    expect((await answer(cem, 'a')).annotation.classKey).toBe('a');
    expect(await getItem(db, itemId)).toMatchObject({ label: 'a' });
  });

  test('skipped, they come once more to whoever skipped them when nothing else is left', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      numItems: 4,
      numAnnotators: 2,
      settings: { requeue: { skipped: 'last' } },
    });
    const [ann, ben] = annotators as [string, string];
    const [first, second, third, fourth] = itemIds as [string, string, string, string];
    const submit = (itemId: string, more: Pick<SubmitInput, 'answer' | 'leaseId'>) =>
      submitAnnotation(db, { itemId, annotatorId: ann, ...more });
    await submit(first, unsure);
    await submit(second, { answer: { skip: 'broken' } });
    await submit(third, { answer: { skip: 'other' } });
    const given = await next(db, projectId, ann, 9);
    expect(given.map(({ itemId }) => itemId)).toEqual([fourth, first, third]);
    expect(await next(db, projectId, ann, 9)).toEqual([]);
    expect(await next(db, projectId, ben, 9)).toEqual([]);
    const [mine, again, last] = given.map(({ leaseId }) => ({ leaseId }));
    await submit(fourth, { ...mine, answer: { classKey: 'a' } });
    const { annotation } = await submit(first, { ...again, answer: { classKey: 'b' } });
    expect(annotation.supersedes).toBeDefined();
    expect(await getItem(db, first)).toMatchObject({ status: 'labeled', label: 'b' });
    await submit(third, { ...last, ...unsure });
    expect(await leaseNext(db, { projectId, annotatorId: ann, count: 9 })).toMatchObject({
      kind: 'empty',
      reason: 'all-labeled',
    });
  });
});

describe('the end of a lease', () => {
  test('an expired lease gives its item to the next, with a higher fence, and its holder is told', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      numItems: 1,
      settings: { leaseMs: 1000 },
      numAnnotators: 2,
    });
    const now = new Date();
    const [slow, quick] = annotators as [string, string];
    const [stale] = await lease(db, projectId, slow, 1, now);
    expect(stale!.expiresAt).toBe(after(now, 1000).toISOString());
    expect(await lease(db, projectId, quick, 1, after(now, 999))).toEqual([]);
    const [fresh] = await lease(db, projectId, quick, 1, after(now, 1000));
    expect(fresh!.item.id).toBe(stale!.item.id);
    expect(fresh!.fence).toBeGreaterThan(stale!.fence);
    const late = {
      itemId: stale!.item.id,
      annotatorId: slow,
      leaseId: stale!.leaseId,
      answer: { classKey: 'a' },
      now: after(now, 1001),
    };
    expect(await codeOf(submitAnnotation(db, late))).toBe('lease-expired');
    expect(await codeOf(heartbeatLease(db, { leaseId: stale!.leaseId, annotatorId: slow }))).toBe(
      'lease-expired',
    );
    await submitAnnotation(db, { ...late, annotatorId: quick, leaseId: fresh!.leaseId });
    expect(await db.prisma.annotation.count({ where: { itemId: stale!.item.id } })).toBe(1);
  });

  test('a lease that nobody else took is expired all the same', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { numItems: 1, settings: { leaseMs: 1000 } });
    const now = new Date();
    const [held] = await lease(db, projectId, annotators[0]!, 1, now);
    const work = submitAnnotation(db, {
      itemId: held!.item.id,
      annotatorId: annotators[0]!,
      leaseId: held!.leaseId,
      answer: { classKey: 'a' },
      now: after(now, 1000),
    });
    expect(await codeOf(work)).toBe('lease-expired');
  });

  test('a heartbeat prolongs a lease, of its holder only', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      numItems: 1,
      settings: { leaseMs: 1000 },
      numAnnotators: 2,
    });
    const now = new Date();
    const [owner, other] = annotators as [string, string];
    const [held] = await lease(db, projectId, owner, 1, now);
    const { leaseId } = held!;
    const beat = await heartbeatLease(db, { leaseId, annotatorId: owner, now: after(now, 900) });
    expect(beat).toEqual({ leaseId, fence: held!.fence, expiresAt: after(now, 1900).toISOString() });
    expect(await lease(db, projectId, other, 1, after(now, 1500))).toEqual([]);
    expect(await codeOf(heartbeatLease(db, { leaseId, annotatorId: other }))).toBe('lease-not-yours');
    expect(await codeOf(heartbeatLease(db, { leaseId: 'lse_none', annotatorId: owner }))).toBe('not-found');
  });

  test('a lease given back frees its item, and giving back twice is no fault', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { numItems: 1, numAnnotators: 2 });
    const [owner, other] = annotators as [string, string];
    const [held] = await lease(db, projectId, owner);
    const { leaseId } = held!;
    expect(await codeOf(releaseLease(db, { leaseId, annotatorId: other }))).toBe('lease-not-yours');
    await releaseLease(db, { leaseId, annotatorId: owner });
    await releaseLease(db, { leaseId, annotatorId: owner });
    expect(await lease(db, projectId, other)).toHaveLength(1);
  });

  test('an item given back while a request was under way is never leased twice at once by the table', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels, numItems: 1, numAnnotators: 2 });
    const [ann, bob] = annotators as [string, string];
    const now = new Date();
    const [first] = await lease(db, projectId, ann, 1, now);
    await releaseLease(db, { leaseId: first!.leaseId, annotatorId: ann, now: after(now, 30) });
    const [second] = await lease(db, projectId, bob, 1, after(now, 10));
    const rows = await db.query<{ id: string; created_at: Date; expires_at: Date }>(
      'SELECT id, created_at, expires_at FROM leases WHERE project_id = $1 ORDER BY fence',
      [projectId],
    );
    expect(rows.map(({ id }) => id)).toEqual([first!.leaseId, second!.leaseId]);
    expect(rows[0]!.created_at).toEqual(now);
    expect(rows[1]!.created_at).toEqual(after(now, 30));
    expect(rows[1]!.expires_at.toISOString()).toBe(second!.expiresAt);
  });

  test('what has expired can be closed everywhere at once, and only that', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { numItems: 4, settings: { leaseMs: 1000 } });
    const now = new Date();
    await lease(db, projectId, annotators[0]!, 2, after(now, -1000));
    const [live] = await lease(db, projectId, annotators[0]!, 1, now);
    expect(await liveLeases(db, projectId, now)).toEqual([live!.item.id]);
    expect(await reclaimExpiredLeases(db, now)).toBeGreaterThanOrEqual(1);
    expect(await db.prisma.lease.count({ where: { projectId, closedAt: null } })).toBe(1);
    expect(await reclaimExpiredLeases(db, now)).toBe(0);
  });
});

describe('the control arm', () => {
  test('about its share of the leases is drawn at random, over the whole pool and not its head', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      labels,
      numItems: 400,
      settings: { controlArm: 0.5 },
    });
    await runRound(db, projectId);
    const leases: LeaseRecord[] = [];
    for (let i = 0; i < 4; i++) leases.push(...(await lease(db, projectId, annotators[0]!, 50)));
    const control = leases.filter(({ arm }) => arm === 'control');
    expect(new Set(leases.map(({ item }) => item.id)).size).toBe(200);
    // Five standard deviations of 200 draws with probability one half.
    expect(Math.abs(control.length - 100)).toBeLessThan(36);
    for (const { rank, score, reason } of control) expect([rank, score, reason]).toEqual([null, null, null]);
    const ordinals = await db.prisma.item.findMany({
      where: { id: { in: control.map(({ item }) => item.id) } },
      select: { ordinal: true },
    });
    const mean = ordinals.reduce((sum, { ordinal }) => sum + ordinal, 0) / ordinals.length;
    expect(Math.abs(mean - 200)).toBeLessThan(80);
  });

  test('the last free items are found by the control arm too', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      numItems: 300,
      settings: { controlArm: 0.5 },
    });
    await db.query(`UPDATE items SET status = 'skipped' WHERE id = ANY($1)`, [itemIds.slice(2)]);
    const leases = await lease(db, projectId, annotators[0]!, 10);
    expect(leases.map(({ item }) => item.id).toSorted()).toEqual(itemIds.slice(0, 2).toSorted());
  });
});

test('an empty answer says why', async () => {
  const { db } = house;
  const why = async (projectId: string, annotatorId: string) => {
    const result = await leaseNext(db, { projectId, annotatorId, count: 1 });
    return result.kind === 'empty' ? result.reason : 'leased';
  };
  const empty = await makeProject(db, { numItems: 0, holdout: ['a'] });
  expect(await why(empty.projectId, empty.annotators[0]!)).toBe('no-items');
  const labeled = await makeProject(db, { numItems: 0, labels });
  expect(await why(labeled.projectId, labeled.annotators[0]!)).toBe('all-labeled');
  const held = await makeProject(db, { numItems: 1, numAnnotators: 2 });
  await lease(db, held.projectId, held.annotators[0]!);
  expect(await why(held.projectId, held.annotators[1]!)).toBe('all-leased');
  expect(await codeOf(leaseNext(db, { projectId: 'prj_none', annotatorId: 'usr_none', count: 1 }))).toBe(
    'not-found',
  );
});

test('held-out items are never handed out, and a blind project hides the reasons from annotators alone', async () => {
  const { db } = house;
  const { projectId, annotators } = await makeProject(db, {
    labels,
    numItems: 2,
    holdout: ['a', 'b'],
    settings: { blind: true },
  });
  await runRound(db, projectId);
  const leases = await lease(db, projectId, annotators[0]!, 10);
  expect(leases).toHaveLength(2);
  expect(leases.map(({ reason }) => reason)).toEqual([null, null]);
  for (const { leaseId } of leases) await releaseLease(db, { leaseId, annotatorId: annotators[0]! });
  for (const role of ['reviewer', 'engineer', 'admin'] as const) {
    const { leases: seen } = (await leaseNext(db, {
      projectId,
      annotatorId: annotators[0]!,
      count: 1,
      role,
    })) as { leases: { leaseId: string; score: number; reason: string }[] };
    expect(seen).toMatchObject([{ score: 1, reason: 'reason 1' }]);
    await releaseLease(db, { leaseId: seen[0]!.leaseId, annotatorId: annotators[0]! });
  }
});
