import { createRandom } from '@tangent/compute';
import type { AdamConfig } from './adam.js';

/** How a multilayer perceptron is built and trained. The defaults are the measured recipe, docs/decisions/0006. */
export interface MlpConfig extends AdamConfig {
  readonly hidden: readonly number[];
  readonly loss: 'squared' | 'cross-entropy';
  /** Factor on the initial weights of the last layer; 0.1 lets squared loss keep up with cross-entropy. */
  readonly headScale: number;
  /** Adam steps. */
  readonly steps: number;
  /** Examples a step; all of them when there are no more. */
  readonly batchSize: number;
}

export const defaultMlpConfig: MlpConfig = {
  hidden: [256],
  loss: 'squared',
  headScale: 0.1,
  steps: 150,
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.99,
  batchSize: 256,
};

/** z = a W + b; W [numInputs, numOutputs], b [numOutputs], row-major float32. */
export interface MlpLayer {
  readonly name: string;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly activation: 'relu' | 'linear';
}

/** A trained or fresh perceptron; structurally the network that packages/ntk differentiates. */
export interface Mlp {
  readonly layers: readonly MlpLayer[];
}

/** He initialisation (normal, variance 2 / fan-in), the last layer scaled by headScale, biases 0. Seeded. */
export function createMlp(numInputs: number, numClasses: number, config: MlpConfig, seed: number): Mlp {
  const random = createRandom(seed).fork('mlp weights');
  const sizes = [numInputs, ...config.hidden, numClasses];
  const layers = sizes.slice(1).map((numOutputs, l): MlpLayer => {
    const fanIn = sizes[l]!;
    const isLast = l === sizes.length - 2;
    // The head starts at half of He's variance (no rectifier follows), as the recipe was measured.
    const deviation = isLast ? config.headScale / Math.sqrt(fanIn) : Math.sqrt(2 / fanIn);
    return {
      name: isLast ? 'head' : `hidden${l + 1}`,
      weights: Float32Array.from({ length: fanIn * numOutputs }, () => random.normal() * deviation),
      bias: new Float32Array(numOutputs),
      numInputs: fanIn,
      numOutputs,
      activation: isLast ? 'linear' : 'relu',
    };
  });
  return { layers };
}
