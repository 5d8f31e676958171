import { createRandom } from '@tangent/compute';
import { topPositions } from '@tangent/ntk';
import { layOut, placeAmong } from './lay-out.js';
import {
  concatFeatures,
  decodePoolFeatures,
  encodePoolFeatures,
  noMatrix,
  type PoolFeatures,
  selectFeatures,
} from './pool-features.js';
import { gramOf, type ScoringSettings } from './pool-state.js';

// A map of a pool that need not be held at once: its landmarks are laid out, then each shard is placed among them.

/** What the kernel of a round is made with, besides its features. */
export interface MapKernel {
  readonly settings: Pick<ScoringSettings, 'plan' | 'model'>;
  readonly weights: readonly number[];
}

/**
 * The items that a map is laid out by: `count` of them, drawn by their ids and the seed, so that they do not depend on the
 * order of the pool. Indices in `ids`, in the order of the draw.
 */
export function drawLandmarks(
  ids: readonly string[],
  { seed, count }: { readonly seed: number; readonly count: number },
): Int32Array {
  const random = createRandom(seed).fork('landmarks');
  return topPositions(
    Float64Array.from(ids, (id) => random.fork(id).uniform()),
    count,
  );
}

/** The features of some items of a shard. */
export function pickFeatures({
  features,
  rows,
}: {
  readonly features: Uint8Array;
  readonly rows: Int32Array;
}): Uint8Array {
  return encodePoolFeatures(withoutDraws(selectFeatures(decodePoolFeatures(features), rows)));
}

export interface LandmarksInput extends MapKernel {
  /** Features of the landmarks, by shard. */
  readonly parts: readonly Uint8Array[];
  /** Where in the parts, one after the other, each landmark stands. */
  readonly order: Int32Array;
  readonly seed: number;
}

/** Landmarks with their features and places, [landmarks, 2]. */
export interface Landmarks {
  readonly features: Uint8Array;
  readonly layout: Float64Array;
}

export function layOutLandmarks({ parts, order, settings, weights, seed }: LandmarksInput): Landmarks {
  const features = selectFeatures(concatFeatures(parts.map(decodePoolFeatures)), order);
  const gram = gramOf(settings, { features, weights });
  return { features: encodePoolFeatures(features), layout: layOut(gram, { seed }) };
}

/** Places of some items of a shard, [rows, 2]. */
export function placeShard({
  landmarks,
  features,
  rows,
  settings,
  weights,
}: MapKernel & {
  readonly landmarks: Landmarks;
  readonly features: Uint8Array;
  readonly rows: Int32Array;
}): Float64Array {
  const known = decodePoolFeatures(landmarks.features);
  const shard = withoutDraws(selectFeatures(decodePoolFeatures(features), rows));
  const numLandmarks = known.factors.numExamples;
  const range = (from: number, length: number) => Int32Array.from({ length }, (_, i) => from + i);
  return placeAmong(gramOf(settings, { features: concatFeatures([known, shard]), weights }), {
    landmarks: range(0, numLandmarks),
    layout: landmarks.layout,
    items: range(numLandmarks, rows.length),
  });
}

const withoutDraws = (features: PoolFeatures): PoolFeatures => ({
  ...features,
  draws: noMatrix,
});
