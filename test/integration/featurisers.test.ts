import { type Client, login } from '@tangent/client';
import { onnxFile, onnxNode, onnxPerceptron, onnxTensor, onnxValue } from '@tangent/compute/testing/onnx';
import { buildNetwork } from '@tangent/models';
import { modelJson, toLayersModel } from '@tangent/networks';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { predictionsOf, rankingOf, untilLive, type VectorProject, vectorProject } from './support/vectors.js';
import { unzip, zipOf } from './support/zips.js';

// How items become inputs, as projects set it: by REST, through the queue, in a worker's process.

let stack: Stack;
let client: Client;
let made: VectorProject;
const numPool = 120;
const numLabeled = 12;
const model = { hidden: [16], steps: 40 };
beforeAll(async () => {
  stack = await startStack();
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  made = await vectorProject(client, { numPool, numLabeled, settings: { model } });
});
afterAll(() => stack?.stop());

const uploadOnnx = (projectId: string, width = 16) =>
  client.uploadNetwork({
    params: { projectId },
    file: new Blob([new Uint8Array(onnxPerceptron(width, 8, 5).bytes)]),
    fileName: 'backbone.onnx',
  });

async function uploadLayers(projectId: string) {
  const saved = toLayersModel(buildNetwork({ kind: 'mlp', hidden: [8], activation: 'tanh' }, [16], 3, 1));
  const file = await zipOf([
    ['model.json', Buffer.from(modelJson(saved))],
    ['weights.bin', new Uint8Array(saved.weightData)],
  ]);
  return client.uploadNetwork({ params: { projectId }, file, fileName: 'layers.zip' });
}

const set = (projectId: string, settings: Record<string, unknown>) =>
  client.updateProject({ params: { projectId }, body: { settings } });

async function round(projectId = made.projectId, body: Parameters<Client['createRound']>[0]['body'] = {}) {
  const { id } = await client.createRound({
    params: { projectId },
    body: { seed: 5, batchSize: 6, evaluation: { size: 60 }, ...body },
  });
  return client.waitForRound(id);
}

async function expectDone(projectId?: string, body?: Parameters<typeof round>[1]) {
  const done = await round(projectId, body);
  expect(done.error).toBeNull();
  return done;
}

/** Annotates the first of the ranking, and waits until the live model knows. */
async function labelFirst({ projectId, truth }: VectorProject, roundId: string) {
  const { itemId } = (await rankingOf(client, roundId))[0]!;
  const classKey = truth.get(itemId)!;
  const { id: annotationId } = await client.createAnnotation({ params: { itemId }, body: { classKey } });
  await untilLive(client, projectId, 1);
  const predictions = await predictionsOf(client, projectId);
  expect(predictions.get(itemId)![classKey]).toBeGreaterThan(0.5);
  return annotationId;
}

test('a classifier of vectors is trained on the embeddings of a backbone, and follows a label live', async () => {
  const { projectId } = made;
  const network = await uploadOnnx(projectId);
  expect(network).toMatchObject({
    kind: 'onnx',
    name: 'backbone',
    inputShape: [16],
    numOutputs: 5,
    layers: [],
  });
  await set(projectId, { backbone: { networkId: network.id } });
  const done = await expectDone();
  expect(done.config.backbone).toMatchObject({ networkId: network.id, output: null, layout: null });
  expect(Number(done.metrics.trainAccuracy)).toBeGreaterThan(0.8);
  const ranking = await rankingOf(client, done.id);
  expect(new Set(ranking.map(({ itemId }) => itemId)).size).toBe(numPool - numLabeled);
  expect(ranking.every(({ score }) => Number.isFinite(score))).toBe(true);
  const again = await expectDone();
  expect(await rankingOf(client, again.id)).toEqual(ranking);
  const annotationId = await labelFirst(made, again.id);
  await client.deleteAnnotation({ params: { annotationId } });
});

test('a warm start goes on while the inputs mean the same, and starts anew when they do not', async () => {
  const { projectId } = made;
  const { id: networkId } = await uploadOnnx(projectId);
  await set(projectId, { backbone: { networkId } });
  await expectDone();
  const body = { model: { warmStart: true, steps: 5 } };
  const warm = await expectDone(projectId, body);
  await set(projectId, { backbone: null });
  const anew = await expectDone(projectId, body);
  expect(anew.config.backbone).toBeNull();
  expect(Number(warm.metrics.trainLoss)).toBeLessThan(Number(anew.metrics.trainLoss));
});

