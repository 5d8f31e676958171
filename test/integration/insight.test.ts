import { type Client, login } from '@tangent/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { untilLive, vectorProject } from './support/vectors.js';

// What a project can be asked about its labels: by the API, answered by the worker that holds the live model.

let stack: Stack;
let client: Client;
beforeAll(async () => {
  stack = await startStack({ queue: 'postgres' });
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
});
afterAll(() => stack?.stop());

async function doneRound(projectId: string, body: Parameters<Client['createRound']>[0]['body'] = {}) {
  const { id } = await client.createRound({ params: { projectId }, body });
  const round = await client.waitForRound(id);
  expect(round.error).toBeNull();
  return round;
}

test('a project without a round has reasons in place of numbers', async () => {
  const { projectId } = await vectorProject(client, { numPool: 60, numLabeled: 12, numHeldOut: 0 });
  const params = { projectId };
  const suspects = await client.getSuspects({ params });
  expect(suspects).toMatchObject({ items: [], model: null, nextCursor: null });
  expect(suspects.reason).toContain('no finished round');
  const quality = await client.getQuality({ params });
  expect(quality.alpha.reason).toContain('settings.overlap');
});

const wrong = [4, 17, 31, 50];
const kernels = [
  { name: 'in kernel space', numPool: 300, settings: {}, round: {} },
  {
    name: 'in feature space',
    // More covariances than the kernel form keeps, 2e7.
    numPool: 4800,
    settings: { kernel: { features: 'sketch', dimension: 256 } },
    round: { evaluation: { size: 4700 } },
  },
  { name: 'in blocks of the eNTK', numPool: 200, settings: { kernel: { type: 'entk' } }, round: {} },
];
test.each(kernels)('of a live model $name wrong labels are suspects, page by page', async (kernel) => {
  const { projectId, truth } = await vectorProject(client, { ...kernel, numLabeled: 60, wrong });
  const round = await doneRound(projectId, { ...kernel.round, seed: 5 });
  const params = { projectId };
  const all = await client.getSuspects({ params });
  expect(all).toMatchObject({
    reason: null,
    numLabels: 60,
    numJudged: 60,
    numSuspects: all.items.length,
    nextCursor: null,
    model: { roundId: round.id, version: 1, numLiveUpdates: 0 },
  });
  const items = new Map<string, number>();
  for await (const item of client.each('listItems', { params, query: { limit: 1000 } }))
    items.set(item.id, Number(item.externalId));
  // The clouds lie apart: what is found first is what was planted.
  const found = all.items.slice(0, wrong.length);
  expect(found.map(({ itemId }) => items.get(itemId)).toSorted((a, b) => a! - b!)).toEqual(wrong);
  for (const { itemId, classKey, suggested } of found) {
    expect(suggested).toBe(truth.get(itemId));
    expect(classKey).not.toBe(suggested);
  }
  const scores = all.items.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  const paged = [];
  for await (const suspect of client.each('getSuspects', { params, query: { limit: 3 } }))
    paged.push(suspect);
  expect(paged).toEqual(all.items);

  // A correction is a live update: the label is no suspect any more.
  const { itemId, suggested } = found[0]!;
  await client.createAnnotation({ params: { itemId }, body: { classKey: suggested } });
  await untilLive(client, projectId, 1);
  const after = await client.getSuspects({ params });
  expect(after.model!.numLiveUpdates).toBe(1);
  expect(after.items.map((suspect) => suspect.itemId)).not.toContain(itemId);
});
