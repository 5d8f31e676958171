import { randomBytes } from 'node:crypto';
import type {
  Confusion,
  CurvePoint,
  getPredictions,
  LiveReply,
  Operation,
  ResponseOf,
  Round,
  RoundEstimate,
} from '@tangent/contracts';
import {
  answerLive,
  commitImportBatch,
  createImport,
  insertItems,
  inTransaction,
  listAudit,
  listen,
} from '@tangent/database';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  eventually,
  expectProblem,
  join,
  makePerson,
  multipart,
  type Person,
  useApi,
} from './support/api.js';
import { makeProject, nobody, runRound, type TestProject, textItem } from './support/database.js';

const house = useApi();
let engineer: Person;
let made: TestProject;
let roundId: string;
let order: readonly string[];
beforeAll(async () => {
  engineer = await makePerson(house);
  made = await makeProject(house.db, { labels: ['a', 'b'], numItems: 6, holdout: ['a'] });
  await join(house, made.projectId, engineer.userId, 'engineer');
  ({ roundId, order } = await runRound(house.db, made.projectId));
});
const get = <T>(path: string) => ask<T>(house, `GET ${path}`, { token: engineer.token });
const post = <T>(path: string, body?: unknown) =>
  ask<T>(house, `POST ${path}`, { token: engineer.token, body });

describe('rounds', () => {
  test('are started, cancelled and shown; each refusal names the way out', async () => {
    const own = await makeProject(house.db, { labels: ['a', 'b'] });
    await join(house, own.projectId, engineer.userId, 'engineer');
    const url = `/v1/projects/${own.projectId}/rounds`;
    const started = await post<Round>(url, { strategy: 'margin', batchSize: 3, seed: 7 });
    expect(started).toMatchObject({
      status: 202,
      headers: { location: `/v1/rounds/${started.body.id}` },
      body: { status: 'planned', strategy: 'margin', batchSize: 3, seed: 7, trigger: 'request', number: 1 },
    });
    expectProblem(await post(url), 'round-active');
    const round = `/v1/rounds/${started.body.id}`;
    expectProblem(await get(`${round}/ranking`), 'no-ranking');
    const { body: unfinished } = await get<Record<string, unknown>>(`${round}/report`);
    expect(unfinished).toMatchObject({ model: null, curve: [], shards: [], scores: [], ranking: [] });
    expect((await get(`${round}/shards`)).body).toEqual({ items: [], nextCursor: null });
    expect((await get(`${round}/scores`)).body).toEqual({ items: [], nextCursor: null });
    expectProblem(await post(`${round}/retry`), 'round-not-retryable');
    expect((await post<Round>(`${round}/cancel`)).body.status).toBe('cancelled');
    expectProblem(await post(`${round}/cancel`), 'round-not-active');
    expect((await get<{ items: Round[] }>(url)).body.items.map(({ id }) => id)).toEqual([started.body.id]);
    const { items } = await listAudit(house.db, { limit: 3 });
    expect(items.map(({ action }) => action)).toEqual(['round.cancel', 'report.export', 'round.start']);

    const bare = await makeProject(house.db, { labels: ['a', 'a'] });
    await join(house, bare.projectId, engineer.userId, 'engineer');
    expectProblem(await post(`/v1/projects/${bare.projectId}/rounds`), 'nothing-to-train-on');
    const full = await makeProject(house.db, { labels: ['a', 'b'], numItems: 0 });
    await join(house, full.projectId, engineer.userId, 'engineer');
    expectProblem(await post(`/v1/projects/${full.projectId}/rounds`), 'nothing-to-score');
  });

  test('are estimated without being started, and what stands in the way is said', async () => {
    const url = `/v1/projects/${made.projectId}/rounds`;
    const before = (await get<{ items: Round[] }>(url)).body.items.length;
    const { body } = await post<RoundEstimate>(`${url}/estimate`, {
      strategy: 'margin',
      candidates: { size: 3 },
    });
    expect(body).toMatchObject({ strategy: 'margin', numCandidates: 3, obstacle: null });
    expect(body.basis).toMatchObject({ roundId, number: 1 });
    expect(body.totalMs).toBeCloseTo(
      body.phases.reduce((sum, { ms }) => sum + ms, 0),
      6,
    );
    expect((await get<{ items: Round[] }>(url)).body.items).toHaveLength(before);

    const bare = await makeProject(house.db, { labels: ['a', 'a'], numItems: 4 });
    await join(house, bare.projectId, engineer.userId, 'engineer');
    const bareUrl = `/v1/projects/${bare.projectId}/rounds/estimate`;
    expect((await post<RoundEstimate>(bareUrl, { strategy: 'margin' })).body).toMatchObject({
      phases: [],
      totalMs: null,
      basis: null,
      numLabels: 2,
      obstacle: { code: 'nothing-to-train-on' },
    });
    expect((await post<RoundEstimate>(bareUrl, { strategy: 'typiclust' })).body.obstacle).toBeNull();
  });

  test('show ranking and scores page by page', async () => {
    type Ranked = {
      items: { itemId: string; rank: number; isSelected: boolean }[];
      nextCursor: string | null;
    };
    const first = (await get<Ranked>(`/v1/rounds/${roundId}/ranking?limit=4`)).body;
    const rest = (await get<Ranked>(`/v1/rounds/${roundId}/ranking?limit=4&cursor=${first.nextCursor}`)).body;
    const ranked = [...first.items, ...rest.items];
    expect(ranked.map(({ itemId }) => itemId)).toEqual(order);
    expect(ranked.filter(({ isSelected }) => isSelected)).toHaveLength(2);
    expect(rest.nextCursor).toBeNull();
    const scores = (await get<Ranked>(`/v1/rounds/${roundId}/scores`)).body;
    expect(scores.items.length).toBe(made.itemIds.length - 2); // neither the held-out one nor the one without a score
    const shards = (await get<{ items: { scoreStatus: string }[] }>(`/v1/rounds/${roundId}/shards`)).body;
    expect(shards.items.map(({ scoreStatus }) => scoreStatus)).toEqual(['done', 'done']);

    // The report is all of this in one file.
    const file = await get<Record<string, unknown>>(`/v1/rounds/${roundId}/report`);
    expect(file.headers['content-disposition']).toBe('attachment; filename="test-round-1.json"');
    const { shards: reported, ...report } = file.body;
    expect(report).toEqual({
      round: (await get<Round>(`/v1/rounds/${roundId}`)).body,
      project: { id: made.projectId, name: 'test', type: 'text', classes: ['a', 'b', 'c'] },
      model: { version: 1, numLabels: 2, metrics: expect.anything() },
      curve: [{ arm: 'strategy', numLabels: 2, numCorrect: 1, numHoldout: 2 }],
      scores: scores.items,
      ranking: ranked,
    });
    expect(reported).toHaveLength(2);
  });
});

