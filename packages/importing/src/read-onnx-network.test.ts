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

const perceptron = ({
  x = ['n', 2] as readonly (number | string)[],
  y = ['n', 2] as readonly (number | string)[],
  dims = [2, 2] as readonly number[],
  names = ['x', 'features', 'y'] as readonly string[],
}) => {
  const [input, features, output] = names as [string, string, string];
  return onnxFile({
    nodes: [onnxNode('Relu', [input], [features]), onnxNode('MatMul', [features, 'w'], [output])],
    inputs: [onnxValue(input, x)],
    outputs: [onnxValue(output, y)],
    initializers: [onnxTensor('w', dims, new Float32Array(4))],
  });
};

test.each([
  ['a negative extent in its input', { x: ['n', -2] }, /input “x” .* extent -2/],
  ['a huge extent in its input', { x: ['n', 2 ** 60] }, /input “x” .* extent 11529215046068\d+/],
  ['a negative extent in its output', { y: ['n', -3] }, /output “y” .* extent -3/],
  ['too many outputs', { y: ['n', 2 ** 40, 2 ** 40] }, /output “y” would hold 1\.\d+e\+24 numbers/],
  ['negative weights', { dims: [-2, -2] }, /tensor “w” .* extent -2/],
  ['more weights than can be counted', { dims: [2 ** 40, 2 ** 40] }, /tensor “w” would hold/],
  ['U+0000 in the name of its input', { names: ['x\0', 'f', 'y'] }, /name of the input holds U\+0000/],
  ['a very long name of an output', { names: ['x', 'f', 'y'.repeat(501)] }, /an output has a name of 501/],
  ['a very long name of what is taken', { names: ['x', 'f'.repeat(501), 'y'] }, /a name of 501 characters/],
])('a file with %s is refused', async (_, change, message) => {
  await expect(read(perceptron({}))).resolves.toMatchObject({ kind: 'onnx' });
  const refused = read(perceptron(change));
  await expect(refused).rejects.toMatchObject({ code: 'unsupported-network' });
  await expect(refused).rejects.toThrow(message);
});

test('a name with half a surrogate pair, which UTF-8 does not have, is refused', async () => {
  // The three bytes that would be it if UTF-8 had it, in the place of as many letters.
  const file = Buffer.from(perceptron({ names: ['abc', 'f', 'y'] }));
  for (let at = file.indexOf('abc'); at !== -1; at = file.indexOf('abc')) file.set([0xed, 0xa0, 0x80], at);
  await expect(read(file)).rejects.toMatchObject({
    code: 'unsupported-network',
  });
});

test('long names and many outputs are shortened in the notes', async () => {
  const { summary } = await read(perceptron({ names: ['𝔁'.repeat(200), 'f', 'y'] }));
  expect(summary.notes[0]).toBe(`2 operations from the input “${'𝔁'.repeat(80)}…” [?, 2] to “y”`);
  const outputs = Array.from({ length: 20 }, (_, i) => `y${i}`);
  const many = onnxFile({
    nodes: [onnxNode('Split', ['x'], outputs)],
    inputs: [onnxValue('x', ['n', 20])],
    outputs: outputs.map((name) => onnxValue(name, ['n', 1])),
  });
  expect((await read(many)).summary.notes[0]).toMatch(/“y7”, 12 more$/);
});

test('an archive with the name of an ONNX file is read as an archive', async () => {
  await expect(read(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0))).rejects.toMatchObject({
    code: 'archive-corrupt',
  });
});
