import {
  applyLatentSemantics,
  fitHashedNgrams,
  fitLatentSemantics,
  fitStandardisation,
  sparseHashedNgrams,
  standardiseInPlace,
} from '@tangent/models';
import { takeRows } from '@tangent/ntk';
import type { Inputs } from './load-set.js';

/** Numbers that a network reads, [n, numInputs] float32. */
export interface Features {
  readonly x: Float32Array;
  readonly numInputs: number;
}

/** Hashed words in their leading directions, fitted on `pool`. */
export function fitTexts(
  pool: readonly string[],
  numComponents = 128,
): (texts: readonly string[]) => Features {
  const ngrams = fitHashedNgrams(pool);
  const latent = fitLatentSemantics(sparseHashedNgrams(pool, ngrams), numComponents);
  return (texts) => ({
    x: applyLatentSemantics(sparseHashedNgrams(texts, ngrams), latent),
    numInputs: latent.numComponents,
  });
}

/** The raw inputs at `rows`, in that order. */
export function takeInputs(inputs: Inputs, rows: ArrayLike<number>): Inputs {
  switch (inputs.kind) {
    case 'texts':
      return { ...inputs, texts: Array.from(rows, (i) => inputs.texts[i]!) };
    case 'numbers':
      return { ...inputs, values: takeRows(inputs.values, inputs.width, rows) };
    case 'images': {
      const size = inputs.height * inputs.width * inputs.channels;
      const pixels = new Uint8Array(rows.length * size);
      for (let r = 0; r < rows.length; r++)
        pixels.set(inputs.pixels.subarray(rows[r]! * size, (rows[r]! + 1) * size), r * size);
      return { ...inputs, pixels };
    }
  }
}

/**
 * How inputs become features, fitted on the pool as the service fits it: pixels with one mean and deviation, numbers
 * with one a column, texts as hashed words in their leading directions (128).
 */
export function fitFeatures(pool: Inputs, textComponents?: number): (inputs: Inputs) => Features {
  if (pool.kind === 'texts') {
    const featurise = fitTexts(pool.texts, textComponents);
    return (inputs) => featurise((inputs as Extract<Inputs, { kind: 'texts' }>).texts);
  }
  const numbers = numbersOf(pool);
  const scale = fitStandardisation(
    numbers.x,
    numbers.numInputs,
    pool.kind === 'images' ? 'global' : 'column',
  );
  return (inputs) => {
    const { x, numInputs } = numbersOf(inputs);
    return { x: standardiseInPlace(x, scale), numInputs };
  };
}

/** A copy as float32; pixels in [0, 1]. */
function numbersOf(inputs: Inputs): Features {
  if (inputs.kind === 'texts') throw new TypeError('texts are no numbers');
  if (inputs.kind === 'numbers') return { x: inputs.values.slice(), numInputs: inputs.width };
  const x = new Float32Array(inputs.pixels);
  for (let i = 0; i < x.length; i++) x[i]! /= 255;
  return { x, numInputs: inputs.height * inputs.width * inputs.channels };
}

/** Means of squares of `factor` × `factor` pixels: smaller images of the same things. */
export function shrinkImages(inputs: Inputs, factor: number): Inputs {
  if (inputs.kind !== 'images') throw new TypeError(`${inputs.kind} cannot be made smaller`);
  const { height, width, channels, pixels } = inputs;
  const [h, w] = [Math.floor(height / factor), Math.floor(width / factor)];
  const n = pixels.length / (height * width * channels);
  const small = new Uint8Array(n * h * w * channels);
  let at = 0;
  for (let i = 0; i < n; i++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let dy = 0; dy < factor; dy++)
            for (let dx = 0; dx < factor; dx++)
              sum += pixels[((i * height + y * factor + dy) * width + x * factor + dx) * channels + c]!;
          small[at++] = Math.round(sum / (factor * factor));
        }
  return { ...inputs, pixels: small, height: h, width: w };
}