test('labels are counted against predictions, and each cell names its items', async () => {
  const { body } = await get<Confusion>(`/v1/projects/${made.projectId}/confusion`);
  // Every item of this round is predicted b; the held-out item is none of the pool.
  expect(body).toMatchObject({ numItems: 2, numAgreeing: 1, model: { version: 1 } });
  expect(body.cells).toEqual([
    { classKey: 'a', predicted: 'b', numItems: 1, itemIds: [made.itemIds[0]] },
    { classKey: 'b', predicted: 'b', numItems: 1, itemIds: [made.itemIds[1]] },
  ]);
  const bare = await makeProject(house.db, { labels: ['a'] });
  await join(house, bare.projectId, engineer.userId, 'engineer');
  expect((await get<Confusion>(`/v1/projects/${bare.projectId}/confusion`)).body).toEqual({
    numItems: 0,
    numAgreeing: 0,
    cells: [],
    model: null,
  });
});

test('predictions name the classes and the model they are of', async () => {
  const { body } = await get<ResponseOf<typeof getPredictions>>(
    `/v1/projects/${made.projectId}/predictions?limit=3`,
  );
  expect(body.items).toHaveLength(3);
  expect(body.items[0]).toEqual({
    itemId: expect.stringMatching(/^itm_/),
    probabilities: { a: 0.25, b: 0.5, c: 0.25 },
    predicted: 'b',
  });
  expect(body.model).toMatchObject({ version: 1, numLiveUpdates: 0 });
  expect(body.nextCursor).not.toBeNull();
  const empty = await makeProject(house.db);
  await join(house, empty.projectId, engineer.userId, 'engineer');
  const none = await get<ResponseOf<typeof getPredictions>>(`/v1/projects/${empty.projectId}/predictions`);
  expect(none.body).toEqual({ items: [], model: null, nextCursor: null });
});

test('the curve gives each accuracy with its interval', async () => {
  const { body } = await get<{ points: CurvePoint[] }>(`/v1/projects/${made.projectId}/curve`);
  const [point] = body.points;
  expect(body.points).toHaveLength(1);
  expect(point).toMatchObject({ roundId, arm: 'strategy', numLabels: 2, numHoldout: 2, accuracy: 0.5 });
  const [low, high] = point!.interval;
  expect(low).toBeCloseTo(0.0945, 3);
  expect(high).toBeCloseTo(0.9055, 3);
});

