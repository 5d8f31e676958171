import { countCorrect } from '@tangent/models';
import type { Network } from '@tangent/networks';
import {
  featureRidge,
  gradientFactors,
  layerWeights,
  type RegressionBlock,
  sketchFeatures,
  takeRows,
} from '@tangent/ntk';
import { takeInputs } from '../data/features.js';
import type { Inputs, Split } from '../data/load-set.js';

export interface RegressionOptions {
  readonly dimension: number;
  readonly seed: number;
  readonly featurise: (inputs: Inputs) => { readonly x: Float32Array };
  readonly numClasses: number;
  /** Images in memory at a time. */
  readonly blockSize: number;
}

export interface Regression {
  /** Of the test images. */
  readonly numCorrect: number;
  readonly ridgeRelative: number;
  readonly seconds: number;
}

const ridges = [1e-4, 1e-3, 1e-2, 1e-1];

/**
 * Kernel regression of the classes on all images of `train` by sketched gradient features (Kronecker, balanced trace of
 * a `sum` head), which stream through: neither the features nor the kernel are ever in memory. Accuracy on `test`.
 */
export function regress(network: Network, train: Split, test: Split, options: RegressionOptions): Regression {
  const { dimension, numClasses, featurise, blockSize, seed } = options;
  const startedAt = performance.now();
  const head = { type: 'sum' } as const;
  const first = featurise(takeInputs(train.inputs, rowsFrom(0, 200))).x;
  const { weights } = layerWeights(gradientFactors(network, first, 200, head), true);
  const featuresOf = (split: Split, rows: Int32Array): Float32Array => {
    const { x } = featurise(takeInputs(split.inputs, rows));
    const sketch = sketchFeatures(network, x, rows.length, head, weights, {
      dimension,
      seed,
      method: 'kronecker',
    });
    const [layer] = sketch.layers;
    if (layer?.kind !== 'features') throw new TypeError('a sketch is features');
    return layer.values;
  };
  function* blocks(): Generator<RegressionBlock> {
    for (const rows of blocksOf(train, blockSize)) {
      // Centred targets, so that no class needs a constant feature.
      const targets = new Float32Array(rows.length * numClasses).fill(-1 / numClasses);
      rows.forEach((row, i) => {
        targets[i * numClasses + train.classes[row]!]! += 1;
      });
      yield { features: featuresOf(train, rows), targets };
    }
  }
  const ridge = featureRidge({ blocks, dimension, numOutputs: numClasses, ridgeRelative: ridges });
  let correct = 0;
  for (const rows of blocksOf(test, blockSize))
    correct += countCorrect(
      ridge.predict(featuresOf(test, rows)),
      takeRows(test.classes, 1, rows),
      numClasses,
    );
  return {
    numCorrect: correct,
    ridgeRelative: ridge.best.ridgeRelative,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

export function blocksOf({ classes }: Split, blockSize: number): Int32Array[] {
  return Array.from({ length: Math.ceil(classes.length / blockSize) }, (_, b) =>
    rowsFrom(b * blockSize, Math.min(blockSize, classes.length - b * blockSize)),
  );
}

function rowsFrom(from: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => from + i);
}
