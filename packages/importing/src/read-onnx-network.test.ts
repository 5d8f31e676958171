import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onnxFile, onnxNode, onnxPerceptron, onnxTensor, onnxValue } from '@tangent/compute/testing/onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readNetwork } from './read-network.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'networks-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array, fileName = 'net.onnx') {
  const file = path.join(folder, 'upload');
  await writeFile(file, bytes);
  return readNetwork(file, fileName);
}

const { bytes } = onnxPerceptron(4, 6, 3);

test('an ONNX file is known by its content, kept as it is, and described without being run', async () => {
  for (const name of ['net.onnx', 'net.zip']) {
    const { kind, content, summary } = await read(bytes, name);
    expect(kind).toBe('onnx');
    expect(Buffer.compare(content, bytes)).toBe(0);
    expect(summary).toEqual({
      inputShape: [4],
      numOutputs: 3,
      numParameters: 4 * 6 + 6 + 6 * 3,
      numBytes: bytes.length,
      layers: [],
      notes: [
        '4 operations from the input “x” [?, 4] to “p”',
        'embeddings are the value “features” unless backbone.output names another',
      ],
    });
  }
});

test('where no value offers itself as the embedding, the notes ask for one; open extents stay open', async () => {
  const file = onnxFile({
    nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])],
    inputs: [onnxValue('x', ['batch', 'width'])],
    outputs: [onnxValue('y', ['batch', 'k'])],
    initializers: [onnxTensor('w', [2, 2], new Float32Array(4))],
  });
  const { summary } = await read(file);
  expect(summary).toMatchObject({ inputShape: [null], numOutputs: null, numParameters: 4 });
  expect(summary.notes[1]).toMatch(/name one as backbone\.output/);
});

test.each([
  ['is cut short', bytes.subarray(0, bytes.length - 30), /no ONNX model, or are cut short/],
  ['is empty', new Uint8Array(), /no ONNX model|no graph/],
  ['holds a text', new TextEncoder().encode('no network'), /no ONNX model|no graph/],
  [
    'has two inputs',
    onnxFile({
      nodes: [onnxNode('Add', ['a', 'b'], ['y'])],
      inputs: [onnxValue('a', ['n', 2]), onnxValue('b', ['n', 2])],
      outputs: [onnxValue('y', ['n', 2])],
    }),
    /2 inputs \(“a”, “b”\)/,
  ],
  [
    'has no outputs',
    onnxFile({ nodes: [onnxNode('Relu', ['x'], ['y'])], inputs: [onnxValue('x', ['n', 2])], outputs: [] }),
    /no outputs/,
  ],
])('a file that %s is refused', async (_, content, message) => {
  await expect(read(content)).rejects.toMatchObject({ code: 'unsupported-network' });
  await expect(read(content)).rejects.toThrow(message);
});

test('an archive with the name of an ONNX file is read as an archive', async () => {
  await expect(read(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0))).rejects.toMatchObject({
    code: 'archive-corrupt',
  });
});
