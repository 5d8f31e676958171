import { chooseEngine, createRandom, type Random } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ForwardOptions, forward, networkTensors } from './forward.js';
import { activationNames, inputName, type Network, type Operation } from './network.js';
import { sizeOf } from './operation-fields.js';
import { outputShapeOf, shapesOf } from './shapes.js';
import {
  chain,
  normals,
  randomParameter,
  randomVariances,
  residualNetwork,
  textNetwork,
} from './testing/random-networks.js';
import { referenceOperation, type Values } from './testing/reference-operations.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const close = { rtol: 1e-4, atol: 1e-5 };
const n = 3;

interface Case {
  readonly operation: Operation;
  /** Shape of the input. */
  readonly shape: readonly number[];
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const size = fc.integer({ min: 1, max: 3 });
const pair = fc.tuple(size, size);
const image = fc.tuple(
  fc.integer({ min: 3, max: 6 }),
  fc.integer({ min: 3, max: 6 }),
  fc.integer({ min: 1, max: 3 }),
);
const rows = fc.oneof(image, fc.tuple(size, size), fc.tuple(size));
const padding = fc.constantFrom('same' as const, 'valid' as const);
const withRandom = <T>(arbitrary: fc.Arbitrary<T>, make: (value: T, random: Random) => Case) =>
  fc.tuple(arbitrary, seeds).map(([value, seed]) => make(value, createRandom(seed)));

const window = fc
  .record({
    shape: image,
    kernel: pair,
    strides: pair,
    dilations: pair,
    padding,
    last: size,
    hasBias: fc.boolean(),
  })
  .map((drawn) =>
    drawn.strides.some((s) => s > 1) ? { ...drawn, dilations: [1, 1] as [number, number] } : drawn,
  )
  .filter(
    ({ padding, shape, kernel, dilations }) =>
      padding === 'same' ||
      [0, 1].every((axis) => (kernel[axis]! - 1) * dilations[axis]! + 1 <= shape[axis]!),
  );
const convolution = (type: 'conv2d' | 'depthwise-conv2d') =>
  withRandom(window, ({ shape, kernel, last, hasBias, strides, padding, dilations }, random) => {
    const numChannels = type === 'conv2d' ? last : shape[2] * last;
    const operation: Operation = {
      type,
      kernel: randomParameter(random, ...kernel, shape[2], last),
      bias: hasBias ? randomParameter(random, numChannels) : null,
      strides,
      padding,
      dilations,
    };
    return { shape, operation };
  });

const affine = fc.record({ shape: rows, hasGamma: fc.boolean(), hasBeta: fc.boolean() });

const cases: Record<string, fc.Arbitrary<Case>> = {
  dense: withRandom(fc.tuple(rows, size, fc.boolean()), ([shape, width, hasBias], random) => ({
    shape,
    operation: {
      type: 'dense',
      kernel: randomParameter(random, shape.at(-1)!, width),
      bias: hasBias ? randomParameter(random, width) : null,
    },
  })),
  conv2d: convolution('conv2d'),
  'depthwise-conv2d': convolution('depthwise-conv2d'),
  'batch-norm': withRandom(affine, ({ shape, hasGamma, hasBeta }, random) => {
    const width = shape.at(-1)!;
    const operation: Operation = {
      type: 'batch-norm',
      gamma: hasGamma ? randomParameter(random, width) : null,
      beta: hasBeta ? randomParameter(random, width) : null,
      mean: randomParameter(random, width),
      variance: randomVariances(random, width),
      epsilon: 1e-3,
    };
    return { shape, operation };
  }),
  'layer-norm': withRandom(affine, ({ shape, hasGamma, hasBeta }, random) => ({
    shape,
    operation: {
      type: 'layer-norm',
      gamma: hasGamma ? randomParameter(random, shape.at(-1)!) : null,
      beta: hasBeta ? randomParameter(random, shape.at(-1)!) : null,
      epsilon: 1e-2,
    },
  })),
  activation: fc
    .record({ shape: rows, name: fc.constantFrom(...activationNames) })
    .map(({ shape, name }) => ({ shape, operation: { type: 'activation', name } })),
  pool: fc
    .record({
      shape: image,
      method: fc.constantFrom('max' as const, 'average' as const),
      size: pair,
      strides: pair,
      padding,
    })
    .map(({ shape, ...operation }) => ({ shape, operation: { type: 'pool', ...operation } })),
  'global-pool': fc
    .record({ shape: fc.oneof(image, pair), method: fc.constantFrom('max' as const, 'average' as const) })
    .map(({ shape, method }) => ({ shape, operation: { type: 'global-pool', method } })),
  flatten: rows.map((shape) => ({ shape, operation: { type: 'flatten' } })),
  reshape: image.map((shape) => ({
    shape,
    operation: { type: 'reshape', shape: [shape[1] * shape[2], shape[0]] },
  })),
  dropout: rows.map((shape) => ({ shape, operation: { type: 'dropout', rate: 0.5 } })),
};

/** The output of every node on the engine, [n, …] of each. */
function run(network: Network, x: Float32Array, options: ForwardOptions = {}): Map<string, Values> {
  const found = new Map<string, Values>();
  tf.tidy(() => {
    const outputs = forward(
      network,
      networkTensors(network),
      tf.tensor(x, [n, ...network.inputShape]),
      options,
    );
    for (const [name, output] of outputs)
      found.set(name, { shape: output.shape, values: Float32Array.from(output.dataSync()) });
  });
  return found;
}

/** The output of every node by the reference, [n, …] of each. */
function reference(network: Network, x: Float32Array): Map<string, Values> {
  const width = sizeOf(network.inputShape);
  const examples = Array.from({ length: n }, (_, i) => {
    const input = { shape: network.inputShape, values: x.subarray(i * width, (i + 1) * width) };
    const found = new Map<string, Values>([[inputName, input]]);
    for (const { name, operation, inputs } of network.nodes)
      found.set(
        name,
        referenceOperation(
          operation,
          inputs.map((input) => found.get(input)!),
        ),
      );
    return found;
  });
  return new Map(
    network.nodes.map(({ name }) => [
      name,
      {
        shape: [n, ...examples[0]!.get(name)!.shape],
        values: examples.flatMap((example) => Array.from(example.get(name)!.values)),
      },
    ]),
  );
}

function expectReference(network: Network, x: Float32Array): void {
  const actual = run(network, x);
  const shapes = shapesOf(network);
  for (const [name, expected] of reference(network, x)) {
    expect(actual.get(name)!.shape).toEqual(expected.shape);
    expect([n, ...shapes.get(name)!]).toEqual(expected.shape);
    expectClose(actual.get(name)!.values, expected.values, close);
  }
}

describe('forward', () => {
  it.each(Object.keys(cases))('computes %s as plain loops do, in the shape that is inferred', (type) => {
    fc.assert(
      fc.property(cases[type]!, seeds, ({ shape, operation }, seed) => {
        const x = normals(createRandom(seed), n * sizeOf(shape));
        expectReference({ inputShape: shape, nodes: chain(['node', operation]) }, x);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('computes whole networks as plain loops do: residual sums, joined branches, embeddings', () => {
    const random = createRandom(5);
    expectReference(residualNetwork(1), normals(random, n * 72));
    const tokens = Float32Array.from({ length: n * 5 }, () => random.integer(7));
    expectReference(textNetwork(2), tokens);
  });

  it('adds and joins three inputs', () => {
    const inputs = [inputName, 'a', 'b'];
    const activations = chain(
      ['a', { type: 'activation', name: 'tanh' }],
      ['b', { type: 'activation', name: 'softplus' }],
    );
    for (const type of ['add', 'concat'] as const)
      expectReference(
        { inputShape: [2, 4], nodes: [...activations, { name: 'merged', operation: { type }, inputs }] },
        normals(createRandom(6), n * 8),
      );
  });

  it('multiplies the output of a dropout node by its mask, and lets it be without one', () => {
    const network: Network = {
      inputShape: [4],
      nodes: chain(['half', { type: 'dropout', rate: 0.5 }], ['other', { type: 'dropout', rate: 0.5 }]),
    };
    const x = normals(createRandom(7), n * 4);
    const mask = Float32Array.from({ length: n * 4 }, (_, i) => (i % 3 === 0 ? 2 : 0));
    const masks = new Map([['half', tf.tensor(mask, [n, 4])]]);
    const outputs = run(network, x, { masks });
    tf.dispose([...masks.values()]);
    const masked = x.map((value, i) => value * mask[i]!);
    for (const name of ['half', 'other']) expect(outputs.get(name)!.values).toEqual(masked);
  });

  it('normalises by the moments of the batch where it is asked to, and tells them', () => {
    const network: Network = {
      inputShape: [2, 2, 2],
      nodes: chain([
        'norm',
        {
          type: 'batch-norm',
          gamma: null,
          beta: null,
          mean: { shape: [2], values: Float32Array.of(100, 100) },
          variance: { shape: [2], values: Float32Array.of(1, 1) },
          epsilon: 1e-3,
        },
      ]),
    };
    const x = normals(createRandom(8), n * 8);
    const told: { mean: number[]; variance: number[] }[] = [];
    const outputs = run(network, x, {
      batchMoments: (_node, { mean, variance }) => {
        told.push({ mean: Array.from(mean.dataSync()), variance: Array.from(variance.dataSync()) });
      },
    });
    const channels = [0, 1].map((c) => Array.from(x).filter((_, i) => i % 2 === c));
    const means = channels.map((values) => values.reduce((a, b) => a + b) / values.length);
    const variances = channels.map(
      (values, c) => values.reduce((sum, a) => sum + (a - means[c]!) ** 2, 0) / values.length,
    );
    expect(told).toHaveLength(1);
    expectClose(told[0]!.mean, means, close);
    expectClose(told[0]!.variance, variances, close);
    const expected = Array.from(x, (a, i) => (a - means[i % 2]!) / Math.sqrt(variances[i % 2]! + 1e-3));
    expectClose(outputs.get('norm')!.values, expected, close);
  });

  it('puts what atOutput returns in the place of an output before anything reads it', () => {
    const network: Network = {
      inputShape: [2],
      nodes: chain(['a', { type: 'flatten' }], ['b', { type: 'activation', name: 'linear' }]),
    };
    const seen: string[] = [];
    const outputs = run(network, Float32Array.of(1, 2, 3, 4, 5, 6), {
      atOutput: ({ name }, output) => {
        seen.push(name);
        return name === 'a' ? tf.mul(output, 10) : output;
      },
    });
    expect(seen).toEqual(['a', 'b']);
    expect(Array.from(outputs.get('b')!.values)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('leaves no tensors behind in a tidy', () => {
    const before = tf.memory().numTensors;
    run(residualNetwork(3), normals(createRandom(9), n * 72));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the shape of an output', () => {
  it('is refused where a window does not fit, and the layer is named', () => {
    const [node] = chain([
      'pool',
      { type: 'pool', method: 'max', size: [4, 4], strides: [1, 1], padding: 'valid' },
    ]);
    expect(() => outputShapeOf(node!, [[3, 5, 1]])).toThrow(
      'layer pool: its window of 4×4 does not fit into 3×5; use padding same, or larger images',
    );
  });
});
