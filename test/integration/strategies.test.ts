import { type Client, login } from '@tangent/client';
import { strategyNames } from '@tangent/contracts';
import { buildNetwork } from '@tangent/models';
import { modelJson, toLayersModel } from '@tangent/networks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { predictionsOf, rankingOf, untilLive, type VectorProject, vectorProject } from './support/vectors.js';
import { numberedPicture, zipOf } from './support/zips.js';

// Every strategy, kernel and architecture as people ask for them: by REST, through the queue, in a worker's process.

let stack: Stack;
let client: Client;
let made: VectorProject;
const numPool = 120;
const numLabeled = 12;
const classKeys = ['c0', 'c1', 'c2'];
beforeAll(async () => {
  stack = await startStack();
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  made = await vectorProject(client, {
    numPool,
    numLabeled,
    settings: { model: { hidden: [16], steps: 40 } },
  });
});
afterAll(() => stack?.stop());

type RoundBody = Parameters<Client['createRound']>[0]['body'];

async function round(body: RoundBody, { projectId }: { readonly projectId: string } = made) {
  const { id } = await client.createRound({
    params: { projectId },
    body: { seed: 5, batchSize: 6, evaluation: { size: 60 }, ...body },
  });
  const done = await client.waitForRound(id, { intervalMs: 50 });
  expect(done.error).toBeNull();
  return done;
}

/** Everything unlabeled, once, with numbers. */
async function expectRanking(roundId: string, numCandidates = numPool - numLabeled) {
  const ranking = await rankingOf(client, roundId);
  expect(new Set(ranking.map(({ itemId }) => itemId)).size).toBe(numCandidates);
  expect(ranking.every(({ score }) => Number.isFinite(score))).toBe(true);
  return ranking;
}

test.each(strategyNames)('a round by %s', async (strategy) => {
  // Training for every candidate takes its time.
  const size = strategy === 'lookahead-retrain' ? 8 : numPool - numLabeled;
  const { id, config } = await round({ strategy, candidates: { size } });
  expect(config.strategy).toBe(strategy);
  await expectRanking(id, size);
});

test.each([
  'lookahead',
  'mlmoc',
  'emoc',
  'eer',
  'vtl',
  'bait',
  'label-flips',
  'random',
  'entropy',
  'least-confidence',
  'margin',
] as const)('a round by %s on sketched features', async (strategy) => {
  const { id, metrics } = await round({ strategy, kernel: { features: 'sketch', dimension: 256 } });
  expect(metrics.features).toBe('sketch of 256');
  await expectRanking(id);
});

describe('kernels', () => {
  test.each([
    { type: 'entk' },
    { type: 'entk', features: 'sketch', dimension: 256 },
    { type: 'pntk-sum', balanced: false },
    { type: 'pntk-first' },
    { type: 'pntk-sign', signDraws: 4 },
    { type: 'last-layer' },
    {
      type: 'trace',
      features: 'sketch',
      dimension: 256,
      sketchMethod: 'kronecker',
      sketchDistribution: 'gaussian',
    },
  ] as const)('%o', async (kernel) => {
    const { id, metrics } = await round({ strategy: 'lookahead', kernel });
    await expectRanking(id);
    expect(metrics.features).toBe('features' in kernel ? 'sketch of 256' : 'exact');
  });

  test('blocks of the eNTK follow labels and their undoing', async () => {
    const { id } = await round({ strategy: 'mlmoc', norm: 'l2', kernel: { type: 'entk' } });
    const params = { projectId: made.projectId };
    const before = await predictionsOf(client, made.projectId);
    const { itemId } = (await rankingOf(client, id))[0]!;
    const { id: annotationId } = await client.createAnnotation({
      params: { itemId },
      body: { classKey: made.truth.get(itemId)! },
    });
    await untilLive(client, made.projectId, 1);
    const labeled = await predictionsOf(client, made.projectId);
    expect(labeled.get(itemId)![made.truth.get(itemId)!]).toBeGreaterThan(0.6);
    await client.deleteAnnotation({ params: { annotationId } });
    await untilLive(client, made.projectId, 2);
    const undone = await predictionsOf(client, made.projectId);
    for (const [item, probabilities] of before)
      for (const key of classKeys) expect(undone.get(item)![key]).toBeCloseTo(probabilities[key]!, 4);
    expect((await client.getProject({ params })).counts.labeled).toBe(numLabeled);
  });
});

