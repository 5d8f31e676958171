import type { BackboneConfig, ProjectType, TextConfig } from '@tangent/contracts';
import type { ItemContentRecord, NetworkContent } from '@tangent/database';
import { fitStandardisation, type Standardisation, standardiseInPlace } from '@tangent/models';
import { applyBackbone, type BackboneFeaturiser, fitBackbone, type InputContext } from './backbone.js';
import {
  assertTokens,
  type ImportedInput,
  pixelShapeFor,
  stackTokens,
  type TokenFeaturiser,
} from './imported-input.js';
import type { PixelShape } from './pixel-loader.js';
import { stackVectors } from './stack-vectors.js';
import { applyTexts, fitTexts, type HashedFeaturiser, type LatentFeaturiser } from './texts.js';

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
  | TokenFeaturiser
  | HashedFeaturiser
  | LatentFeaturiser
  | BackboneFeaturiser;

export interface FeaturiserSettings {
  readonly type: ProjectType;
  readonly text: TextConfig;
  /** Side that images are brought to; null: their own, or `shrunk`. */
  readonly imageSize: number | null;
  readonly backbone: { readonly config: BackboneConfig; readonly network: NetworkContent } | null;
  /** Of the network that is trained on; null: none is imported, and the inputs decide its shape. */
  readonly imported: ImportedInput | null;
}

/** A featuriser, and the inputs that it makes of the sample it was fitted on. */
export interface Fitted {
  readonly featuriser: Featuriser;
  readonly x: Float32Array;
}

/** Larger images are shrunk to this, unless a size is set: the perceptron reads pixels, and 32×32 is what it can use. */
const shrunk = 32;
const largestKept = 64;

/** Decides the shape of the inputs and fits their scale on a sample of the pool. Throws InputError. */
export async function fitFeaturiser(
  context: InputContext,
  { type, text, imageSize, backbone, imported }: FeaturiserSettings,
  sample: readonly ItemContentRecord[],
): Promise<Fitted> {
  if (imported) assertTokens(imported, type, backbone !== null);
  if (backbone)
    return fitBackbone(
      context,
      { type, ...backbone, natural: naturalShape(type, sample, imageSize) },
      sample,
    );
  if (type === 'text') return fitTexts(context, text, sample);
  if (type === 'vector') {
    const numInputs = sample[0]!.vector!.length;
    if (imported && imported.vocabulary !== null) {
      const { networkId, vocabulary } = imported;
      const featuriser = { kind: 'tokens', networkId, numInputs, vocabulary } as const;
      return { featuriser, x: stackTokens(sample, featuriser) };
    }
    const rows = stackVectors(sample, numInputs);
    const scale = fitStandardisation(rows, numInputs, 'column');
    return { featuriser: { kind: 'vectors', numInputs, scale }, x: standardiseInPlace(rows, scale) };
  }
  const shape = (imported && pixelShapeFor(imported)) ?? pixelShapeOf(sample, imageSize);
  const raw = await context.pixels.load(sample, shape);
  const scale = fitStandardisation(raw, raw.length / sample.length, 'global');
  return { featuriser: { kind: 'pixels', ...shape, scale }, x: standardiseInPlace(raw, scale) };
}

/** Of one item: [height, width, channels] of pictures, [numbers] of vectors; texts have none. */
function naturalShape(
  type: ProjectType,
  sample: readonly ItemContentRecord[],
  imageSize: number | null,
): readonly number[] {
  if (type === 'text') return [];
  if (type === 'vector') return [sample[0]!.vector!.length];
  const { height, width, channels } = pixelShapeOf(sample, imageSize);
  return [height, width, channels];
}

function pixelShapeOf(sample: readonly ItemContentRecord[], imageSize: number | null): PixelShape {
  const first = sample[0]!.media!;
  const isUniform = sample.every(
    ({ media }) => media!.width === first.width && media!.height === first.height,
  );
  const isKept = imageSize === null && isUniform && first.width <= largestKept && first.height <= largestKept;
  const side = imageSize ?? shrunk;
  return {
    width: isKept ? first.width : side,
    height: isKept ? first.height : side,
    channels: sample.every(({ media }) => media!.channels === 1) ? 1 : 3,
  };
}

/** Shape of one input: [height, width, channels] of pictures, else [numbers]. */
export function inputShapeOf(featuriser: Featuriser): readonly number[] {
  switch (featuriser.kind) {
    case 'pixels':
      return [featuriser.height, featuriser.width, featuriser.channels];
    case 'vectors':
    case 'tokens':
      return [featuriser.numInputs];
    case 'hashed-ngrams':
      return [featuriser.ngrams.dimension];
    case 'latent-semantics':
      return [featuriser.numComponents];
    case 'backbone':
      return [featuriser.width];
  }
}

/**
 * What the inputs mean, as a text: where it is the same, a network that was trained on the inputs of one featuriser can be
 * trained on with those of the other. Scales differ a little as the pool grows; the directions of texts turn.
 */
export function meaningOf(featuriser: Featuriser): string {
  const shape = inputShapeOf(featuriser);
  switch (featuriser.kind) {
    case 'pixels':
    case 'vectors':
    case 'tokens':
      return JSON.stringify([featuriser.kind, shape]);
    case 'hashed-ngrams': {
      const { longestPhrase = 2, characters = null } = featuriser.ngrams;
      return JSON.stringify([featuriser.kind, shape, longestPhrase, characters]);
    }
    case 'latent-semantics':
      return JSON.stringify([featuriser.kind, featuriser.componentsKey]);
    case 'backbone': {
      const { blobKey, output, inputShape, layout, inputScale } = featuriser;
      const scale = inputScale && [inputScale.mean, inputScale.deviation];
      return JSON.stringify([featuriser.kind, blobKey, output, inputShape, layout, scale]);
    }
  }
}

/** Inputs of the items, [items, numInputs] float32, in their order. Throws InputError. */
export async function featurise(
  context: InputContext,
  featuriser: Featuriser,
  items: readonly ItemContentRecord[],
): Promise<Float32Array> {
  switch (featuriser.kind) {
    case 'pixels':
      return standardiseInPlace(await context.pixels.load(items, featuriser), featuriser.scale);
    case 'vectors':
      return standardiseInPlace(stackVectors(items, featuriser.numInputs), featuriser.scale);
    case 'tokens':
      return stackTokens(items, featuriser);
    case 'hashed-ngrams':
    case 'latent-semantics':
      return applyTexts(context, featuriser, items);
    case 'backbone':
      return applyBackbone(context, featuriser, items);
  }
}
