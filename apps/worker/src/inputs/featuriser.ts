import type { ProjectType } from '@tangent/contracts';
import type { ItemContentRecord } from '@tangent/database';
import {
  applyHashedNgrams,
  fitHashedNgrams,
  fitStandardisation,
  type HashedNgrams,
  type Standardisation,
  standardiseInPlace,
} from '@tangent/models';
import type { PixelLoader } from './pixel-loader.js';

/** How items become inputs of the network; kept with the model version, as JSON. */
export type Featuriser =
  | {
      readonly kind: 'pixels';
      readonly width: number;
      readonly height: number;
      readonly channels: 1 | 3;
      readonly scale: Standardisation;
    }
  | { readonly kind: 'vectors'; readonly numInputs: number; readonly scale: Standardisation }
  | { readonly kind: 'hashed-ngrams'; readonly ngrams: HashedNgrams };

/** Larger images are shrunk to this: the perceptron reads pixels, and 32×32 is what it can use. */
const shrunk = 32;
const largestKept = 64;

export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Decides the shape of the inputs and fits their scale on a sample of the pool. Throws InputError. */
export async function fitFeaturiser(
  type: ProjectType,
  sample: readonly ItemContentRecord[],
  pixels: PixelLoader,
): Promise<Featuriser> {
  if (type === 'text')
    return { kind: 'hashed-ngrams', ngrams: fitHashedNgrams(sample.map((i) => i.text ?? '')) };
  if (type === 'vector') {
    const numInputs = sample[0]!.vector!.length;
    const rows = stackVectors(sample, numInputs);
    return { kind: 'vectors', numInputs, scale: fitStandardisation(rows, numInputs, 'column') };
  }
  const first = sample[0]!.media!;
  const isUniform = sample.every(
    ({ media }) => media!.width === first.width && media!.height === first.height,
  );
  const isKept = isUniform && first.width <= largestKept && first.height <= largestKept;
  const shape = {
    width: isKept ? first.width : shrunk,
    height: isKept ? first.height : shrunk,
    channels: sample.every(({ media }) => media!.channels === 1) ? (1 as const) : (3 as const),
  };
  const raw = await pixels.load(sample, shape);
  return { kind: 'pixels', ...shape, scale: fitStandardisation(raw, raw.length / sample.length, 'global') };
}

/** Shape of one input: [height, width, channels] of pictures, else [numbers]. */
export function inputShapeOf(featuriser: Featuriser): readonly number[] {
  switch (featuriser.kind) {
    case 'pixels':
      return [featuriser.height, featuriser.width, featuriser.channels];
    case 'vectors':
      return [featuriser.numInputs];
    case 'hashed-ngrams':
      return [featuriser.ngrams.dimension];
  }
}

/** Inputs of the items, [items, numInputs] float32, in their order. Throws InputError. */
export async function featurise(
  featuriser: Featuriser,
  items: readonly ItemContentRecord[],
  pixels: PixelLoader,
): Promise<Float32Array> {
  switch (featuriser.kind) {
    case 'pixels':
      return standardiseInPlace(await pixels.load(items, featuriser), featuriser.scale);
    case 'vectors':
      return standardiseInPlace(stackVectors(items, featuriser.numInputs), featuriser.scale);
    case 'hashed-ngrams':
      return applyHashedNgrams(
        items.map((i) => i.text ?? ''),
        featuriser.ngrams,
      );
  }
}

function stackVectors(items: readonly ItemContentRecord[], width: number): Float32Array {
  const rows = new Float32Array(items.length * width);
  items.forEach(({ id, vector }, i) => {
    if (vector?.length !== width)
      throw new InputError(
        'vector-length',
        `item ${id} has a vector of ${vector?.length ?? 0} numbers, others have ${width}; import vectors of one length into a project`,
      );
    rows.set(vector, i * width);
  });
  return rows;
}
