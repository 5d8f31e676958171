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
  const forecast = await client.getForecast({ params });
  expect(forecast).toMatchObject({ now: null, after: [], advice: { kind: 'cannot-say' } });
  expect(forecast.reason).toContain('no finished round');
  expect((await client.getLab({ params })).reason).toContain('no finished round');

  // Twelve labels judge each other, but say nothing of new ones.
  const round = await doneRound(projectId);
  expect(await client.getSuspects({ params })).toMatchObject({ numJudged: 12, reason: null });
  const few = await client.getForecast({ params });
  expect(few).toMatchObject({ now: null, numLabels: 12, model: { roundId: round.id } });
  expect(few.reason).toContain('12 labels; a forecast takes 20');
  // Nothing is held out: half of the labels are learnt from, half compared on.
  const { sample, reason } = await client.getLab({ params, query: { items: 16 } });
  expect(sample).toMatchObject({ numTrain: 6, numTest: 6, testedOn: 'labels' });
  expect([sample!.bound, reason]).toEqual(['there are no more labels', null]);
});

test('annotators who answer the same items are compared, also by themselves', async () => {
  const { projectId } = await vectorProject(client, {
    numPool: 20,
    numLabeled: 0,
    numHeldOut: 0,
    settings: { overlap: 2 },
  });
  const params = { projectId };
  const [email, password] = ['second@tangent.test', 'a long enough password'];
  const { id: userId } = await client.createUser({ body: { email, name: 'Second', password } });
  await client.putMember({ params: { projectId, userId }, body: { role: 'annotator' } });
  const second = (await login({ baseUrl: stack.apiUrl }, email, password)).client;
  const { items } = await client.listItems({ params, query: { limit: 4 } });
  const answers = [
    ['c0', 'c0'],
    ['c0', 'c1'],
    ['c1', 'c1'],
    ['c1', 'c1'],
  ] as const;
  for (const [i, [mine, theirs]] of answers.entries()) {
    await client.createAnnotation({ params: { itemId: items[i]!.id }, body: { classKey: mine } });
    await second.createAnnotation({ params: { itemId: items[i]!.id }, body: { classKey: theirs } });
  }
  const quality = await client.getQuality({ params });
  expect(quality).toMatchObject({
    numItems: 4,
    numAnswers: 8,
    numAnnotators: 2,
    numPairs: 1,
    observed: 0.75,
  });
  // n = 8, n_c0 = 3, o_c0c0 = 2: α = 1 − 7 · 2/(64 − 9 − 25). p_e = 1/2 · 1/4 + 1/2 · 3/4: κ = 1/2.
  expect(quality.alpha.value).toBeCloseTo(8 / 15, 12);
  expect(quality.pairs[0]!.kappa).toBeCloseTo(0.5, 12);
  expect(quality.pairs[0]!.annotators.map(({ name }) => name)).toContain('Second');
  await expect(second.getQuality({ params })).rejects.toMatchObject({ code: 'forbidden' });
});

const wrong = [4, 17, 31, 50];
const kernels = [
  { name: 'in kernel space', numPool: 300, settings: {} },
  { name: 'in blocks of the eNTK', numPool: 200, settings: { kernel: { type: 'entk' } } },
];
test.each(kernels)('of a live model $name wrong labels are suspects, page by page', async (kernel) => {
  const { projectId, truth } = await vectorProject(client, { ...kernel, numLabeled: 60, wrong });
  const round = await doneRound(projectId, { seed: 5 });
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

  // What is suspect is what leave-one-out gets wrong; labels that gain something lower the risk, and never below its floor.
  const forecast = await client.getForecast({ params, query: { batch: 10 } });
  expect(forecast).toMatchObject({ numLabels: 60, reason: null, model: { numLiveUpdates: 0 } });
  expect(Math.round(60 * (1 - forecast.accuracy!.value))).toBe(all.numSuspects);
  const risks = [forecast.now!.risk, ...forecast.after.map(({ risk }) => risk)];
  expect(risks).toHaveLength(11);
  expect(risks).toEqual(risks.toSorted((a, b) => b - a));
  expect(risks[10]).toBeLessThan(risks[0]!);
  expect(risks[10]).toBeGreaterThan(forecast.floor!);
  expect(forecast.advice.text).toContain(`from ${risks[0]!.toPrecision(3)} to ${risks[10]!.toPrecision(3)}`);

  // A correction is a live update: the label is no suspect any more.
  const { itemId, suggested } = found[0]!;
  await client.createAnnotation({ params: { itemId }, body: { classKey: suggested } });
  await untilLive(client, projectId, 1);
  const after = await client.getSuspects({ params });
  expect(after.model!.numLiveUpdates).toBe(1);
  expect(after.items.map((suspect) => suspect.itemId)).not.toContain(itemId);
});

test('the laboratory compares the kernels of the last model on labels and held-out items', async () => {
  const { projectId } = await vectorProject(client, { numPool: 200, numLabeled: 60 });
  const params = { projectId };
  const round = await doneRound(projectId, { seed: 9 });
  const { model, sample, kernels, reason } = await client.getLab({ params, query: { items: 40 } });
  expect([model, reason]).toEqual([{ roundId: round.id, version: 1 }, null]);
  expect(sample).toMatchObject({ testedOn: 'holdout', seed: 9 });
  const { numItems: n, numTrain, numTest } = sample!;
  expect(numTrain + numTest).toBe(n);
  expect(n).toBeLessThanOrEqual(40);
  const { entk, pntk, sketch, sketchDimension, networkAccuracy } = kernels!;
  // eNTK (kN)² · 8 bytes, pseudo-NTK N² · 8, sketch N · d · 4.
  expect([entk.bytes, pntk.bytes, sketch.bytes]).toEqual([
    (3 * n) ** 2 * 8,
    n * n * 8,
    n * sketchDimension * 4,
  ]);
  expect([entk.poolBytes, pntk.poolBytes, sketch.poolBytes]).toEqual([
    600 ** 2 * 8,
    200 ** 2 * 8,
    200 * sketchDimension * 4,
  ]);
  for (const { accuracy, spectrum } of [entk, pntk, sketch]) {
    expect(accuracy).toBeGreaterThan(0.6);
    expect(spectrum.eigenvalues[0]).toBe(spectrum.largest);
    expect(spectrum.effectiveDimension).toBeGreaterThan(1);
  }
  expect(networkAccuracy).toBeGreaterThan(0.8);
  for (const { frobeniusError } of [pntk, sketch]) {
    expect(frobeniusError).toBeGreaterThan(0);
    expect(frobeniusError).toBeLessThan(1);
  }
  // The trace kernel has the eNTK's mean diagonal, so that λ is the same for both.
  expect(pntk.ridge / entk.ridge).toBeCloseTo(1, 3);

  // The sample is of the seed.
  const ask = async (seed: number) => (await client.getLab({ params, query: { items: 16, seed } })).kernels!;
  const [one, other, again] = [await ask(1), await ask(2), await ask(1)];
  expect(again.pntk.frobeniusError).toBe(one.pntk.frobeniusError);
  expect(other.pntk.frobeniusError).not.toBe(one.pntk.frobeniusError);
});