test('what a backbone cannot do fails the round with the network’s name and the way out', async () => {
  const { projectId } = made;
  const other = await vectorProject(client, { numPool: 20, numHeldOut: 0 });
  const [onnx, wide, layers, foreign] = await Promise.all([
    uploadOnnx(projectId),
    uploadOnnx(projectId, 17),
    uploadLayers(projectId),
    uploadOnnx(other.projectId),
  ]);
  const failing = async (backbone: object | null, body: Parameters<typeof round>[1] = {}) => {
    // Settings merge: what the last one named would stay.
    await set(projectId, { backbone: null });
    await set(projectId, { backbone });
    const { status, error } = await round(projectId, body);
    expect(status).toBe('failed');
    return error!;
  };
  const unfit = await failing({ networkId: wide.id });
  expect(unfit).toMatchObject({ code: 'backbone-unfit' });
  expect(unfit.detail).toMatch(new RegExp(`${wide.id}.*\\[\\?,17\\].*\\[16\\].*Change settings\\.backbone`));
  const shape = await failing({ networkId: onnx.id, inputShape: [3, 3, 1] });
  expect(shape.detail).toMatch(/reads \[3,3,1\], and the items are vectors of 16 numbers/);
  const output = await failing({ networkId: onnx.id, output: 'w' });
  expect(output.detail).toMatch(/no value “w”; its last ones are “z”, “features”/);
  // A deviation that small takes float32 to infinity.
  const infinite = await failing({ networkId: onnx.id, scale: { mean: [0], deviation: [1e-44] } });
  expect(infinite).toMatchObject({ code: 'backbone-unfit' });
  expect(infinite.detail).toMatch(/scale the inputs as the network was trained/);
  const ofLayers = await failing({ networkId: layers.id });
  expect(ofLayers).toMatchObject({ code: 'network-kind' });
  expect(ofLayers.detail).toMatch(/of layers, which is no backbone; name it as model\.networkId/);
  expect(await failing({ networkId: foreign.id })).toMatchObject({ code: 'not-found' });
  const imported = await failing(null, { model: { kind: 'imported', networkId: onnx.id } });
  expect(imported).toMatchObject({ code: 'network-kind' });
  expect(imported.detail).toMatch(/is an ONNX file, which is not trained on/);
  await expectDone();
});

test('settings that make no sense are refused where they are made', async () => {
  const refused = (settings: Record<string, unknown>) =>
    expect(set(made.projectId, settings)).rejects.toMatchObject({ code: 'validation-failed' });
  await refused({ text: { buckets: 1000 } });
  await refused({ text: { characters: [5, 3] } });
  await refused({ backbone: { networkId: 'net_1', layout: 'chw' } });
  const { id: networkId } = await uploadOnnx(made.projectId);
  await refused({ backbone: { networkId, scale: { mean: [0, 0], deviation: [1] } } });
});

