import { type Client, login } from '@tangent/client';
import { noMapLabel, type PoolMap } from '@tangent/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { untilLive, vectorProject } from './support/vectors.js';

// The map of a pool: made by the worker, of the blobs of the last round, and filled in by the API.

let stack: Stack;
let client: Client;
let headers: { readonly authorization: string };
beforeAll(async () => {
  stack = await startStack({ queue: 'postgres' });
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  const { token } = await client.createToken({ body: { name: 'tags', scopes: ['projects:read'] } });
  headers = { authorization: `Bearer ${token}` };
});
afterAll(() => stack?.stop());

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
function read(map: PoolMap) {
  return {
    positions: new Uint16Array(bytesOf(map.positions)),
    predictions: new Uint16Array(bytesOf(map.predictions)),
    margins: new Uint8Array(bytesOf(map.margins)),
    labels: new Uint16Array(bytesOf(map.labels)),
    ranks: new Uint32Array(bytesOf(map.ranks)),
  };
}

async function doneRound(projectId: string) {
  const { id } = await client.createRound({ params: { projectId }, body: { seed: 5 } });
  const round = await client.waitForRound(id);
  expect(round.error).toBeNull();
  return round;
}

test('without a round there is a reason; then every item has its place, what is predicted, its label and rank', async () => {
  // More items than landmarks, in several shards.
  const { projectId, truth } = await vectorProject(client, { numPool: 2300, numLabeled: 60 });
  const params = { projectId };
  const none = await client.getMap({ params });
  expect(none).toMatchObject({ model: null, itemIds: [], positions: '' });
  expect(none.reason).toContain('no finished round');

  const round = await doneRound(projectId);
  const map = await client.waitForMap(projectId);
  expect(map).toMatchObject({
    model: { roundId: round.id, version: 1, numLiveUpdates: 0 },
    numItems: 2300,
    numLandmarks: 1000,
    classKeys: ['c0', 'c1', 'c2'],
    reason: null,
  });
  expect(new Set(map.itemIds)).toEqual(new Set(truth.keys()));
  const { positions, predictions, margins, labels, ranks } = read(map);
  expect([positions.length, predictions.length, margins.length]).toEqual([4600, 2300, 2300]);
  const { items } = await client.getPredictions({ params, query: { limit: 1000 } });
  items.forEach(({ itemId, predicted, probabilities }, i) => {
    expect(map.itemIds[i]).toBe(itemId);
    expect(map.classKeys[predictions[i]!]).toBe(predicted);
    const [first, second] = Object.values(probabilities).toSorted((a, b) => b - a);
    expect(Math.abs(margins[i]! - 255 * (first! - second!))).toBeLessThan(1);
  });
  expect(labels.filter((label) => label !== noMapLabel)).toHaveLength(60);
  map.itemIds.forEach((id, i) => {
    if (labels[i] !== noMapLabel) expect(map.classKeys[labels[i]!]).toBe(truth.get(id));
  });
  const ranking = await client.getRoundRanking({ params: { roundId: round.id }, query: { limit: 50 } });
  for (const { itemId, rank } of ranking.items) expect(ranks[map.itemIds.indexOf(itemId)]).toBe(rank);
  expect(ranks.filter((rank) => rank === 0)).toHaveLength(60);

  // The clouds lie apart in the plane as well: of the nearest points of one, nearly all are of its class.
  const classAt = map.itemIds.map((id) => truth.get(id));
  let numSame = 0;
  const looked = 100;
  for (let i = 0; i < looked; i++) {
    const near = classAt
      .map((_, j) => ({
        j,
        d: Math.hypot(positions[2 * i]! - positions[2 * j]!, positions[2 * i + 1]! - positions[2 * j + 1]!),
      }))
      .filter(({ j }) => j !== i)
      .toSorted((a, b) => a.d - b.d)
      .slice(0, 5);
    numSame += near.filter(({ j }) => classAt[j] === classAt[i]).length;
  }
  expect(numSame / (5 * looked)).toBeGreaterThan(0.9);

  // The places are of the round; a label changes what is known there, and the tag.
  const url = `${stack.apiUrl}/v1/projects/${projectId}/map`;
  const tag = (await fetch(url, { headers })).headers.get('etag')!;
  const unchanged = await fetch(url, { headers: { ...headers, 'if-none-match': tag } });
  expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
  const itemId = ranking.items[0]!.itemId;
  await client.createAnnotation({ params: { itemId }, body: { classKey: truth.get(itemId)! } });
  await untilLive(client, projectId, 1);
  const changed = await fetch(url, { headers: { ...headers, 'if-none-match': tag } });
  expect(changed.status).toBe(200);
  const after = (await changed.json()) as PoolMap;
  expect(after.positions).toBe(map.positions);
  expect(after.model!.numLiveUpdates).toBe(1);
  const place = map.itemIds.indexOf(itemId);
  expect(map.classKeys[read(after).labels[place]!]).toBe(truth.get(itemId));
  expect(read(after).ranks[place]).toBe(0);
});

test('whoever asks for the map of a large pool is told how far it is, and then gets it', async () => {
  const numPool = 6000;
  const { projectId } = await vectorProject(client, { numPool, numLabeled: 30 });
  await doneRound(projectId);
  const seen: PoolMap[] = [];
  do {
    seen.push(await client.getMap({ params: { projectId } }));
  } while (seen.at(-1)!.progress !== null);
  const coming = seen.slice(0, -1).map(({ progress }) => progress!);
  expect(coming.length).toBeGreaterThan(0);
  expect(coming).toEqual(coming.toSorted((a, b) => a - b));
  expect(seen[0]).toMatchObject({ itemIds: [], reason: expect.stringContaining('being laid out') });
  expect(seen.at(-1)).toMatchObject({ numItems: numPool, reason: null });
  expect(seen.at(-1)!.itemIds).toHaveLength(numPool);
});

test('a worker that starts anew draws the same map', async () => {
  const { projectId } = await vectorProject(client, { numPool: 90, numLabeled: 12 });
  await doneRound(projectId);
  const before = await client.waitForMap(projectId);
  await stack.workers[0]!.kill();
  await stack.workers[0]!.start();
  const again = await client.waitForMap(projectId);
  expect(again.positions).toBe(before.positions);
});
