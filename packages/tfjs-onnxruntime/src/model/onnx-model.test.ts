import { describe, expect, it } from 'vitest';
import { OnnxModelError } from '../errors.js';
import { attributeTypes, elementTypes, encodeModel } from '../onnx/schema.js';
import { describeOnnxModel } from './describe-model.js';
import { OnnxModel } from './onnx-model.js';

const value = (
  name: string,
  shape: readonly (number | string)[],
  elemType: number = elementTypes.float32,
) => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: shape.map((e) => (typeof e === 'number' ? { dimValue: e } : { dimParam: e })) },
    },
  },
});
const tensor = (name: string, dims: readonly number[], values: readonly number[]) => ({
  name,
  dims,
  dataType: elementTypes.float32,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});
const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: object[] = [],
) => ({
  opType,
  input,
  output,
  attribute,
});
const parts = {
  name: 'g',
  node: [
    node('Gemm', ['x', 'w1'], ['z']),
    node('Relu', ['z'], ['h']),
    node('Gemm', ['h', 'w2', 'b2'], ['y']),
    node('Identity', ['y'], ['out']),
  ],
  initializer: [tensor('w1', [2, 2], [1, -1, 0, 2]), tensor('w2', [2, 1], [1, 10]), tensor('b2', [1], [0.5])],
  input: [value('x', ['n', 2])],
  output: [value('out', ['n', 1])],
};
const file = (change: object = {}, model: object = {}) =>
  encodeModel({ irVersion: 9, opsetImport: [{ version: 18 }], graph: { ...parts, ...change }, ...model });
const load = (bytes: Uint8Array, output?: string) => () =>
  OnnxModel.load(bytes, output === undefined ? {} : { output });

