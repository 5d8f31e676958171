import { setImmediate as turn } from 'node:timers/promises';
import type { TextConfig } from '@tangent/contracts';
import type { ItemContentRecord } from '@tangent/database';
import {
  applyHashedNgrams,
  applyLatentSemantics,
  fitHashedNgrams,
  type HashedNgrams,
  type LatentSemantics,
  sparseHashedNgrams,
} from '@tangent/models';
import type { InputContext } from './backbone.js';

export interface HashedFeaturiser {
  readonly kind: 'hashed-ngrams';
  readonly ngrams: HashedNgrams;
}

export interface LatentFeaturiser {
  readonly kind: 'latent-semantics';
  readonly ngrams: HashedNgrams;
  readonly numComponents: number;
  /** Blob of the directions, [ngrams.dimension, numComponents] float32, little-endian. */
  readonly componentsKey: string;
}

/** Counts how rare words are, and finds the directions in which they occur together, on a sample of the pool. */
export async function fitTexts(
  { blobs, compute, signal }: InputContext,
  { buckets, longestPhrase, characters, components }: TextConfig,
  sample: readonly ItemContentRecord[],
): Promise<{ readonly featuriser: HashedFeaturiser | LatentFeaturiser; readonly x: Float32Array }> {
  const texts = textsOf(sample);
  const ngrams = fitHashedNgrams(texts, { dimension: buckets, longestPhrase, characters });
  if (components === null)
    return { featuriser: { kind: 'hashed-ngrams', ngrams }, x: applyHashedNgrams(texts, ngrams) };
  const rows = sparseHashedNgrams(texts, ngrams);
  const latent = await compute.call('fitTexts', { rows, numComponents: components }, { signal });
  const { key } = await blobs.put(bytesOf(latent.components));
  return {
    featuriser: {
      kind: 'latent-semantics',
      ngrams,
      numComponents: latent.numComponents,
      componentsKey: key,
    },
    x: applyLatentSemantics(rows, latent),
  };
}

/** Texts between two turns that others get: the process must renew its locks meanwhile. */
const atOnce = 500;

/** Inputs of the texts, [items, numbers] float32. */
export async function applyTexts(
  { blobs, signal }: InputContext,
  featuriser: HashedFeaturiser | LatentFeaturiser,
  items: readonly ItemContentRecord[],
): Promise<Float32Array> {
  const { ngrams } = featuriser;
  const isLatent = featuriser.kind === 'latent-semantics';
  const width = isLatent ? featuriser.numComponents : ngrams.dimension;
  const latent: LatentSemantics | null = isLatent
    ? {
        width: ngrams.dimension,
        numComponents: width,
        components: numbersOf(await blobs.get(featuriser.componentsKey)),
      }
    : null;
  const x = new Float32Array(items.length * width);
  for (let from = 0; from < items.length; from += atOnce) {
    const texts = textsOf(items.slice(from, from + atOnce));
    const rows = latent
      ? applyLatentSemantics(sparseHashedNgrams(texts, ngrams), latent)
      : applyHashedNgrams(texts, ngrams);
    x.set(rows, from * width);
    await turn();
    signal.throwIfAborted();
  }
  return x;
}

const textsOf = (items: readonly ItemContentRecord[]) => items.map((item) => item.text ?? '');
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
/** Copied: a blob may begin anywhere in its buffer. */
const numbersOf = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer);
