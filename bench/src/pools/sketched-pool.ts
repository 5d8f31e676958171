import { createRandom } from '@tangent/compute';
import type { FeaturePosteriorOptions, Observation } from '@tangent/ntk';
import { oneHot } from '@tangent/ntk';

// N items, d features, k classes.

/** Items of one array of features: 128 MiB at d = 512. */
const itemsPerBlock = 2 ** 16;
/** Clusters of a class: more than a handful of labels can know. */
const clustersPerClass = 12;

/** A pool as sketched gradient features look: clusters of classes, and a spectrum that falls. */
export interface SketchedPool
  extends Pick<FeaturePosteriorOptions, 'features' | 'dimension' | 'prior' | 'numClasses'> {
  readonly classes: Uint8Array;
  /** The first items that are labeled, with their classes. */
  labels(count: number): Observation[];
}

/** Seeded, and made block by block, so that nothing but the pool itself is ever held. */
export function sketchedPool(
  seed: number,
  numItems: number,
  dimension: number,
  numClasses: number,
): SketchedPool {
  const random = createRandom(seed);
  const spectrum = Float32Array.from({ length: dimension }, (_, i) => (1 + i / 8) ** -0.5);
  const centres = Float32Array.from(
    { length: numClasses * clustersPerClass * dimension },
    (_, i) => spectrum[i % dimension]! * random.normal(),
  );
  const classes = new Uint8Array(numItems);
  const prior = new Float32Array(numItems * numClasses);
  const features: Float32Array[] = [];
  for (let first = 0; first < numItems; first += itemsPerBlock) {
    const draws = createRandom(seed).fork(`block ${first}`);
    // Half a billion numbers: xorshift, because a call of the seeded generator for each would take a minute.
    let bits = draws.integer(2 ** 32 - 1) + 1;
    const uniform = () => {
      bits ^= bits << 13;
      bits ^= bits >>> 17;
      bits ^= bits << 5;
      return (bits >>> 0) / 2 ** 32;
    };
    const count = Math.min(itemsPerBlock, numItems - first);
    const block = new Float32Array(count * dimension);
    for (let i = 0; i < count; i++) {
      const item = first + i;
      const cluster = Math.floor(uniform() * numClasses * clustersPerClass);
      const centre = cluster * dimension;
      for (let j = 0; j < dimension; j++)
        block[i * dimension + j] = centres[centre + j]! + spectrum[j]! * 3 * (uniform() - 0.5);
      classes[item] = cluster % numClasses;
      // The network is right on four of five, and unsure.
      const guess = uniform() < 0.8 ? classes[item]! : Math.floor(uniform() * numClasses);
      for (let j = 0; j < numClasses; j++)
        prior[item * numClasses + j] = 0.1 * uniform() + (j === guess ? 0.6 : 0);
    }
    features.push(block);
  }
  return {
    features,
    dimension,
    prior,
    numClasses,
    classes,
    labels: (count) =>
      Array.from(createRandom(seed).fork('labels').sample(numItems, count), (item) => ({
        item,
        target: oneHot(classes[item]!, numClasses),
      })),
  };
}
