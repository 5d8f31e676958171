import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Annotation, createLeases, Item, Lease, ResponseOf } from '@tangent/contracts';
import { inTransaction } from '@tangent/database';
import { beforeEach, describe, expect, test } from 'vitest';
import { ask, eventually, expectProblem, join, makePerson, type Person, useApi } from './support/api.js';
import { makeProject, runRound, type TestProjectOptions } from './support/database.js';

const house = useApi();
type Leases = ResponseOf<typeof createLeases>;

interface Scene {
  readonly projectId: string;
  readonly itemIds: readonly string[];
  /** Of the live ranking. */
  readonly order: readonly string[];
  readonly ann: Person;
  readonly ben: Person;
  readonly reviewer: Person;
}
async function scene(options: TestProjectOptions = {}): Promise<Scene> {
  const made = await makeProject(house.db, { labels: ['a', 'b'], ...options });
  const { order } = await runRound(house.db, made.projectId);
  const [ann, ben, reviewer] = [await makePerson(house), await makePerson(house), await makePerson(house)];
  for (const { userId } of [ann, ben]) await join(house, made.projectId, userId, 'annotator');
  await join(house, made.projectId, reviewer.userId, 'reviewer');
  return { ...made, order, ann, ben, reviewer };
}
const lease = async ({ projectId }: Scene, who: Person, count = 1) =>
  (await ask<Leases>(house, `POST /v1/projects/${projectId}/leases`, { token: who.token, body: { count } }))
    .body;
const annotate = (who: Person, itemId: string, body: object, headers: Record<string, string> = {}) =>
  ask<Annotation>(house, `POST /v1/items/${itemId}/annotations`, { token: who.token, body, headers });
const undo = (who: Person, { id }: { id: string }) =>
  ask(house, `DELETE /v1/annotations/${id}`, { token: who.token });

let it: Scene;
beforeEach(async () => {
  it = await scene();
});

