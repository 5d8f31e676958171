import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import {
  type ActivationName,
  type Network,
  type Operation,
  UnsupportedNetworkError,
} from '@tangent/networks';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeFactors } from './factor-codec.js';
import { factorBytes, gradientFactors } from './gradient-factors.js';
import type { Head } from './gradients/head.js';
import { kernelDiagonal, kernelMatrix } from './kernel-matrix.js';
import { layerWeights, meanTraces } from './layer-weights.js';
import { normals, randomNetwork } from './testing/examples.js';
import { explicitJacobians } from './testing/explicit-jacobian.js';
import { ExplicitKernels } from './testing/explicit-kernel.js';
import { inputsOf, namedNetworks } from './testing/named-networks.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const heads: readonly Head[] = [
  { type: 'sum' },
  { type: 'first' },
  { type: 'sign', seed: 3 },
  { type: 'sign', seed: 4, draws: 3 },
  { type: 'trace' },
  { type: 'outputs' },
  { type: 'last-layer' },
];

const close = { rtol: 1e-3, atol: 1e-3 };
const ones = ({ layers }: { readonly layers: readonly unknown[] }) => layers.map(() => 1);

/** Kernel and its diagonal of every head by factors, against explicit Jacobians; each layer with a weight of its own. */
async function expectExplicitKernels(network: Network, seed: number): Promise<void> {
  const n = 3;
  const x = inputsOf(network, n, seed);
  const explicit = await ExplicitKernels.of(network, x, n);
  for (const head of heads) {
    const factors = gradientFactors(network, x, n, head);
    const weights = factors.layers.map((_, l) => 1 + l / 4);
    const expected = explicit.kernel(head, weights);
    expectClose(kernelMatrix(factors, factors, weights), expected, close);
    expectClose(
      kernelDiagonal(factors, weights),
      Array.from({ length: n }, (_, i) => expected[i * n + i]!),
      close,
    );
  }
}

describe('the structured kernel of every head equals that of explicit Jacobians', () => {
  test.each(Object.keys(namedNetworks))('for %s', async (name) => {
    await expectExplicitKernels(namedNetworks[name]!(7), 7);
  });

  test('for chains of one to four dense layers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 0, maxLength: 3 }),
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom<ActivationName>('linear', 'relu', 'gelu', 'tanh', 'sigmoid', 'softplus'),
        async (seed, hidden, k, activation) => {
          await expectExplicitKernels(randomNetwork([4, ...hidden, k], seed, activation), seed);
        },
      ),
      { numRuns: 5 },
    );
  });
});

test('outputs and embeddings are those of the network', async () => {
  const network = namedNetworks.convolutions!(1);
  const x = inputsOf(network, 2, 1);
  const { outputs, embeddings, embeddingWidth, numClasses } = gradientFactors(network, x, 2, { type: 'sum' });
  const jacobians = await explicitJacobians(network, x, 2);
  const expected = jacobians.flatMap((jacobian) => jacobian.outputs);
  expectClose(outputs, expected, { rtol: 1e-4, atol: 1e-5 });
  const last = network.nodes.at(-1)!.operation;
  if (last.type !== 'dense') throw new Error('the last layer is dense');
  const again = Array.from({ length: 2 * numClasses }, (_, at) => {
    const [i, j] = [Math.floor(at / numClasses), at % numClasses];
    let sum = last.bias!.values[j]!;
    for (let u = 0; u < embeddingWidth; u++)
      sum += embeddings[i * embeddingWidth + u]! * last.kernel.values[u * numClasses + j]!;
    return sum;
  });
  expectClose(outputs, again, { rtol: 1e-4, atol: 1e-5 });
});

test.each(['convolutions', 'few positions, many channels', 'texts'])('chunks change nothing: %s', (name) => {
  const network = namedNetworks[name]!(3);
  const n = 5;
  const x = inputsOf(network, n, 3);
  const whole = gradientFactors(network, x, n, { type: 'trace' });
  const parts = gradientFactors(network, x, n, { type: 'trace' }, { chunk: 2 });
  expect(parts.layers.map((l) => l.kind)).toEqual(whole.layers.map((l) => l.kind));
  expectClose(kernelMatrix(parts, parts, ones(parts)), kernelMatrix(whole, whole, ones(whole)), {
    rtol: 1e-5,
    atol: 1e-5,
  });
  expectClose(parts.outputs, whole.outputs, { rtol: 1e-5, atol: 1e-6 });
});

test('no examples give empty factors that fit those of others', () => {
  const network = namedNetworks.texts!(1);
  const { numExamples, outputs, layers } = gradientFactors(network, new Float32Array(), 0, { type: 'sum' });
  expect([numExamples, outputs.length, layers.length]).toEqual([0, 0, 4]);
});