describe('convolutional networks', () => {
  let projectId: string;
  beforeAll(async () => {
    const created = await client.createProject({
      body: {
        name: 'pictures',
        type: 'image',
        classes: [{ key: 'even' }, { key: 'odd' }],
        settings: { trigger: { everyLabels: null }, controlArm: 0.2 },
      },
    });
    projectId = created.id;
    const pictures = await Promise.all(Array.from({ length: 24 }, (_, n) => numberedPicture(n)));
    const file = await zipOf(
      pictures.map((picture, n) => {
        const folder = n < 4 ? 'holdout/' : '';
        const label = n < 12 ? (n % 2 ? 'odd/' : 'even/') : '';
        return [`${folder}${label}${n}.png`, picture] as const;
      }),
    );
    const upload = await client.uploadImport({ params: { projectId }, file, fileName: 'pictures.zip' });
    expect((await client.waitForOperation(upload.id)).counts).toMatchObject({ created: 24, failed: 0 });
  });

  test.each(['cnn', 'wide-resnet'] as const)('a round on %s, with the share of every layer', async (kind) => {
    const done = await round({ model: { kind, steps: 2 } }, { projectId });
    await expectRanking(done.id, 12);
    expect(done.config.controlArm).toBe(0.2);
    const { points } = await client.getCurve({ params: { projectId } });
    const arms = points.filter(({ roundId }) => roundId === done.id).map(({ arm }) => arm);
    expect(arms.toSorted()).toEqual(['control', 'strategy']);
    const layers = done.metrics.layers as { name: string; traceShare: number }[];
    expect(layers.length).toBeGreaterThan(3);
    expect(layers.reduce((sum, { traceShare }) => sum + traceShare, 0)).toBeCloseTo(1, 6);
  });
});

describe('models', () => {
  test('a prefilter scores the torn ones, and ranks the others behind them', async () => {
    const { id, metrics } = await round({ strategy: 'lookahead', prefilter: 0.25 });
    expect(metrics.numPrefiltered).toBe(27);
    const ranking = await expectRanking(id);
    const scores = ranking.slice(6).map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const { items } = await client.getRoundScores({ params: { roundId: id }, query: { limit: 1000 } });
    expect(items).toHaveLength(27);
  });

  test('an imported network is trained on, with a last layer for the classes of the project', async () => {
    const network = buildNetwork({ kind: 'mlp', hidden: [8], activation: 'tanh' }, [16], 7, 1);
    const saved = toLayersModel(network);
    const file = await zipOf([
      ['model.json', Buffer.from(modelJson(saved))],
      ['weights.bin', new Uint8Array(saved.weightData)],
    ]);
    const params = { projectId: made.projectId };
    const { id: networkId, numOutputs } = await client.uploadNetwork({ params, file, fileName: 'tanh.zip' });
    expect(numOutputs).toBe(7);
    const done = await round({ model: { kind: 'imported', networkId, loss: 'cross-entropy' } });
    await expectRanking(done.id);
    expect(done.metrics.layers).toMatchObject([{ name: 'hidden1' }, { name: 'head' }]);
    const warm = await round({ model: { kind: 'imported', networkId, warmStart: true, steps: 1 } });
    const loss = (r: typeof warm) => Number(r.metrics.trainAccuracy);
    expect(loss(warm)).toBeGreaterThanOrEqual(loss(done) - 0.1);
  });

  test('a network that the items do not fit fails with the two shapes', async () => {
    const { id } = await client.createRound({
      params: { projectId: made.projectId },
      body: { model: { kind: 'resnet18' } },
    });
    const { status, error } = await client.waitForRound(id);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'model-unfit' });
    expect(error!.detail).toMatch(/\[16\].*use mlp or linear/);
  });

  test('probabilities are calibrated on the held-out items, which is reported', async () => {
    const { metrics } = await round({ strategy: 'margin' });
    expect(metrics.calibration).toMatchObject({ on: 'holdout', numExamples: 60 });
    const { eceBefore, eceAfter } = metrics.calibration as { eceBefore: number; eceAfter: number };
    expect(eceAfter).toBeLessThanOrEqual(eceBefore);
  });
});

test('verdicts of not relevant lower the weight of similar items, at once and in the next round', async () => {
  const own = await vectorProject(client, {
    numPool: 60,
    settings: { model: { hidden: [16], steps: 40 } },
  });
  const first = await round({ strategy: 'lookahead' }, own);
  expect(first.metrics.meanRelevance).toBe(1);
  const { projectId } = own;
  const { items } = await client.createLeases({ params: { projectId }, body: { count: 3 } });
  for (const { item, leaseId } of items)
    await client.createAnnotation({
      params: { itemId: item.id },
      body: { leaseId, skip: { reason: 'not-relevant' } },
    });
  await untilLive(client, projectId, 3);
  const next = await round({ strategy: 'lookahead' }, own);
  expect(next.metrics.meanRelevance).toBeLessThan(0.999);
});