describe('questions to the live model', () => {
  let stop = async () => {};
  afterEach(() => stop());
  /** Answers what is asked, as a worker that holds the live model does. */
  async function hold(reply: (itemId: string) => LiveReply): Promise<void> {
    const listener = await listen({
      url: house.db.url,
      channels: ['tangent_live'],
      onMessage({ payload }) {
        const { kind, requestId } = JSON.parse(payload) as { kind: string; requestId: string };
        if (kind === 'question') void answerLive(house.db, { requestId, reply: reply(order[0]!) });
      },
    });
    stop = () => listener.close();
  }
  const whatIf = `/what-if`;

  test('are answered by the worker that holds it', async () => {
    const answer = {
      classes: [{ classKey: 'a', probability: 0.5, numFlips: 3, meanChange: 0.1, mostChanged: [] }],
    };
    await hold(() => ({ kind: 'what-if', answer }));
    const { status, body } = await get(`/v1/items/${order[0]}${whatIf}`);
    expect({ status, body }).toEqual({ status: 200, body: answer });
  });

  test('of an item that came after the round wait for the next', async () => {
    await hold(() => ({ kind: 'unknown-item' }));
    expectProblem(await get(`/v1/items/${made.itemIds.at(-1)}/explanation`), 'no-ranking');
  });

  test('without a worker end after three seconds with a way out; without a round at once', async () => {
    const from = performance.now();
    const { detail } = expectProblem(await get(`/v1/items/${order[0]}/explanation`), 'no-live-model');
    expect(performance.now() - from).toBeLessThan(4500);
    expect(detail).toContain('Start a worker');
    const bare = await makeProject(house.db);
    await join(house, bare.projectId, engineer.userId, 'annotator');
    expectProblem(await get(`/v1/items/${bare.itemIds[0]}${whatIf}`), 'no-ranking');
    stop = async () => {};
  });
});

describe('the image of an item', () => {
  test('is served once and for all, to those who may see it, as what it is', async () => {
    const bytes = randomBytes(5000);
    const { key } = await house.blobs.put(bytes);
    const media = { sha256: key, mimeType: 'image/png', width: 8, height: 4, channels: 1, numBytes: 5000 };
    const { projectId } = await makeProject(house.db, { numItems: 0 });
    await inTransaction(house.db, (tx) => insertItems(tx, projectId, [{ contentHash: key, media }]));
    await join(house, projectId, engineer.userId, 'annotator');
    type Items = { items: { id: string; mediaUrl: string; width: number; height: number }[] };
    const [item] = (await get<Items>(`/v1/projects/${projectId}/items`)).body.items;
    expect(item).toMatchObject({ mediaUrl: `/v1/items/${item!.id}/media`, width: 8, height: 4 });

    const fetched = await fetch(`${house.url}${item!.mediaUrl}`, {
      headers: { authorization: `Bearer ${engineer.token}` },
    });
    expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(fetched.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '5000',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      etag: `"${key}"`,
    });
    const again = await ask(house, `GET ${item!.mediaUrl}`, {
      token: engineer.token,
      headers: { 'if-none-match': `"${key}"` },
    });
    expect(again).toMatchObject({ status: 304, body: '' });
    const outsider = await makePerson(house);
    expectProblem(await ask(house, `GET ${item!.mediaUrl}`, { token: outsider.token }), 'not-found');
    expectProblem(await get(`/v1/items/${order[0]}/media`), 'not-found');

    await house.blobs.delete(key);
    const gone = await get(item!.mediaUrl);
    expectProblem(gone, 'internal');
    expect(gone.headers).not.toHaveProperty('etag');
    expect(gone.headers['cache-control']).toBe('no-store');
  });
});

test('an import is of the format that its name or ?format says, and waits for a worker', async () => {
  const upload = (query: string, fileName: string, content: string) =>
    ask<Operation>(house, `POST /v1/projects/${made.projectId}/imports${query}`, {
      token: engineer.token,
      ...multipart(fileName, content),
    });
  const byName = await upload('?dryRun=true', 'C:\\rows\\today.CSV', 'text\nhello\n');
  expect(byName).toMatchObject({ status: 202, body: { status: 'running', isDryRun: true } });
  const byQuery = await upload('?format=jsonl', 'rows', '{"text":"hello"}\n');
  const rows = await house.db.query(
    `SELECT operation_id, format, file_name, length(file_key) AS length FROM imports WHERE operation_id = ANY($1) ORDER BY 1`,
    [[byName.body.id, byQuery.body.id]],
  );
  expect(rows).toEqual([
    { operation_id: byName.body.id, format: 'csv', file_name: 'today.CSV', length: 64 },
    { operation_id: byQuery.body.id, format: 'jsonl', file_name: 'rows', length: 64 },
  ]);
});

