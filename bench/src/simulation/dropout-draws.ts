import type { Random } from '@tangent/compute';
import { type MlpLayer, predictMlp } from '@tangent/models';
import { probabilitiesOf } from '@tangent/ntk';

/**
 * Class probabilities under random dropout masks on the activations before the last layer, [n, numDraws, k]: each draw
 * drops half of the units for all items and doubles the others (Gal & Ghahramani 2016). embeddings: [n, numInputs].
 */
export function dropoutDraws(
  embeddings: Float32Array,
  head: MlpLayer,
  random: Random,
  numDraws = 20,
): { readonly values: Float32Array; readonly numDraws: number } {
  const { numInputs, numOutputs: k, weights } = head;
  const n = embeddings.length / numInputs;
  const values = new Float32Array(n * numDraws * k);
  for (let draw = 0; draw < numDraws; draw++) {
    // To mask the units of all items is to mask the rows of the weights.
    const mask = Float32Array.from({ length: numInputs }, () => (random.uniform() < 0.5 ? 0 : 2));
    const masked = weights.map((w, i) => w * mask[Math.floor(i / k)]!);
    const outputs = predictMlp({ layers: [{ ...head, weights: masked }] }, embeddings, n);
    const probabilities = probabilitiesOf(outputs, k);
    for (let i = 0; i < n; i++)
      values.set(probabilities.subarray(i * k, (i + 1) * k), (i * numDraws + draw) * k);
  }
  return { values, numDraws };
}
