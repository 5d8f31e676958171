import type { Network } from '@tangent/networks';
import type { LossName } from '../training/training-config.js';
import type { TrainingData } from '../training/training-data.js';

/** f(x) of a perceptron of dense layers and rectifiers in float64, by its definition. */
export function naiveOutputs({ nodes }: Network, x: ArrayLike<number>): number[] {
  return nodes.reduce((input: number[], { operation }) => {
    if (operation.type === 'activation') return input.map((z) => Math.max(0, z));
    if (operation.type !== 'dense') throw new Error(`no ${operation.type} here`);
    const { kernel, bias } = operation;
    const [numInputs, numOutputs] = kernel.shape as [number, number];
    return Array.from({ length: numOutputs }, (_, o) => {
      let z = bias!.values[o]!;
      for (let i = 0; i < numInputs; i++) z += input[i]! * kernel.values[i * numOutputs + o]!;
      return z;
    });
  }, Array.from(x));
}

/** The mean loss, by its definition. */
export function naiveLoss(network: Network, { x, classes }: TrainingData, loss: LossName): number {
  const width = network.inputShape[0]!;
  let sum = 0;
  classes.forEach((c, i) => {
    const f = naiveOutputs(network, x.subarray(i * width, (i + 1) * width));
    const logSum = Math.log(f.reduce((s, v) => s + Math.exp(v), 0));
    if (loss === 'cross-entropy') sum += logSum - f[c]!;
    else
      f.forEach((v, j) => {
        sum += (v - (j === c ? 1 : 0)) ** 2;
      });
  });
  return sum / classes.length;
}
