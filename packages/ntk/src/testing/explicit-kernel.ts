import { type Network, numOutputsOf } from '@tangent/networks';
import { type Head, headVectors } from '../gradients/head.js';
import { explicitJacobians, inner, type Jacobian } from './explicit-jacobian.js';

/** The Jacobians of some examples, and kernels from them. */
export class ExplicitKernels {
  private constructor(
    readonly jacobians: readonly Jacobian[],
    private readonly k: number,
  ) {}

  static async of(network: Network, x: Float32Array, n: number): Promise<ExplicitKernels> {
    return new ExplicitKernels(await explicitJacobians(network, x, n), numOutputsOf(network));
  }

  /** The eNTK, every layer times its weight: ⟨∇f_p(x_i), ∇f_q(x_j)⟩. */
  block(weights: readonly number[], i: number, j: number, p: number, q: number): number {
    const [own, other] = [this.jacobians[i]!.gradients[p]!, this.jacobians[j]!.gradients[q]!];
    return own.reduce((sum, gradient, l) => sum + weights[l]! * inner(gradient, other[l]!), 0);
  }

  /** The kernel of a head, [n, n]: Σ over head vectors v of ⟨∇(v·f), ∇(v·f)′⟩. */
  kernel(head: Head, weights: readonly number[]): number[] {
    const { k, jacobians } = this;
    const n = jacobians.length;
    const v = headVectors(head.type === 'last-layer' ? { type: 'trace' } : head, k);
    // Factors of the last layer alone have one weight.
    const numLayers = jacobians[0]!.gradients[0]!.length;
    const all = [...new Array<number>(numLayers - weights.length).fill(0), ...weights];
    const kernel = new Array<number>(n * n).fill(0);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (let p = 0; p < k; p++)
          for (let q = 0; q < k; q++) {
            let sum = 0;
            for (let h = 0; h * k < v.length; h++) sum += v[h * k + p]! * v[h * k + q]!;
            if (sum !== 0) kernel[i * n + j]! += sum * this.block(all, i, j, p, q);
          }
    return kernel;
  }
}
