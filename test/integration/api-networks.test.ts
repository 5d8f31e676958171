import { onnxFile, onnxNode, onnxPerceptron, onnxValue } from '@tangent/compute/testing/onnx';
import type { ImportedNetwork } from '@tangent/contracts';
import { getNetworkContent } from '@tangent/database';
import { buildNetwork } from '@tangent/models';
import { decodeCheckpoint, modelJson, toLayersModel } from '@tangent/networks';
import { beforeAll, expect, test } from 'vitest';
import { ask, expectProblem, join, makePerson, multipart, type Person, useApi } from './support/api.js';
import { makeProject, type TestProject } from './support/database.js';
import { zipOf } from './support/zips.js';

const house = useApi();
let engineer: Person;
let made: TestProject;
let url: string;
beforeAll(async () => {
  engineer = await makePerson(house);
  made = await makeProject(house.db, { labels: ['a', 'b'] });
  await join(house, made.projectId, engineer.userId, 'engineer');
  url = `/v1/projects/${made.projectId}/networks`;
});

const network = buildNetwork({ kind: 'mlp', hidden: [6], activation: 'relu' }, [4], 3, 1);
const saved = toLayersModel(network);
const json = modelJson(saved);
const weights = new Uint8Array(saved.weightData);

async function upload(files: Record<string, string | Uint8Array>, person = engineer) {
  const entries = Object.entries(files).map(
    ([name, content]) => [name, typeof content === 'string' ? Buffer.from(content) : content] as const,
  );
  const archive = await zipOf(entries);
  const form = multipart('small.zip', Buffer.from(await archive.arrayBuffer()));
  return ask<ImportedNetwork>(house, `POST ${url}`, { token: person.token, ...form });
}

test('a model of TensorFlow.js layers is checked, converted and listed; its numbers stay', async () => {
  const { status, body } = await upload({ 'export/model.json': json, 'export/weights.bin': weights });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    kind: 'layers',
    name: 'small',
    inputShape: [4],
    numOutputs: 3,
    numParameters: 51,
  });
  expect(body.layers.map(({ type, outputShape }) => [type, outputShape])).toEqual([
    ['dense', [6]],
    ['activation', [6]],
    ['dense', [3]],
  ]);
  const list = await ask<{ items: ImportedNetwork[] }>(house, `GET ${url}`, { token: engineer.token });
  expect(list.body.items).toEqual([body]);
  const { kind, blobKey } = await getNetworkContent(house.db, {
    projectId: made.projectId,
    networkId: body.id,
  });
  expect(kind).toBe('layers');
  expect(decodeCheckpoint(await house.blobs.get(blobKey))).toEqual(network);
});

test('what cannot be worked with is refused with the layer’s name, and leaves nothing behind', async () => {
  const before = await ask<{ items: unknown[] }>(house, `GET ${url}`, { token: engineer.token });
  const recurrent = json.replace('"Dense"', '"LSTM"');
  const answers = await Promise.all([
    upload({ 'model.json': recurrent, 'weights.bin': weights }),
    upload({ 'model.json': json }),
    upload({ 'model.json': json, 'weights.bin': weights.subarray(4) }),
    upload({ 'model.json': '{', 'weights.bin': weights }),
    upload({ 'weights.bin': weights }),
    upload({
      'model.json': json.replace('"weights.bin"', '"weights.bin","weights.bin"'),
      'weights.bin': weights,
    }),
    upload({
      'model.json': json.replace('"units":', '"\\u0000_constraint":1,"units":'),
      'weights.bin': weights,
    }),
    upload({ 'model.json': json.replace('"weights.bin"', '"../weights.bin"'), 'weights.bin': weights }),
  ]);
  for (const answer of answers) expectProblem(answer, 'unsupported-network');
  expect(JSON.stringify(answers[0]!.body)).toMatch(/LSTM/);
  expect(JSON.stringify(answers[1]!.body)).toMatch(/weight file “weights\.bin”, which the archive lacks/);
  expect((await ask(house, `GET ${url}`, { token: engineer.token })).body).toEqual(before.body);
  const form = multipart('small.zip', 'no archive');
  expectProblem(await ask(house, `POST ${url}`, { token: engineer.token, ...form }), 'archive-corrupt');
});

test('an ONNX file is known by its content and kept as it is; one that is none is refused', async () => {
  const { bytes } = onnxPerceptron(4, 6, 3);
  const send = (content: Uint8Array, name: string) =>
    ask<ImportedNetwork>(house, `POST ${url}`, {
      token: engineer.token,
      ...multipart(name, Buffer.from(content)),
    });
  const { status, body } = await send(bytes, 'backbone.zip');
  expect(status).toBe(201);
  expect(body).toMatchObject({ kind: 'onnx', name: 'backbone', numBytes: bytes.length, inputShape: [4] });
  expect(body.notes[1]).toMatch(/the value “features” unless backbone\.output/);
  const at = { projectId: made.projectId, networkId: body.id };
  const { kind, blobKey, inputShape } = await getNetworkContent(house.db, at);
  expect([kind, inputShape]).toEqual(['onnx', [4]]);
  expect(Buffer.compare(await house.blobs.get(blobKey), bytes)).toBe(0);
  const foreign = await makeProject(house.db, { labels: ['a', 'b'] });
  await expect(getNetworkContent(house.db, { ...at, projectId: foreign.projectId })).rejects.toMatchObject({
    code: 'not-found',
  });
  for (const bad of [bytes.subarray(0, 200), Buffer.from('no network'), Buffer.of(8, 9)])
    expectProblem(await send(bad, 'backbone.onnx'), 'unsupported-network');
  const unfit = (name: string, extent: number) =>
    onnxFile({
      nodes: [onnxNode('Relu', [name], ['y'])],
      inputs: [onnxValue(name, ['n', extent])],
      outputs: [onnxValue('y', ['n', extent])],
    });
  for (const bad of [unfit('x', -2), unfit('x', 2 ** 60), unfit('nul \0', 2), unfit('x'.repeat(501), 2)])
    expectProblem(await send(bad, 'backbone.onnx'), 'unsupported-network');
  expect((await ask(house, `GET ${url}`, { token: engineer.token })).status).toBe(200);
});

test('annotators may see the networks, not bring any', async () => {
  const annotator = await makePerson(house);
  await join(house, made.projectId, annotator.userId, 'annotator');
  expect((await ask(house, `GET ${url}`, { token: annotator.token })).status).toBe(200);
  expectProblem(await upload({ 'model.json': json, 'weights.bin': weights }, annotator), 'forbidden');
});