test('the mean over many sign draws tends to the trace', () => {
  const n = 4;
  const x = normals(createRandom(7), n * 5);
  const network = randomNetwork([5, 8, 4], 7);
  const kernelOf = (head: Head) => {
    const factors = gradientFactors(network, x, n, head);
    // The hidden layer alone: the last one is the same for every draw.
    return kernelMatrix(factors, factors, [1, 0]);
  };
  const trace = kernelOf({ type: 'trace' });
  const distance = (seed: number, draws: number) =>
    Math.hypot(...kernelOf({ type: 'sign', seed, draws }).map((v, i) => v - trace[i]!)) /
    Math.hypot(...trace);
  const single = [1, 2, 3, 4, 5].map((seed) => distance(seed, 1));
  expect(distance(1, 100)).toBeLessThan(Math.hypot(...single) / Math.sqrt(5) / 4);
});

test('the trace of one hidden layer takes one pass and one head vector, else one for each output', () => {
  const numHeads = (network: Network, head: Head) =>
    gradientFactors(network, inputsOf(network, 1, 1), 1, head).numHeads;
  expect(numHeads(randomNetwork([4, 6, 3], 1, 'gelu'), { type: 'trace' })).toBe(1);
  expect(numHeads(randomNetwork([4, 6, 3], 1), { type: 'outputs' })).toBe(3);
  expect(numHeads(randomNetwork([4, 6, 5, 3], 1), { type: 'trace' })).toBe(3);
  expect(numHeads(namedNetworks.convolutions!(1), { type: 'trace' })).toBe(3);
});

test('a balanced layer has mean trace 1, and the shares of all layers sum to 1', () => {
  const network = namedNetworks.separable!(3);
  const n = 12;
  const factors = gradientFactors(network, inputsOf(network, n, 3), n, { type: 'trace' });
  const { names, weights, shares } = layerWeights(factors, true);
  expectClose(
    meanTraces(factors).map((t, l) => t * weights[l]!),
    ones(factors),
    { rtol: 1e-12, atol: 0 },
  );
  expectClose([shares.reduce((a, b) => a + b, 0)], [1], { rtol: 1e-12, atol: 0 });
  expect(names).toEqual(factors.layers.map((l) => l.name));
  expect(layerWeights(factors, false).weights).toEqual(ones(factors));
});

test('a layer whose gradients are no numbers is named, not left out', () => {
  const n = 3;
  const network = randomNetwork([4, 6, 3], 1);
  const factors = gradientFactors(network, inputsOf(network, n, 1), n, { type: 'trace' });
  const layers = factors.layers.map((layer, l) =>
    l === 0 && layer.kind === 'outer' ? { ...layer, inputs: layer.inputs.map(() => Number.NaN) } : layer,
  );
  for (const isBalanced of [true, false])
    expect(() => layerWeights({ ...factors, layers }, isBalanced)).toThrow(
      `the mean trace of layer “${layers[0]!.name}” is NaN`,
    );
});

test('the size of factors is known before they are made', () => {
  for (const name of ['few positions, many channels', 'texts', 'separable'])
    for (const head of [heads[0]!, heads[4]!, heads[6]!]) {
      const network = namedNetworks[name]!(1);
      const bytes = (n: number) =>
        encodeFactors(gradientFactors(network, inputsOf(network, n, 1), n, head)).length;
      // The header has the same length for 1 and 3 examples.
      expect(bytes(3) - bytes(1)).toBe(2 * factorBytes(network, head));
    }
});

test('what the kernel cannot work with is named, with the way out', () => {
  const network = randomNetwork([2, 3, 2], 1);
  const [first, activation, last] = network.nodes;
  const attempt =
    (nodes: Network['nodes'], inputs = new Float32Array(2), inputShape: readonly number[] = [2]) =>
    () =>
      gradientFactors({ inputShape, nodes }, inputs, 1, { type: 'sum' });
  const broken = { ...first!, operation: structuredClone(first!.operation) };
  if (broken.operation.type === 'dense') broken.operation.kernel.values.fill(Number.NaN);
  expect(attempt([broken, activation!, last!])).toThrow(/kernel of layer dense0: entry 0 is NaN/);
  expect(attempt([first!, activation!])).toThrow(/last layer activation1 must be dense/);
  const foreign = { ...activation!, operation: { type: 'recurrent' } as unknown as Operation };
  expect(attempt([first!, foreign, last!])).toThrow(
    /layer activation1: no gradients for the kind “recurrent”; build it from dense, conv2d/,
  );
  expect(attempt([])).toThrow(UnsupportedNetworkError);
  expect(attempt(network.nodes, Float32Array.of(1, Number.POSITIVE_INFINITY))).toThrow(
    /inputs: entry 1 is Infinity/,
  );
  expect(attempt(network.nodes, new Float32Array(3))).toThrow(/3 numbers do not make 1 examples of 2 inputs/);
  expect(attempt(network.nodes, new Float32Array(6), [3, 2])).toThrow(/put a flatten or global-pool layer/);
  const texts = namedNetworks.texts!(1);
  const tokens = inputsOf(texts, 1, 1);
  tokens[1] = 9;
  expect(() => gradientFactors(texts, tokens, 1, { type: 'sum' })).toThrow(
    /input 1 is 9, but layer embedding0 looks up integers from 0 to 4/,
  );
  expect(() => gradientFactors(network, new Float32Array(2), 1, { type: 'sum' }, { chunk: 0 })).toThrow(
    /a chunk of 0 examples/,
  );
});
