import { OnnxModelError } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { onnxFile, onnxNode, onnxPerceptron, onnxTensor, onnxValue } from '@tangent/compute/testing/onnx';
import { describe, expect, it } from 'vitest';
import { openOnnxBackbone } from './onnx-backbone.js';

const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(7.3 * i + 1));

describe('an ONNX backbone of vectors', () => {
  const { bytes, first, bias } = onnxPerceptron(4, 6, 3);
  const x = wave(5 * 4);
  const expected = Array.from({ length: 30 }, (_, at) => {
    const [row, u] = [Math.floor(at / 6), at % 6];
    let z = bias[u]!;
    for (let i = 0; i < 4; i++) z += x[row * 4 + i]! * first[i * 6 + u]!;
    return Math.max(0, z);
  });

  it('gives the penultimate activations, whatever the chunks', () => {
    for (const chunk of [1, 2, 32]) {
      const backbone = openOnnxBackbone(bytes, { inputShape: [4], chunk });
      expect([backbone.width, backbone.output]).toEqual([6, 'features']);
      expectClose(backbone.embed(x, 5), expected, { rtol: 1e-5, atol: 1e-6 });
      expect(backbone.embed(new Float32Array(), 0)).toHaveLength(0);
      expect(() => backbone.embed(x, 4)).toThrow('20 numbers do not make 4 examples of 4 inputs');
      backbone.dispose();
    }
  });

  it('gives any value that is named', () => {
    const backbone = openOnnxBackbone(bytes, { inputShape: [4], output: 'p' });
    const p = backbone.embed(x, 5);
    expect(backbone.width).toBe(3);
    for (let row = 0; row < 15; row += 3)
      expectClose([p[row]! + p[row + 1]! + p[row + 2]!], [1], { rtol: 1e-5, atol: 0 });
    backbone.dispose();
  });

  it('says what does not fit', () => {
    const open = (options: object, file = bytes) => {
      return () => openOnnxBackbone(file, { inputShape: [4], ...options });
    };
    expect(open({ inputShape: [5] })).toThrow(
      'the input “x” of the ONNX model is [?,4], which examples of [5] do not',
    );
    expect(open({ inputShape: [2, 2, 1] })).toThrow(OnnxModelError);
    expect(open({ maxWidth: 5 })).toThrow('“features” of the ONNX model has 6 numbers an example; at most 5');
    const backbone = openOnnxBackbone(bytes, { inputShape: [4], output: 'z' });
    const bad = x.slice();
    bad[9] = Number.NaN;
    expect(() => backbone.embed(bad, 5)).toThrow(
      '“z” of the ONNX model is NaN at example 2; scale the inputs',
    );
    backbone.dispose();
  });

  it('needs a batch axis in the embedding', () => {
    const file = onnxFile({
      nodes: [onnxNode('ReduceSum', ['x'], ['total'])],
      inputs: [onnxValue('x', ['batch', 4])],
      outputs: [onnxValue('total', [1, 1])],
    });
    expect(() => openOnnxBackbone(file, { inputShape: [4], output: 'total' })).toThrow(
      '“total” of the ONNX model is [1,1] for 2 examples; its first axis must be the batch',
    );
  });
});

describe('an ONNX backbone of images', () => {
  // Channel means: the embedding tells whether channels and pixels went where they belong.
  const means = (shape: readonly (number | string)[], axes: readonly number[]) =>
    onnxFile({
      nodes: [
        onnxNode('ReduceMean', ['x', 'axes'], ['means']),
        onnxNode('Flatten', ['means'], ['features']),
        onnxNode('MatMul', ['features', 'w'], ['logits']),
      ],
      inputs: [onnxValue('x', ['batch', ...shape])],
      outputs: [onnxValue('logits', ['batch', 2])],
      initializers: [
        {
          name: 'axes',
          dims: [2],
          dataType: 7,
          rawData: new Uint8Array(BigInt64Array.from(axes.map(BigInt)).buffer),
        },
        onnxTensor('w', [3, 2], wave(6)),
      ],
    });
  const x = wave(2 * 4 * 5 * 3);
  const expected = Array.from({ length: 6 }, (_, at) => {
    const [row, c] = [Math.floor(at / 3), at % 3];
    let sum = 0;
    for (let p = 0; p < 20; p++) sum += x[(row * 20 + p) * 3 + c]!;
    return sum / 20;
  });

  it.each([
    ['channels first', [3, 4, 5], [2, 3], {}],
    ['channels last', [4, 5, 3], [1, 2], {}],
    ['open extents, channels first unless told otherwise', ['c', 'h', 'w'], [2, 3], {}],
    ['open extents, channels last on request', ['h', 'w', 'c'], [1, 2], { layout: 'channels-last' as const }],
  ])('takes them with %s', (_, shape, axes, options) => {
    const backbone = openOnnxBackbone(means(shape, axes), { inputShape: [4, 5, 3], ...options });
    expectClose(backbone.embed(x, 2), expected, { rtol: 1e-5, atol: 1e-6 });
    backbone.dispose();
  });

  it('of another size are an error that names the input', () => {
    expect(() => openOnnxBackbone(means([3, 4, 5], [2, 3]), { inputShape: [8, 8, 3] })).toThrow(
      'the input “x” of the ONNX model is [?,3,4,5], which examples of [8,8,3] do not fit',
    );
  });
});