describe('leases', () => {
  test('come in rank order with what a screen needs, and say which ranking they are of', async () => {
    const { items, ranking, reason } = await lease(it, it.ann, 3);
    expect(items.map((one) => one.item.id)).toEqual(it.order.slice(0, 3));
    expect(items.map((one) => one.rank)).toEqual([1, 2, 3]);
    expect(items[0]).toMatchObject({ score: 1, reason: 'reason 1', arm: 'strategy', fence: 1 });
    expect(items[0]!.item).toMatchObject({ text: expect.any(String), data: {} });
    expect(ranking).toMatchObject({ strategy: 'lookahead', modelVersion: 1, numLabelsBehind: 0 });
    expect(reason).toBeUndefined();
  });

  test('are one without a body; an empty list says why', async () => {
    const { status, body } = await ask<Leases>(house, `POST /v1/projects/${it.projectId}/leases`, {
      token: it.ann.token,
    });
    expect({ status, n: body.items.length }).toEqual({ status: 200, n: 1 });
    await lease(it, it.ann, 50);
    expect(await lease(it, it.ben)).toMatchObject({ items: [], reason: 'all-leased' });
    const empty = await scene({ numItems: 1 });
    const [last] = (await lease(empty, empty.ann)).items as [Lease];
    await annotate(empty.ann, last.item.id, { classKey: 'a', leaseId: last.leaseId });
    expect(await lease(empty, empty.ben)).toMatchObject({ items: [], reason: 'all-labeled' });
  });

  test('are swapped in one request', async () => {
    const { items } = await lease(it, it.ann, 3);
    const giveBack = items.slice(1).map(({ leaseId }) => leaseId);
    const swapped = await ask<Leases>(house, `POST /v1/projects/${it.projectId}/leases`, {
      token: it.ann.token,
      body: { count: 1, giveBack },
    });
    expect(swapped.body.items.map(({ item }) => item.id)).toEqual([it.order[1]]);
    expect((await lease(it, it.ben)).items.map(({ item }) => item.id)).toEqual([it.order[2]]);
  });

  test('are prolonged and given back by their holder only', async () => {
    const [{ leaseId, item, expiresAt }] = (await lease(it, it.ann)).items as [Lease];
    const beat = (who: Person) =>
      ask<{ expiresAt: string }>(house, `POST /v1/leases/${leaseId}/heartbeat`, { token: who.token });
    const release = (who: Person) => ask(house, `DELETE /v1/leases/${leaseId}`, { token: who.token });
    expect(Date.parse((await beat(it.ann)).body.expiresAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expectProblem(await beat(it.ben), 'lease-not-yours');
    expectProblem(await release(it.reviewer), 'lease-not-yours');
    expect((await release(it.ann)).status).toBe(204);
    const [again] = (await lease(it, it.ben)).items as [Lease];
    expect(again).toMatchObject({ item: { id: item.id }, fence: 2 });
  });

  test('are given back when whoever asked has left before the answer', async () => {
    const { app, db, url } = house;
    const requests: IncomingMessage[] = [];
    app.server.once('request', (request: IncomingMessage) => requests.push(request));
    await inTransaction(db, async (tx) => {
      await tx.query('LOCK TABLE leases IN ACCESS EXCLUSIVE MODE');
      const leaving = new AbortController();
      const answer = fetch(`${url}/v1/projects/${it.projectId}/leases`, {
        method: 'POST',
        headers: { authorization: `Bearer ${it.ann.token}` },
        signal: leaving.signal,
      });
      const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'leases'::regclass AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      await eventually(async () => (await tx.query(waiting)).length).toBe(1);
      leaving.abort();
      await expect(answer).rejects.toThrow();
      await eventually(() => requests[0]?.socket.destroyed).toBe(true);
    });
    const ends = `SELECT closed_by FROM leases WHERE project_id = $1`;
    await eventually(() => db.query(ends, [it.projectId])).toEqual([{ closed_by: 'released' }]);
  });

  test('50 requests at once by two annotators share no item, and together are the head of the ranking', async () => {
    const many = await scene({ numItems: 120 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const response = await fetch(`${house.url}/v1/projects/${many.projectId}/leases`, {
          method: 'POST',
          headers: { authorization: `Bearer ${i % 2 ? many.ann.token : many.ben.token}` },
        });
        return (await response.json()) as Leases;
      }),
    );
    const leased = answers.flatMap(({ items }) => items);
    expect(leased).toHaveLength(50);
    expect(new Set(leased.map((one) => one.item.id))).toEqual(new Set(many.order.slice(0, 50)));
    for (const { rank, item } of leased) expect(many.order[rank! - 1]).toBe(item.id);
  });
});

describe('a blind project', () => {
  test('shows annotators the items, and nothing of what the model thinks; a reviewer may ask', async () => {
    const blind = await scene({ settings: { blind: true } });
    const [{ item, reason, score, rank }] = (await lease(blind, blind.ann)).items as [Lease];
    expect({ reason, score, rank }).toEqual({ reason: null, score: null, rank: 1 });
    const get = (who: Person, path: string) =>
      ask<{ items: { score: unknown }[] }>(house, `GET ${path}`, { token: who.token });
    const items = `/v1/projects/${blind.projectId}/items?order=rank`;
    expect((await get(blind.ann, items)).body.items[0]).toMatchObject({ rank: 1, score: null });
    const [theirs] = (await lease(blind, blind.reviewer)).items as [Lease];
    expect(theirs).toMatchObject({ reason: 'reason 2', score: 1 - 1 / 16, rank: 2 });
    expect((await get(blind.reviewer, items)).body.items[0]).toMatchObject({ rank: 1, score: 1 });
    const rounds = (await get(blind.ann, `/v1/projects/${blind.projectId}/rounds`)).body.items as unknown as {
      id: string;
    }[];
    const hidden = [
      `/v1/items/${item.id}/what-if`,
      `/v1/items/${item.id}/explanation`,
      `/v1/rounds/${rounds[0]!.id}/ranking`,
    ];
    for (const path of hidden) expectProblem(await get(blind.ann, path), 'forbidden');
    expect((await get(blind.reviewer, hidden[2]!)).status).toBe(200);
    expectProblem(await get(blind.reviewer, hidden[0]!), 'no-live-model');
  });
});

describe('an annotation', () => {
  test('labels the item, closes its lease, and is there once however often it is sent', async () => {
    const [{ leaseId, item }] = (await lease(it, it.ann)).items as [Lease];
    const key = { 'idempotency-key': randomUUID() };
    const body = { leaseId, classKey: 'b', activeMs: 900, wallMs: 1000, flag: true };
    const first = await annotate(it.ann, item.id, body, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ itemId: item.id, classKey: 'b', skip: null, flag: true });
    expect(await annotate(it.ann, item.id, body, key)).toMatchObject({ status: 201, body: first.body });
    const read = await ask<Item>(house, `GET /v1/items/${item.id}`, { token: it.ben.token });
    expect(read.body).toMatchObject({ status: 'labeled', label: 'b', isHoldout: false });
    const rows = await house.db.query('SELECT 1 FROM annotations WHERE item_id = $1', [item.id]);
    expect(rows).toHaveLength(1);
  });

  test('may be a skip; another answer of the same person replaces it', async () => {
    const [{ leaseId, item }] = (await lease(it, it.ann)).items as [Lease];
    const skipped = await annotate(it.ann, item.id, { leaseId, skip: { reason: 'not-relevant' } });
    expect(skipped.body).toMatchObject({ classKey: null, skip: { reason: 'not-relevant' } });
    const labeled = await annotate(it.ann, item.id, { classKey: 'a' });
    expect(labeled.body).toMatchObject({ classKey: 'a', supersedes: skipped.body.id });
    expectProblem(await undo(it.ann, skipped.body), 'annotation-superseded');
  });

  test('is not taken from a second annotator when the first has answered', async () => {
    const [{ leaseId, item }] = (await lease(it, it.ann)).items as [Lease];
    expectProblem(await annotate(it.ben, item.id, { classKey: 'a' }), 'lease-not-yours');
    await annotate(it.ann, item.id, { leaseId, classKey: 'a' });
    expectProblem(await annotate(it.ben, item.id, { classKey: 'a' }), 'already-annotated');
  });

  test('is undone by who gave it, or by a reviewer; then the item is handed out again', async () => {
    const answer = async () => {
      const [{ leaseId, item }] = (await lease(it, it.ann)).items as [Lease];
      return (await annotate(it.ann, item.id, { leaseId, classKey: 'a' })).body;
    };
    const first = await answer();
    expectProblem(await undo(it.ben, first), 'forbidden');
    expect((await undo(it.ann, first)).status).toBe(204);
    expect((await lease(it, it.ben)).items[0]!.item.id).toBe(first.itemId);
    const second = await answer();
    expect((await undo(it.reviewer, second)).status).toBe(204);
    expectProblem(await undo(it.reviewer, second), 'annotation-superseded');
  });

  test('is listed newest first; annotators see their own, and pages stay while more come', async () => {
    const made: Annotation[] = [];
    for (const who of [it.ann, it.ben, it.ann, it.ann, it.ben]) {
      const [{ leaseId, item }] = (await lease(it, who)).items as [Lease];
      made.unshift((await annotate(who, item.id, { leaseId, classKey: 'a' })).body);
    }
    await undo(it.ann, made[2]!);
    const list = async (who: Person, query: string) =>
      (
        await ask<{ items: (Annotation & { text?: string })[]; nextCursor: string | null }>(
          house,
          `GET /v1/projects/${it.projectId}/annotations?${query}`,
          { token: who.token },
        )
      ).body;
    const idsOf = ({ items }: { items: readonly Annotation[] }) => items.map(({ id }) => id);
    expect(idsOf(await list(it.ann, ''))).toEqual([made[1]!.id, made[4]!.id]);
    expect(idsOf(await list(it.ann, 'superseded=true'))).toEqual([made[1]!.id, made[2]!.id, made[4]!.id]);
    expect(idsOf(await list(it.reviewer, 'mine=true'))).toEqual([]);
    const first = await list(it.reviewer, 'superseded=true&limit=2');
    const [{ leaseId, item }] = (await lease(it, it.ann)).items as [Lease];
    await annotate(it.ann, item.id, { leaseId, classKey: 'c' });
    const second = await list(it.reviewer, `superseded=true&limit=5&cursor=${first.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(made.map(({ id }) => id));
    expect(first.items[0]!.text).toBeDefined();
  });
});

describe('items', () => {
  test('are listed by import and by rank, and filtered', async () => {
    const list = async (query: string) =>
      (
        await ask<{ items: (Item & { rank: number | null })[]; nextCursor: string | null }>(
          house,
          `GET /v1/projects/${it.projectId}/items?${query}`,
          { token: it.ann.token },
        )
      ).body;
    const ids: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`limit=5${cursor}`);
      ids.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(ids).toEqual(it.itemIds);
    expect((await list('order=rank&limit=3')).items.map(({ id, rank }) => [id, rank])).toEqual(
      it.order.slice(0, 3).map((id, i) => [id, i + 1]),
    );
    expect((await list('status=labeled')).items.map(({ label }) => label)).toEqual(['a', 'b']);
    await lease(it, it.ben, 2);
    expect((await list('status=leased')).items).toHaveLength(2);
    expect((await list('holdout=true')).items).toEqual([]);
  });
});
