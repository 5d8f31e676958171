import { createRandom, type Random } from '@tangent/compute';
import type { ActivationName, Network } from '@tangent/networks';
import { matrixGram } from '../gram.js';
import type { KernelPosteriorOptions } from '../posterior/kernel-posterior.js';
import { oneHot } from '../probabilities.js';
import { NetworkBuilder } from './networks.js';

export const normals = (random: Random, n: number) => Float32Array.from({ length: n }, () => random.normal());

/** A random chain of dense layers, inputs first. */
export function randomNetwork(
  sizes: readonly number[],
  seed: number,
  activation: ActivationName = 'relu',
): Network {
  const builder = new NetworkBuilder([sizes[0]!], seed);
  sizes.slice(1).forEach((numOutputs, l) => {
    builder.dense(sizes[l]!, numOutputs);
    if (l < sizes.length - 2) builder.activation(activation);
  });
  return builder.network();
}

/** A posterior’s inputs over n items with a random positive semidefinite kernel of rank r, exact in float64. */
export function randomProblem(
  seed: number,
  { n = 24, rank = 9, k = 3, numLabeled = 6, numEvaluation = 10 } = {},
): KernelPosteriorOptions & { readonly kernel: Float64Array; readonly n: number } {
  const random = createRandom(seed).fork('problem');
  const root = Float64Array.from({ length: n * rank }, () => random.normal());
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 0.05 : 0;
      for (let t = 0; t < rank; t++) sum += root[i * rank + t]! * root[j * rank + t]!;
      kernel[i * n + j] = sum;
    }
  const labeled = random.sample(n, numLabeled);
  return {
    n,
    kernel,
    gram: matrixGram(kernel, n),
    prior: Float64Array.from({ length: n * k }, () => 0.3 * random.normal()),
    numClasses: k,
    observations: Array.from(labeled, (item) => ({ item, target: oneHot(random.integer(k), k) })),
    evaluation: random.sample(n, numEvaluation),
    ridgeRelative: 1e-2,
  };
}