describe('an ONNX model', () => {
  const x = Float32Array.of(1, 2, -1, 3, 0, 0);

  it('gives the input of its last product, for any batch', () => {
    const model = OnnxModel.load(file());
    expect([model.input, model.output]).toEqual([{ name: 'x', shape: [null, 2] }, 'h']);
    expect(model.run(x, [3, 2])).toEqual({ values: Float32Array.of(1, 3, 0, 7, 0, 0), shape: [3, 2] });
    expect(model.run(x.subarray(0, 2), [1, 2]).values).toEqual(Float32Array.of(1, 3));
    model.dispose();
  });

  it('gives any value by name: an output, or one within', () => {
    for (const [output, values] of [
      ['out', [31.5, 70.5, 0.5]],
      ['z', [1, 3, -1, 7, 0, 0]],
    ] as const) {
      const model = OnnxModel.load(file(), { output });
      expect([...model.run(x, [3, 2]).values]).toEqual(values);
      model.dispose();
    }
  });

  it('passes over weights that a Constant gives', () => {
    const constant = node(
      'Constant',
      [],
      ['w2'],
      [{ name: 'value', type: 4, t: tensor('', [2, 1], [1, 10]) }],
    );
    const product = node('MatMul', ['h', 'w2'], ['out']);
    const bytes = file({
      node: [constant, ...parts.node.slice(0, 2), product],
      initializer: parts.initializer.slice(0, 1),
    });
    const model = OnnxModel.load(bytes);
    expect(model.output).toBe('h');
    model.dispose();
  });

  it('that is no file, or too large, is an error', () => {
    expect(load(Uint8Array.of(1, 2, 3, 4))).toThrow(OnnxModelError);
    expect(load(new Uint8Array())).toThrow('the ONNX model has no graph');
    expect(load(file().subarray(0, 100))).toThrow(OnnxModelError);
    expect(() => OnnxModel.load(file(), { maxBytes: 10 })).toThrow('bytes; at most 10 are taken');
  });

  it('that is fed otherwise than with batches of float32 is an error that names the input', () => {
    expect(load(file({ input: [value('x', [1, 2])] }))).toThrow(
      'the input “x” of the ONNX model has a fixed batch of 1; export it with a dynamic batch axis',
    );
    expect(load(file({ input: [value('x', ['n', 2], elementTypes.int64)] }))).toThrow(
      'the input “x” of the ONNX model is of element type 7; it must be float32 (1)',
    );
    expect(load(file({ input: [...parts.input, value('mask', ['n', 2])] }))).toThrow(
      'the ONNX model has 2 inputs (“x”, “mask”); it must have one',
    );
    expect(load(file({ input: [value('x', ['n'])] }))).toThrow('has the shape []; it must be [batch, …]');
    const model = OnnxModel.load(file());
    expect(() => model.run(x, [2, 3])).toThrow(
      'the input “x” of the ONNX model is [?,2]; given 6 numbers of [2,3]',
    );
    model.dispose();
  });

  it('with an extent that is negative, or cannot be counted with, is refused and described by nobody', () => {
    expect(describeOnnxModel(file())).toMatchObject({ numOutputs: 1, numParameters: 7 });
    for (const wrong of [-1, 2 ** 60]) {
      expect(load(file({ input: [value('x', ['n', wrong])] }))).toThrow(
        'the input “x” of the ONNX model has',
      );
      const changes = [
        { output: [value('out', ['n', wrong])] },
        { initializer: [{ ...parts.initializer[0], dims: [wrong, 1] }] },
      ];
      for (const change of changes) expect(() => describeOnnxModel(file(change))).toThrow(OnnxModelError);
    }
    const half = { ...parts.initializer[0], dims: [2 ** 52] };
    expect(describeOnnxModel(file({ initializer: [half] })).numParameters).toBe(2 ** 52);
    expect(() => describeOnnxModel(file({ initializer: [half, half] }))).toThrow(
      'all initial values together would hold 9007199254740992 numbers',
    );
  });

  it('lists its last values where the one that is asked for is missing', () => {
    expect(load(file(), 'pool')).toThrow('gives no value “pool”; its last ones are “z”, “h”, “y”, “out”');
    const relu = file({ node: [node('Relu', ['x'], ['out'])] });
    expect(load(relu)).toThrow(
      'no Gemm or MatMul before its output “out”; name the output to take, one of “out”',
    );
    const linear = file({ node: [node('MatMul', ['x', 'w1'], ['out'])] });
    expect(load(linear)).toThrow('the last MatMul of the ONNX model reads its input “x” itself');
  });

  it('never reads another file', () => {
    const outside = { ...tensor('w2', [2, 1], []), dataLocation: 1 };
    const message = 'the tensor “w2” of the ONNX model lies in a file of its own; save the model in one file';
    const attributes = [
      { name: 'value', type: 4, t: outside },
      { name: 'branch', type: 5, g: { name: 'inner', initializer: [outside] } },
      { name: 'sparse', type: 11, sparseTensor: { values: outside } },
    ];
    expect(load(file({ initializer: [outside] }))).toThrow(message);
    expect(load(file({ sparseInitializer: [{ indices: outside }] }))).toThrow(message);
    for (const attribute of attributes) {
      const hidden = node('Constant', [], ['c'], [attribute]);
      expect(load(file({ node: [...parts.node, hidden] }))).toThrow(message);
      expect(load(file({}, { functions: [{ name: 'f', node: [hidden] }] }))).toThrow(message);
    }
  });

  it('of far more parts than bytes of weights is refused before it is decoded', () => {
    const varint = (n: number) => {
      const bytes: number[] = [];
      for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
      return [...bytes, n];
    };
    const within = (id: number, content: Uint8Array) =>
      Buffer.concat([Uint8Array.of((id << 3) | 2, ...varint(content.length)), content]);
    const message = 'the ONNX model has more than 1000000 parts';
    const nodes = new Uint8Array(2_500_000).map((_, i) => (i % 2 ? 0 : 0x0a));
    expect(load(within(7, nodes))).toThrow(message);
    // dims as a packed list of 2 million numbers.
    const dims = within(5, within(1, new Uint8Array(2_000_000)));
    expect(load(within(7, dims))).toThrow(message);
    let deep: Uint8Array = new Uint8Array();
    for (let level = 0; level < 40; level++) deep = within(1, within(5, within(6, deep)));
    expect(load(within(7, deep))).toThrow('no ONNX model, or are cut short');
  });

  it('that ONNX Runtime does not take is an error with its words', () => {
    expect(load(file({ node: [node('Nonsense', ['x'], ['out'])] }), 'out')).toThrow(
      /ONNX Runtime does not load the model: .*Nonsense/,
    );
    const cast = node('Cast', ['h'], ['whole'], [{ name: 'to', i: 7, type: attributeTypes.int }]);
    const model = OnnxModel.load(file({ node: [...parts.node, cast] }), { output: 'whole' });
    expect(() => model.run(x, [3, 2])).toThrow('the value “whole” of the ONNX model is int64, not float32');
    model.dispose();
  });
});
