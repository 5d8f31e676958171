import {
  forward,
  inputName,
  isTrained,
  type Network,
  type NetworkNode,
  type NetworkTensors,
  numOutputsOf,
  parametersOf,
  UnsupportedNetworkError,
} from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { reachingOutput } from './differentiable.js';

/** A node with parameters that gradients train, and the shapes around it, without the batch. */
export interface TrainedNode {
  readonly node: NetworkNode;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

/** What the gradients of a network are made of. */
export interface TrainedNodes {
  /** All but the last, in the order of the network. */
  readonly hidden: readonly TrainedNode[];
  /** The dense node that gives f(x), from the embedding. */
  readonly last: TrainedNode;
  /** k. */
  readonly numOutputs: number;
  /** Numbers of one example in all outputs together: what a forward pass holds. */
  readonly numActivations: number;
}

/**
 * The trained nodes that the output depends on, given the shape of every node's output without the batch.
 * Throws UnsupportedNetworkError for a network that cannot be differentiated.
 */
export function trainedNodes(network: Network, shapes: ReadonlyMap<string, readonly number[]>): TrainedNodes {
  const numOutputs = numOutputsOf(network);
  const trained = reachingOutput(network)
    .filter(hasTrainedParameters)
    .map((node): TrainedNode => {
      const input = node.inputs[0]!;
      if (node.operation.type === 'embedding' && input !== inputName)
        throw new UnsupportedNetworkError(
          `layer ${node.name} looks up what layer ${input} computes, and integers have no gradient; let it read the input`,
        );
      return { node, inputShape: shapes.get(input)!, outputShape: shapes.get(node.name)! };
    });
  const last = trained.at(-1)!;
  if (last.outputShape.length !== 1)
    throw new UnsupportedNetworkError(
      `the last layer ${last.node.name} gives [${last.outputShape}] for each example instead of one row of ${numOutputs}; put a flatten or global-pool layer before it`,
    );
  const numActivations = [...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
  return { hidden: trained.slice(0, -1), last, numOutputs, numActivations };
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, 1);

const hasTrainedParameters = ({ operation }: NetworkNode) =>
  Object.keys(parametersOf(operation)).some(isTrained);

/** The shape of every node's output without the batch, the input included; from a pass of one example of zeros. */
export function shapesOf(network: Network, tensors: NetworkTensors): Map<string, readonly number[]> {
  let shapes = new Map<string, readonly number[]>();
  tf.tidy(() => {
    const outputs = forward(network, tensors, tf.zeros([1, ...network.inputShape]));
    shapes = new Map([...outputs].map(([name, output]) => [name, output.shape.slice(1)]));
  });
  return shapes;
}

/**
 * True where every unit of the only hidden layer reaches the embedding through elementwise functions alone. Then
 * Σ_j δ_j·δ′_j over the logits is Σ_u ‖W_u‖² σ′(z_u) σ′(z′_u): the trace in one pass (MATH §1).
 */
export function hasOneHiddenLayer(network: Network, { hidden, last }: TrainedNodes): boolean {
  const [only] = hidden;
  if (!only || hidden.length > 1 || only.node.operation.type !== 'dense' || only.outputShape.length !== 1)
    return false;
  const byName = new Map(network.nodes.map((node) => [node.name, node]));
  let node = byName.get(last.node.inputs[0]!);
  while (node && elementwise.has(node.operation.type)) node = byName.get(node.inputs[0]!);
  return node === only.node;
}

const elementwise: ReadonlySet<string> = new Set(['activation', 'dropout', 'flatten']);