test('texts are read by runs of characters, in as many buckets as are set', async () => {
  const kinds = [
    ['unbelievable', 'unthinkable', 'unbearable', 'unworkable'],
    ['running', 'jumping', 'swimming', 'climbing'],
  ] as const;
  const rows = Array.from({ length: 60 }, (_, i) => {
    const words = kinds[i % 2]!;
    return { text: `${words[i % 4]!} ${words[(i >> 2) % 4]!} number ${i}`, label: `c${i % 2}` };
  });
  const project = await client.createProject({
    body: {
      name: 'texts',
      type: 'text',
      classes: [{ key: 'c0' }, { key: 'c1' }],
      settings: { trigger: { everyLabels: null }, model, text: { buckets: 1024, characters: [3, 5] } },
    },
  });
  const params = { projectId: project.id };
  const lines = rows.map(({ text, label }, i) =>
    JSON.stringify({ id: String(i), text, ...(i < 8 && { label }) }),
  );
  const upload = await client.uploadImport({
    params,
    file: new Blob([lines.join('\n')]),
    fileName: 'texts.jsonl',
  });
  expect((await client.waitForOperation(upload.id)).counts.created).toBe(60);
  const truth = new Map<string, string>();
  for await (const item of client.each('listItems', { params, query: { limit: 1000 } }))
    truth.set(item.id, rows[Number(item.externalId)]!.label);

  const done = await expectDone(project.id);
  expect(done.config.text).toMatchObject({ buckets: 1024, characters: [3, 5], components: 128 });
  const predictions = await predictionsOf(client, project.id);
  const numRight = [...predictions].filter(([id, p]) => p[truth.get(id)!]! > 0.5).length;
  expect(numRight / predictions.size).toBeGreaterThan(0.9);
  await labelFirst({ projectId: project.id, truth }, done.id);

  const files = await unzip(await client.getModel({ params }));
  const { inputs } = JSON.parse(files.get('tangent.json')!.toString());
  const { kind, numComponents } = inputs.featuriser;
  expect({ kind, shape: inputs.shape }).toEqual({ kind: 'latent-semantics', shape: [numComponents] });
  const components = files.get('components.npy')!;
  expect(components.subarray(0, 128).toString('latin1')).toContain(`'shape': (1024, ${numComponents})`);
  expect(components).toHaveLength(128 + 4 * 1024 * numComponents);

  const { id: networkId } = await uploadOnnx(project.id);
  await set(project.id, { backbone: { networkId } });
  const { error } = await round(project.id);
  expect(error).toMatchObject({ code: 'backbone-unfit' });
  expect(error!.detail).toMatch(/the project holds texts; set settings\.backbone to null/);
});

test('images of any size are brought to the shape that a backbone reads', async () => {
  const project = await client.createProject({
    body: {
      name: 'images',
      type: 'image',
      classes: [{ key: 'dark' }, { key: 'bright' }],
      settings: { trigger: { everyLabels: null }, model },
    },
  });
  const params = { projectId: project.id };
  const picture = (i: number) =>
    sharp({
      create: {
        width: 20 + i,
        height: 24,
        channels: 3,
        background: { r: (i % 2) * 200 + i, g: 30, b: 9 },
      },
    })
      .png()
      .toBuffer();
  const entries = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => {
      const folder = i < 6 ? `${i % 2 ? 'bright' : 'dark'}/` : '';
      return [`${folder}${i}.png`, await picture(i)] as const;
    }),
  );
  const upload = await client.uploadImport({
    params,
    file: await zipOf(entries),
    fileName: 'pictures.zip',
  });
  expect((await client.waitForOperation(upload.id)).counts.created).toBe(24);
  const { id: networkId, inputShape } = await client.uploadNetwork({
    params,
    file: new Blob([new Uint8Array(channelMeans())]),
    fileName: 'means.onnx',
  });
  expect(inputShape).toEqual([3, 16, 16]);
  const scale = { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] };
  await set(project.id, { backbone: { networkId, scale } });
  const { metrics } = await expectDone(project.id);
  expect(metrics.trainAccuracy).toBe(1);
  const bright = new Set<string>();
  for await (const item of client.each('listItems', { params, query: { limit: 1000 } }))
    if (Number.parseInt(item.externalId!.split('/').at(-1)!, 10) % 2) bright.add(item.id);
  const predictions = await predictionsOf(client, project.id);
  for (const [id, p] of predictions) expect(p.bright! > 0.5).toBe(bright.has(id));
});

/** Means of the channels of images [3, 16, 16], and two logits of them. */
const channelMeans = () =>
  onnxFile({
    nodes: [
      onnxNode('ReduceMean', ['x', 'axes'], ['means']),
      onnxNode('Flatten', ['means'], ['features']),
      onnxNode('MatMul', ['features', 'w'], ['logits']),
    ],
    inputs: [onnxValue('x', ['batch', 3, 16, 16])],
    outputs: [onnxValue('logits', ['batch', 2])],
    initializers: [
      { name: 'axes', dims: [2], dataType: 7, rawData: new Uint8Array(BigInt64Array.of(2n, 3n).buffer) },
      onnxTensor('w', [3, 2], new Float32Array(6)),
    ],
  });
