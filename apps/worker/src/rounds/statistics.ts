import { decodePoolFeatures, encodePoolFeatures, type PoolFeatures } from '../compute/pool-features.js';

/** What the reduce step hands to every scoring job: the features of the labeled and of the evaluation items. */
export interface Statistics {
  /** Pool indices, ascending. */
  readonly labeled: Int32Array;
  readonly evaluation: Int32Array;
  /** Weight of each evaluation item. */
  readonly relevance: Float64Array;
  /** Pool indices of the candidates that are scored, ascending: what the prefilter kept; null: all. */
  readonly kept: Int32Array | null;
  /** Of the labeled items, then of the evaluation items. */
  readonly features: PoolFeatures;
  /** Weight of each layer in the kernel. */
  readonly weights: readonly number[];
}

/** A line of JSON, then the features. */
export function encodeStatistics(statistics: Statistics): Uint8Array {
  const { labeled, evaluation, relevance, kept, features, weights } = statistics;
  const head = {
    version: 2,
    labeled: [...labeled],
    evaluation: [...evaluation],
    relevance: [...relevance],
    kept: kept && [...kept],
    weights,
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), encodePoolFeatures(features)]);
}

/** Throws RangeError for statistics of another version. */
export function decodeStatistics(bytes: Uint8Array): Statistics {
  const end = bytes.indexOf(10);
  const head = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as {
    version: number;
    labeled: number[];
    evaluation: number[];
    relevance: number[];
    kept: number[] | null;
    weights: number[];
  };
  if (head.version !== 2)
    throw new RangeError(
      `statistics of version ${head.version} cannot be read by this worker; start a new round`,
    );
  return {
    labeled: Int32Array.from(head.labeled),
    evaluation: Int32Array.from(head.evaluation),
    relevance: Float64Array.from(head.relevance),
    kept: head.kept && Int32Array.from(head.kept),
    weights: head.weights,
    features: decodePoolFeatures(bytes.subarray(end + 1)),
  };
}