test('an operation tells how far it is and what was wrong', async () => {
  const { id: operationId } = await createImport(house.db, {
    projectId: made.projectId,
    format: 'jsonl',
    fileName: 'rows.jsonl',
    fileKey: '0'.repeat(64),
    isDryRun: false,
    actor: nobody,
  });
  const errors = [{ line: 2, code: 'unknown-class', detail: 'The project has no class “z”.' }];
  await commitImportBatch(house.db, {
    operationId,
    fromRow: 0,
    toRow: 3,
    items: [textItem({ contentHash: 'imported 1' }), textItem({ contentHash: 'imported 1' })],
    numFailed: 1,
    errors,
  });
  const { body } = await get(`/v1/operations/${operationId}`);
  expect(body).toMatchObject({
    status: 'running',
    counts: { read: 3, created: 1, duplicates: 1, failed: 1 },
    errors,
  });

  // Its worker would find it ended at the next batch; what it has made stays.
  const cancelled = await post<Operation>(`/v1/operations/${operationId}/cancel`);
  expect(cancelled).toMatchObject({
    status: 200,
    body: { status: 'failed', counts: { created: 1 }, errors: [{ code: 'cancelled' }, ...errors] },
  });
  const next = { operationId, fromRow: 3, toRow: 4, items: [], numFailed: 1, errors };
  expect(await commitImportBatch(house.db, next)).toEqual({ kind: 'ended' });
  expectProblem(await post(`/v1/operations/${operationId}/cancel`), 'operation-ended');
  const { items } = await listAudit(house.db, { limit: 1 });
  expect(items[0]).toMatchObject({ action: 'import.cancel', targetId: operationId });
});

describe('an export', () => {
  const numItems = 4000;
  let projectId: string;
  const download = (signal?: AbortSignal) =>
    fetch(`${house.url}/v1/projects/${projectId}/exports`, {
      headers: { authorization: `Bearer ${engineer.token}` },
      ...(signal && { signal }),
    });
  beforeAll(async () => {
    const body = { name: 'Chiffres à étiqueter', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] };
    projectId = (await post<{ id: string }>('/v1/projects', body)).body.id;
    // More than the buffers between database and reader hold, so that the export runs while it is read.
    const data = { filler: 'x'.repeat(3000) };
    const items = Array.from({ length: numItems }, () => textItem({ data }));
    await inTransaction(house.db, (tx) => insertItems(tx, projectId, items));
  });

  test('is one snapshot, whatever is annotated meanwhile, under a name of its own', async () => {
    const response = await download();
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="Chiffres-a-etiqueter-\d{4}-\d\d-\d\d\.jsonl"$/,
    );
    type Leased = { items: { item: { id: string } }[] };
    const [lease] = (await post<Leased>(`/v1/projects/${projectId}/leases`)).body.items;
    expect((await post(`/v1/items/${lease!.item.id}/annotations`, { classKey: 'a' })).status).toBe(201);

    const lines = (await response.text()).trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as { status: string });
    expect(rows).toHaveLength(numItems);
    expect(rows.filter(({ status }) => status !== 'unlabeled')).toEqual([]);
    const [first] = (await (await download()).text()).split('\n', 1);
    expect(JSON.parse(first!)).toMatchObject({
      itemId: lease!.item.id,
      status: 'labeled',
      label: 'a',
      labelSource: 'annotation',
      holdout: false,
      annotations: [{ annotatorId: engineer.userId, classKey: 'a', skip: null }],
    });
    const { items } = await listAudit(house.db, { limit: 1 });
    expect(items[0]).toMatchObject({
      action: 'export.create',
      targetId: projectId,
      detail: { format: 'jsonl' },
    });
  });

  test('that is left in the middle gives its connection back', async () => {
    const controller = new AbortController();
    const response = await download(controller.signal);
    const { value } = await response.body!.getReader().read();
    expect(value!.length).toBeGreaterThan(0);
    expect(house.db.pool.totalCount - house.db.pool.idleCount).toBe(1);
    controller.abort();
    await eventually(() => house.db.pool.totalCount - house.db.pool.idleCount).toBe(0);
  });
});
