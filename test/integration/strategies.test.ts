import { type Client, login } from '@tangent/client';
import { strategyNames } from '@tangent/contracts';
import { buildNetwork } from '@tangent/models';
import { inputName, modelJson, type Network, type Operation, toLayersModel } from '@tangent/networks';
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

/** Of normal-like numbers, the same every time. */
const parameter = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1 + 7.3 * i) / 2),
});

/** A network whose nodes follow one another, as a file of TensorFlow.js layers. */
async function uploadChain(projectId: string, inputShape: number[], operations: readonly Operation[]) {
  const nodes = operations.map((operation, at) => ({
    name: `layer${at}`,
    operation,
    inputs: [at === 0 ? inputName : `layer${at - 1}`],
  }));
  return uploadLayers(projectId, { inputShape, nodes });
}

async function uploadLayers(projectId: string, network: Network) {
  const saved = toLayersModel(network);
  const file = await zipOf([
    ['model.json', Buffer.from(modelJson(saved))],
    ['weights.bin', new Uint8Array(saved.weightData)],
  ]);
  return client.uploadNetwork({ params: { projectId }, file, fileName: 'network.zip' });
}

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

  test.each([
    { kind: 'cnn', steps: 2 },
    { kind: 'wide-resnet', blocksPerLayer: 2, steps: 1 },
  ] as const)('a round on %o, with the share of every layer', async (model) => {
    const done = await round({ model }, { projectId });
    await expectRanking(done.id, 12);
    expect(done.config.controlArm).toBe(0.2);
    const { points } = await client.getCurve({ params: { projectId } });
    const arms = points.filter(({ roundId }) => roundId === done.id).map(({ arm }) => arm);
    expect(arms.toSorted()).toEqual(['control', 'strategy']);
    const layers = done.metrics.layers as { name: string; traceShare: number }[];
    expect(layers.length).toBeGreaterThan(3);
    expect(layers.reduce((sum, { traceShare }) => sum + traceShare, 0)).toBeCloseTo(1, 6);
  });

  test('an imported network of images has them in the size that it reads', async () => {
    const window = { padding: 'same', dilations: [1, 1] } as const;
    const variance = { shape: [4], values: new Float32Array(4).fill(1) };
    const { id: networkId } = await uploadChain(
      projectId,
      [12, 10, 3],
      [
        { type: 'depthwise-conv2d', kernel: parameter(3, 3, 3, 1), bias: null, strides: [2, 2], ...window },
        { type: 'conv2d', kernel: parameter(1, 1, 3, 4), bias: parameter(4), strides: [1, 1], ...window },
        {
          type: 'batch-norm',
          gamma: variance,
          beta: parameter(4),
          mean: parameter(4),
          variance,
          epsilon: 1e-3,
        },
        { type: 'activation', name: 'relu' },
        { type: 'global-pool', method: 'average' },
        { type: 'dense', kernel: parameter(4, 2), bias: parameter(2) },
      ],
    );
    const done = await round({ model: { kind: 'imported', networkId, steps: 2 } }, { projectId });
    await expectRanking(done.id, 12);
    const layers = done.metrics.layers as { name: string; traceShare: number }[];
    expect(layers.map(({ name }) => name)).toEqual(['layer0', 'layer1', 'layer2', 'layer5']);
    expect(layers.every(({ traceShare }) => traceShare > 0)).toBe(true);
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
    const { id: networkId, numOutputs } = await uploadLayers(made.projectId, network);
    expect(numOutputs).toBe(7);
    const done = await round({ model: { kind: 'imported', networkId, loss: 'cross-entropy' } });
    await expectRanking(done.id);
    expect(done.metrics.layers).toMatchObject([{ name: 'hidden1' }, { name: 'head' }]);
    const warm = await round({ model: { kind: 'imported', networkId, warmStart: true, steps: 1 } });
    const loss = (r: typeof warm) => Number(r.metrics.trainAccuracy);
    expect(loss(warm)).toBeGreaterThanOrEqual(loss(done) - 0.1);

    const tuned = await round({ model: { kind: 'imported', networkId, headSteps: 20, steps: 20 } });
    await expectRanking(tuned.id);
    expect(tuned.metrics).toMatchObject({ headSteps: 20, headEnergy: expect.any(Number), trainSteps: 20 });
    const headOnly = await round({ model: { kind: 'imported', networkId, tunes: 'head', steps: 20 } });
    await expectRanking(headOnly.id);
    expect(headOnly.metrics).not.toHaveProperty('headSteps');
  });

  test('a network that looks up tokens is trained on vectors of their ids', async () => {
    const { id: projectId } = await client.createProject({
      body: {
        name: 'tokens',
        type: 'vector',
        classes: [{ key: 'low' }, { key: 'high' }],
        settings: { trigger: { everyLabels: null } },
      },
    });
    const params = { projectId };
    const rows = Array.from({ length: 60 }, (_, i) => ({
      id: String(i),
      vector: Array.from({ length: 5 }, (_v, at) => 2 * (Math.floor(i / 2 / 4 ** at) % 4) + (i % 2)),
      ...(i < 20 && { label: i % 2 ? 'high' : 'low' }),
    }));
    const upload = await client.uploadImport({
      params,
      file: new Blob([rows.map((row) => JSON.stringify(row)).join('\n')]),
      fileName: 'tokens.jsonl',
    });
    expect((await client.waitForOperation(upload.id)).counts).toMatchObject({ created: 60, failed: 0 });
    const upTo = async (vocabulary: number) => {
      const { id: networkId } = await uploadChain(
        projectId,
        [5],
        [
          { type: 'embedding', table: parameter(vocabulary, 6) },
          { type: 'global-pool', method: 'average' },
          { type: 'dense', kernel: parameter(6, 2), bias: null },
        ],
      );
      return { model: { kind: 'imported', networkId, steps: 100, learningRate: 0.02 } } as const;
    };
    const done = await round(await upTo(8), { projectId });
    await expectRanking(done.id, 40);
    // The classes have no token in common.
    expect(done.metrics.trainAccuracy).toBe(1);
    expect(done.metrics.layers).toMatchObject([{ name: 'layer0' }, { name: 'layer2' }]);
    const few = await upTo(6);
    const { id } = await client.createRound({ params, body: few });
    const { error } = await client.waitForRound(id);
    expect(error).toMatchObject({ code: 'model-unfit' });
    expect(error!.detail).toMatch(
      new RegExp(
        `item itm_.* has [67] at place .*${few.model.networkId} .* from 0 to 5; import vectors of ids`,
      ),
    );
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
