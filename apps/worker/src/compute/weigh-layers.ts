import type { ComputeContext } from '@tangent/compute';
import type { Network } from '@tangent/networks';
import {
  factorBytes,
  gradientFactors,
  type Head,
  type LayerWeights,
  meanTraces,
  weightsOfTraces,
} from '@tangent/ntk';

/** Gradients of convolutions are large: so much of the sample's is looked at in all, and so much at a time. */
const mostBytes = 4 * 2 ** 30;
const sliceBytes = 256 * 2 ** 20;

/** Weight and share of every layer by its mean trace over a sample, x: [numItems, …inputShape], slice by slice. */
export function weighLayers(
  network: Network,
  x: Float32Array,
  numItems: number,
  head: Head,
  isBalanced: boolean,
  context: ComputeContext,
): LayerWeights {
  const bytes = factorBytes(network, head);
  const width = x.length / numItems;
  // The sample comes in random order: its beginning is a smaller one.
  const numLooked = Math.min(numItems, Math.max(16, Math.floor(mostBytes / bytes)));
  const slice = Math.max(1, Math.floor(sliceBytes / bytes));
  let names: string[] = [];
  let sums: number[] = [];
  for (let from = 0; from < numLooked; from += slice) {
    context.checkCancelled();
    const count = Math.min(slice, numLooked - from);
    const part = x.subarray(from * width, (from + count) * width);
    const factors = gradientFactors(network, part, count, head);
    names = factors.layers.map((layer) => layer.name);
    sums = meanTraces(factors).map((trace, l) => (sums[l] ?? 0) + trace * count);
  }
  return weightsOfTraces(
    names,
    sums.map((sum) => sum / numLooked),
    isBalanced,
  );
}
