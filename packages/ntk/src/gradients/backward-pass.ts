import '@tangent/compute/gradients';
import { forward, type Network, type NetworkTensors, networkTensors } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { assertFiniteParameters } from './checks.js';
import { differentiable } from './differentiable.js';
import { shapesOf, type TrainedNodes, trainedNodes } from './trained-nodes.js';

/** What one forward and one backward pass show, per example. */
export interface Pass {
  /** f(x), [n, k]. */
  readonly outputs: tf.Tensor2D;
  /** Input of the last layer, [n, width]. */
  readonly embeddings: tf.Tensor2D;
  /** Input of every hidden trained node, [n, …inputShape]. */
  readonly inputs: readonly tf.Tensor[];
  /** ∂h/∂z at the output of every hidden trained node, [n, …outputShape]; none without a backward pass. */
  readonly deltas: readonly tf.Tensor[];
}

/**
 * A network on the tensor engine, ready to be differentiated by what its trained nodes give. Batch norm is frozen and
 * dropout off: else the kernel would not be positive semidefinite. The caller disposes of it.
 * Throws UnsupportedNetworkError.
 */
export class DifferentiableNetwork {
  readonly trained: TrainedNodes;
  private readonly same: Network;
  private readonly tensors: NetworkTensors;

  constructor(readonly network: Network) {
    assertFiniteParameters(network);
    this.same = differentiable(network);
    this.tensors = networkTensors(this.same);
    try {
      this.trained = trainedNodes(network, shapesOf(this.same, this.tensors));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * Forward, and backward from h = start · embedding summed over the batch; `start` is ∂h/∂(embedding), [width], the same
   * for all examples. Null: forward only. x: [n, …inputShape]. The caller disposes of what comes back (`disposePass`).
   * Source: MATH §2. A zero is added to the output z of every trained node; ∂h by that zero is δ.
   */
  pass(x: tf.Tensor, start: Float32Array | null): Pass {
    const { hidden, last } = this.trained;
    const n = x.shape[0]!;
    const place = new Map(hidden.map(({ node }, l) => [node.name, l]));
    const kept: { outputs?: tf.Tensor2D; inputs: tf.Tensor[] } = { inputs: [] };
    const run = (...probes: tf.Tensor[]): tf.Tensor => {
      const all = forward(this.same, this.tensors, x, {
        atOutput: ({ name }, z) => {
          const probe = probes[place.get(name) ?? -1];
          return probe ? tf.add(z, probe) : z;
        },
      });
      const keep = (name: string) => tf.keep(tf.clone(all.get(name)!));
      kept.outputs = keep(last.node.name) as tf.Tensor2D;
      kept.inputs = hidden.map(({ node }) => keep(node.inputs[0]!));
      return tf.clone(all.get(last.node.inputs[0]!)!);
    };
    return tf.tidy(() => {
      if (hidden.length === 0 || start === null) {
        const embeddings = run() as tf.Tensor2D;
        return { embeddings, outputs: kept.outputs!, inputs: kept.inputs, deltas: [] };
      }
      const probes = hidden.map(({ outputShape }) => tf.zeros([n, ...outputShape]));
      const along = tf.tile(tf.tensor2d(start, [1, start.length]), [n, 1]);
      const { value, grads } = tf.valueAndGrads(run)(probes, along);
      return { embeddings: value as tf.Tensor2D, outputs: kept.outputs!, inputs: kept.inputs, deltas: grads };
    });
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
  }
}

export function disposePass({ outputs, embeddings, inputs, deltas }: Pass): void {
  tf.dispose([outputs, embeddings, ...inputs, ...deltas]);
}
