import type { DenseNetwork } from '../dense-network.js';

/**
 * The obvious reference: ∂f_j/∂θ of one example by the chain rule in plain loops, [k][layer] → all weights, then biases.
 * float64.
 */
export function explicitJacobian(
  { layers }: DenseNetwork,
  x: ArrayLike<number>,
): { readonly outputs: number[]; readonly gradients: number[][][] } {
  const inputs: number[][] = [Array.from(x)];
  for (const { weights, bias, numInputs, numOutputs, activation } of layers) {
    const a = inputs.at(-1)!;
    const z = Array.from({ length: numOutputs }, (_, o) => {
      let sum = bias[o]!;
      for (let i = 0; i < numInputs; i++) sum += a[i]! * weights[i * numOutputs + o]!;
      return activation === 'relu' ? Math.max(0, sum) : sum;
    });
    inputs.push(z);
  }
  const outputs = inputs.at(-1)!;
  const gradients = outputs.map((_, j) => {
    let delta: number[] = outputs.map((_o, o) => (o === j ? 1 : 0));
    const byLayer: number[][] = [];
    for (let l = layers.length - 1; l >= 0; l--) {
      const { weights, numInputs, numOutputs } = layers[l]!;
      const a = inputs[l]!;
      byLayer.unshift([...a.flatMap((v) => delta.map((d) => v * d)), ...delta]);
      if (l === 0) break;
      const before = layers[l - 1]!;
      delta = Array.from({ length: numInputs }, (_, i) => {
        if (before.activation === 'relu' && !(a[i]! > 0)) return 0;
        let sum = 0;
        for (let o = 0; o < numOutputs; o++) sum += weights[i * numOutputs + o]! * delta[o]!;
        return sum;
      });
    }
    return byLayer;
  });
  return { outputs, gradients };
}

/** ⟨g, g′⟩ of two gradient vectors. */
export const inner = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0);
