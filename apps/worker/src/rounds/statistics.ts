import { decodeFactors, encodeFactors, type GradientFactors } from '@tangent/ntk';

/** What the reduce step hands to every scoring job: the features of the labeled and of the evaluation items. */
export interface Statistics {
  /** Pool indices, ascending. */
  readonly labeled: Int32Array;
  readonly evaluation: Int32Array;
  /** Of the labeled items, then of the evaluation items. */
  readonly factors: GradientFactors;
  /** Weight of each layer in the kernel. */
  readonly weights: readonly number[];
}

/** A line of JSON, then the factors. */
export function encodeStatistics({ labeled, evaluation, factors, weights }: Statistics): Uint8Array {
  const head = Buffer.from(
    `${JSON.stringify({ version: 1, labeled: [...labeled], evaluation: [...evaluation], weights })}\n`,
  );
  return Buffer.concat([head, encodeFactors(factors)]);
}

export function decodeStatistics(bytes: Uint8Array): Statistics {
  const end = bytes.indexOf(10);
  const head = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as {
    labeled: number[];
    evaluation: number[];
    weights: number[];
  };
  return {
    labeled: Int32Array.from(head.labeled),
    evaluation: Int32Array.from(head.evaluation),
    weights: head.weights,
    factors: decodeFactors(bytes.subarray(end + 1)),
  };
}
