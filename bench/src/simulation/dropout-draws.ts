import type { Random } from '@tangent/compute';
import { predictNetwork } from '@tangent/models';
import { inputName, type Network } from '@tangent/networks';
import { probabilitiesOf } from '@tangent/ntk';

/**
 * Class probabilities under random dropout masks on the activations before the last layer, [n, numDraws, k]: each draw
 * drops half of the units for all items and doubles the others (Gal & Ghahramani 2016). embeddings: [n, width].
 */
export function dropoutDraws(
  embeddings: Float32Array,
  network: Network,
  random: Random,
  numDraws = 20,
): { readonly values: Float32Array; readonly numDraws: number } {
  const { name, operation } = network.nodes.at(-1)!;
  if (operation.type !== 'dense') throw new TypeError(`the last layer ${name} is not dense`);
  const { kernel } = operation;
  const [width, k] = kernel.shape as [number, number];
  const n = embeddings.length / width;
  const values = new Float32Array(n * numDraws * k);
  for (let draw = 0; draw < numDraws; draw++) {
    // To mask the units of all items is to mask the rows of the weights.
    const mask = Float32Array.from({ length: width }, () => (random.uniform() < 0.5 ? 0 : 2));
    const masked = { ...kernel, values: kernel.values.map((w, i) => w * mask[Math.floor(i / k)]!) };
    const head: Network = {
      inputShape: [width],
      nodes: [{ name, operation: { ...operation, kernel: masked }, inputs: [inputName] }],
    };
    const probabilities = probabilitiesOf(predictNetwork(head, embeddings, n), k);
    for (let i = 0; i < n; i++)
      values.set(probabilities.subarray(i * k, (i + 1) * k), (i * numDraws + draw) * k);
  }
  return { values, numDraws };
}
