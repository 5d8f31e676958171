import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { UnsupportedNetworkError } from './dense-network.js';
import { gradientFactors, type Head, headVectors } from './gradient-factors.js';
import { kernelDiagonal, kernelMatrix } from './kernel-matrix.js';
import { layerWeights, meanTraces } from './layer-weights.js';
import { normals, randomNetwork } from './testing/examples.js';
import { explicitJacobian, inner } from './testing/explicit-jacobian.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const heads: readonly Exclude<Head, { type: 'last-layer' }>[] = [
  { type: 'sum' },
  { type: 'first' },
  { type: 'sign', seed: 3 },
  { type: 'sign', seed: 4, draws: 3 },
  { type: 'trace' },
];

/** Σ over head vectors of ⟨∇(v·f), ∇(v·f)′⟩, by explicit Jacobians; the last `numLayers` layers only. */
function explicitKernel(
  sizes: readonly number[],
  seed: number,
  x: Float32Array,
  n: number,
  head: Exclude<Head, { type: 'last-layer' }>,
  isLastOnly = false,
): number[] {
  const network = randomNetwork(sizes, seed);
  const width = sizes[0]!;
  const k = sizes.at(-1)!;
  const jacobians = Array.from(
    { length: n },
    (_, i) => explicitJacobian(network, x.subarray(i * width, (i + 1) * width)).gradients,
  );
  const v = headVectors(head, k);
  const numLayers = network.layers.length;
  const along = (i: number, h: number, l: number) => {
    const parts = jacobians[i]!.map((byLayer) => byLayer[l]!);
    return parts[0]!.map((_, p) => parts.reduce((sum, g, j) => sum + v[h * k + j]! * g[p]!, 0));
  };
  const kernel: number[] = [];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let h = 0; h < v.length / k; h++)
        for (let l = isLastOnly ? numLayers - 1 : 0; l < numLayers; l++)
          sum += inner(along(i, h, l), along(j, h, l));
      kernel.push(sum);
    }
  return kernel;
}

test('the structured kernel of every head equals that of explicit Jacobians, for one to four layers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.array(fc.integer({ min: 2, max: 7 }), { minLength: 0, maxLength: 3 }),
      fc.integer({ min: 2, max: 5 }),
      (seed, hidden, k) => {
        const sizes = [4, ...hidden, k];
        const n = 5;
        const x = normals(createRandom(seed).fork('x'), n * 4);
        for (const head of heads) {
          const factors = gradientFactors(randomNetwork(sizes, seed), x, n, head);
          const weights = factors.layers.map(() => 1);
          const expected = explicitKernel(sizes, seed, x, n, head);
          expectClose(kernelMatrix(factors, factors, weights), expected, { rtol: 2e-4, atol: 2e-3 });
          expectClose(
            kernelDiagonal(factors, weights),
            Array.from({ length: n }, (_, i) => expected[i * n + i]!),
            { rtol: 2e-4, atol: 2e-3 },
          );
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('the last-layer head is the last layer’s part of the trace', () => {
  const [sizes, n] = [[4, 6, 3], 5];
  const x = normals(createRandom(9), n * 4);
  const factors = gradientFactors(randomNetwork(sizes, 2), x, n, { type: 'last-layer' });
  expectClose(kernelMatrix(factors, factors, [1]), explicitKernel(sizes, 2, x, n, { type: 'trace' }, true), {
    rtol: 1e-4,
    atol: 1e-4,
  });
});

test('the outputs are those of the network', () => {
  const network = randomNetwork([4, 6, 5, 3], 5);
  const x = normals(createRandom(1), 2 * 4);
  const { outputs } = gradientFactors(network, x, 2, { type: 'sum' });
  expectClose(
    outputs,
    [
      ...explicitJacobian(network, x.subarray(0, 4)).outputs,
      ...explicitJacobian(network, x.subarray(4)).outputs,
    ],
    { rtol: 1e-4, atol: 1e-4 },
  );
});

test('the mean over many sign draws tends to the trace', () => {
  const n = 4;
  const x = normals(createRandom(7), n * 5);
  const network = randomNetwork([5, 8, 4], 7);
  const kernelOf = (head: Head) => {
    const factors = gradientFactors(network, x, n, head);
    return kernelMatrix(
      factors,
      factors,
      factors.layers.map(() => 1),
    );
  };
  const trace = kernelOf({ type: 'trace' });
  const distance = (draws: number) =>
    Math.hypot(...kernelOf({ type: 'sign', seed: 1, draws }).map((v, i) => v - trace[i]!)) /
    Math.hypot(...trace);
  expect(distance(4000)).toBeLessThan(0.05);
  expect(distance(4000)).toBeLessThan(distance(4));
});

test('a balanced layer has mean trace 1, and the shares of all layers sum to 1', () => {
  const n = 30;
  const factors = gradientFactors(randomNetwork([6, 10, 10, 4], 3), normals(createRandom(3), n * 6), n, {
    type: 'trace',
  });
  const { weights, shares } = layerWeights(factors, true);
  expectClose(
    meanTraces(factors).map((t, l) => t * weights[l]!),
    [1, 1, 1],
    { rtol: 1e-12, atol: 0 },
  );
  expectClose([shares.reduce((a, b) => a + b, 0)], [1], { rtol: 1e-12, atol: 0 });
  expect(layerWeights(factors, false).weights).toEqual([1, 1, 1]);
});

test('what the kernel cannot work with is named', () => {
  const network = randomNetwork([2, 3, 2], 1);
  const [first, last] = [network.layers[0]!, network.layers[1]!];
  const x = new Float32Array(2);
  const attempt =
    (layers: typeof network.layers, inputs = x) =>
    () =>
      gradientFactors({ layers }, inputs, 1, { type: 'sum' });
  expect(attempt([{ ...first, activation: 'tanh' as 'relu' }, last])).toThrow(
    /layer layer1: no derivative for the activation “tanh”/,
  );
  expect(attempt([{ ...first, weights: first.weights.map(() => Number.NaN) }, last])).toThrow(
    /weights of layer layer1: entry 0 is NaN/,
  );
  expect(attempt([first, { ...last, numInputs: 4, weights: new Float32Array(8) }])).toThrow(
    /layer2 takes 4 inputs, but layer1 gives 3/,
  );
  expect(attempt([], x)).toThrow(UnsupportedNetworkError);
  expect(attempt(network.layers, Float32Array.of(1, Number.POSITIVE_INFINITY))).toThrow(
    /inputs: entry 1 is Infinity/,
  );
  expect(attempt(network.layers, new Float32Array(3))).toThrow(
    /3 numbers do not make 1 examples of 2 inputs/,
  );
});
