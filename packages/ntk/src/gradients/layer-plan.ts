import type { Network, Parameter } from '@tangent/networks';
import { type DeepHead, type Head, headVectors } from './head.js';
import type { LayerShape } from './layer-factors.js';
import { gradientWidth, linearLayer } from './layer-gradients.js';
import { hasOneHiddenLayer, sizeOf, type TrainedNode, type TrainedNodes } from './trained-nodes.js';

/** Which backward passes a head needs, and in what form every layer's factors come. */
export interface LayerPlan {
  /** ∂h/∂(embedding), [width] for each backward pass; none for `last-layer`. */
  readonly starts: readonly Float32Array[];
  /** Of the hidden trained nodes that the head reaches, then of the last layer. */
  readonly shapes: readonly LayerShape[];
}

export function planLayers(network: Network, trained: TrainedNodes, head: Head): LayerPlan {
  const isDeep = head.type !== 'last-layer' && trained.hidden.length > 0;
  const starts = isDeep ? startsOf(network, trained, head) : [];
  const { node, inputShape } = trained.last;
  const last: LayerShape = {
    kind: 'outer',
    name: node.name,
    numInputs: inputShape[0]!,
    hasBias: lastDense(trained).bias !== null,
    // For every head the squared norms of ∂h/∂f sum to 1, whatever x is.
    numDeltas: 0,
  };
  const hidden = isDeep ? trained.hidden : [];
  return { starts, shapes: [...hidden.map((layer) => shapeOfLayer(layer, starts.length)), last] };
}

function lastDense({ last }: TrainedNodes): { readonly kernel: Parameter; readonly bias: Parameter | null } {
  const { operation } = last.node;
  if (operation.type !== 'dense') throw new RangeError(`layer ${last.node.name} is not dense`);
  return operation;
}

/** W v for every head vector v; for the trace of one hidden layer one vector that stands for all. */
function startsOf(network: Network, trained: TrainedNodes, head: DeepHead): Float32Array[] {
  const { values } = lastDense(trained).kernel;
  const k = trained.numOutputs;
  const width = values.length / k;
  if (head.type === 'trace' && hasOneHiddenLayer(network, trained)) {
    const norms = Float32Array.from({ length: width }, (_, u) => {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += values[u * k + j]! ** 2;
      return Math.sqrt(sum / k);
    });
    return [norms];
  }
  const vectors = headVectors(head, k);
  return Array.from({ length: vectors.length / k }, (_, h) =>
    Float32Array.from({ length: width }, (_unused, u) => {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += values[u * k + j]! * vectors[h * k + j]!;
      return sum;
    }),
  );
}

/** The form of a hidden layer whose products cost least (MATH §2). */
function shapeOfLayer(trained: TrainedNode, numHeads: number): LayerShape {
  const { name, operation } = trained.node;
  const linear = linearLayer(trained);
  if (linear) {
    const { numPositions, patchWidth, numDeltas, hasBias } = linear;
    if (numPositions === 1) return { kind: 'outer', name, numInputs: patchWidth, hasBias, numDeltas };
    const contraction = numPositions ** 2 * (patchWidth + numHeads * numDeltas);
    if (contraction < numHeads * gradientWidth(trained))
      return { kind: 'patches', name, numPositions, patchWidth, hasBias, numDeltas };
  }
  if (operation.type === 'embedding') {
    const numDeltas = trained.outputShape.at(-1)!;
    return { kind: 'tokens', name, numTokens: sizeOf(trained.outputShape) / numDeltas, numDeltas };
  }
  return { kind: 'features', name, width: gradientWidth(trained) };
}
