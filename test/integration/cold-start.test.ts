import { type Client, login } from '@tangent/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { predictionsOf, rankingOf, untilLive, type VectorProject, vectorProject } from './support/vectors.js';

// A project whose labels are of fewer than two classes: rounds have an order, and no model.

let stack: Stack;
let client: Client;
let made: VectorProject;
const numPool = 120;
beforeAll(async () => {
  stack = await startStack();
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  made = await vectorProject(client, { numPool, numLabeled: 0 });
});
afterAll(() => stack?.stop());

async function coldRound(projectId: string, body: Parameters<Client['createRound']>[0]['body']) {
  const { id } = await client.createRound({ params: { projectId }, body });
  const round = await client.waitForRound(id);
  expect(round.error).toBeNull();
  expect(round).toMatchObject({ status: 'done', modelVersion: null, metrics: { isColdStart: true } });
  return round;
}

async function expectNoModel(projectId: string, itemId: string) {
  const { items, model } = await client.getPredictions({ params: { projectId } });
  expect([items, model]).toEqual([[], null]);
  await expect(client.getWhatIf({ params: { itemId } })).rejects.toMatchObject({ code: 'no-model' });
  expect((await client.getCurve({ params: { projectId } })).points).toEqual([]);
  // Reports say so as well, at once, and nobody is asked who has nothing to answer with.
  const params = { projectId };
  const reports = [client.getSuspects({ params }), client.getForecast({ params }), client.getLab({ params })];
  for (const { model, reason } of await Promise.all(reports)) {
    expect(model).toBeNull();
    expect(reason).toContain('The last round trained no model');
  }
}

/** Labels the item that is served first as it truly is. */
async function annotate({ projectId, truth }: VectorProject) {
  const { items, ranking } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
  const [lease] = items;
  const itemId = lease!.item.id;
  await client.createAnnotation({
    params: { itemId },
    body: { leaseId: lease!.leaseId, classKey: truth.get(itemId)! },
  });
  return { itemId, reason: lease!.reason, ranking };
}

test('without any label a round orders the pool by what is typical, and says that nothing was trained', async () => {
  const { projectId, truth } = made;
  await expect(
    client.createRound({ params: { projectId }, body: { strategy: 'lookahead' } }),
  ).rejects.toMatchObject({ code: 'nothing-to-train-on' });
  const round = await coldRound(projectId, { strategy: 'typiclust', batchSize: 9, seed: 5 });
  expect(round.metrics).toMatchObject({ numLabeled: 0, numPool, features: 'none' });
  const places = await rankingOf(client, round.id);
  expect(new Set(places.map(({ itemId }) => itemId))).toEqual(new Set(truth.keys()));
  expect(places.every(({ score }) => Number.isFinite(score) && score > 0)).toBe(true);
  // The pool is three clouds, and some of each are picked before anybody said so.
  expect(new Set(places.slice(0, 9).map(({ itemId }) => truth.get(itemId))).size).toBe(3);
  await expectNoModel(projectId, places[0]!.itemId);
  const { itemId, reason, ranking } = await annotate(made);
  expect(itemId).toBe(places[0]!.itemId);
  expect(reason).toBe('Typical of a group of similar items that has no label yet.');
  expect(ranking).toMatchObject({ strategy: 'typiclust', modelVersion: null, numLiveUpdates: 0 });
});

test('labels of one class are a cold start still, and those of more train the first model', async () => {
  const { projectId } = made;
  const drawn = await coldRound(projectId, { strategy: 'random' });
  expect(drawn.metrics.numLabeled).toBe(1);
  expect(await rankingOf(client, drawn.id)).toHaveLength(numPool - 1);
  // A worker that takes up a project without a model has nothing to do for it, and goes on.
  await stack.workers[0]!.kill('SIGKILL');
  await stack.workers[0]!.start();
  for (let i = 0; i < 8; i++) await annotate(made);
  const { id } = await client.createRound({ params: { projectId }, body: { strategy: 'lookahead' } });
  const trained = await client.waitForRound(id);
  expect(trained).toMatchObject({ status: 'done', modelVersion: 1, metrics: { numLabeled: 9 } });
  expect(trained.metrics).not.toHaveProperty('isColdStart');
  expect((await predictionsOf(client, projectId)).size).toBe(numPool);
  await annotate(made);
  await untilLive(client, projectId, 1);
});

test('after a round that could train, a cold start leaves no prediction of the model before', async () => {
  const { id: projectId } = await client.createProject({
    body: {
      name: 'texts',
      type: 'text',
      classes: [{ key: 'a' }, { key: 'b' }],
      settings: { trigger: { everyLabels: null }, model: { hidden: [8], steps: 5 }, strategy: 'typiclust' },
    },
  });
  const rows = Array.from({ length: 30 }, (_, i) =>
    JSON.stringify({ text: `${i % 2 ? 'red apple' : 'blue sky'} ${i}`, ...(i < 2 && { label: 'ab'[i] }) }),
  );
  const upload = await client.uploadImport({
    params: { projectId },
    file: new Blob([rows.join('\n')]),
    fileName: 'texts.jsonl',
  });
  expect((await client.waitForOperation(upload.id)).counts).toMatchObject({ created: 30, failed: 0 });
  const { id } = await client.createRound({ params: { projectId }, body: {} });
  expect(await client.waitForRound(id)).toMatchObject({ status: 'done', modelVersion: 1 });
  expect((await predictionsOf(client, projectId)).size).toBe(30);
  const { items } = await client.listItems({ params: { projectId }, query: { status: 'labeled' } });
  const [labeled] = items;
  await client.createAnnotation({
    params: { itemId: labeled!.id },
    body: { classKey: labeled!.label === 'a' ? 'b' : 'a' },
  });
  const cold = await coldRound(projectId, {});
  expect(cold.metrics.numLabeled).toBe(2);
  await expectNoModel(projectId, labeled!.id);
});
