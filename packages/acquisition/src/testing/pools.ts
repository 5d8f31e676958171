import { createRandom } from '@tangent/compute';
import {
  KernelPosterior,
  type KernelPosteriorOptions,
  matrixGram,
  oneHot,
  type Posterior,
} from '@tangent/ntk';
import type { Candidates } from '../select-batch.js';
import type { PoolView } from '../strategy.js';

/** What a posterior is built from: its kernel is that of the features, [n, dimension]. */
export interface PoolProblem extends KernelPosteriorOptions {
  readonly features: Float64Array;
  readonly dimension: number;
}
export type BuildPosterior = (problem: PoolProblem) => Posterior;

export interface Broken {
  readonly item: number;
  readonly what: 'kernel' | 'predictions' | keyof PoolView;
}

export interface PoolOptions {
  /** Items; default 18. */
  readonly n?: number;
  /** Classes; default 3. */
  readonly k?: number;
  /** Items 0 … numLabeled − 1 have a label; default 4. */
  readonly numLabeled?: number;
  /** Evaluation items, the first unlabeled ones; default 8. */
  readonly numEvaluation?: number;
  /** Which item stands at each place; as they are counted when absent. */
  readonly order?: readonly number[];
  /** Pairs of items of which the second is made the same as the first. */
  readonly twins?: readonly (readonly [number, number])[];
  /** What of an item is NaN. */
  readonly broken?: Broken;
  readonly relevance?: Float64Array;
  readonly norm?: 'l1' | 'l2';
  readonly build?: BuildPosterior;
}

const [dimension, width, numDraws] = [6, 5, 4];

/**
 * A pool with all that strategies may need: a kernel of random features, embeddings, outputs, dropout draws, and a
 * retraining that is exact kernel regression. The same seed makes the same items, in whatever order they stand.
 */
export function pool(
  seed: number,
  options: PoolOptions = {},
): Candidates & { readonly view: Required<PoolView> } {
  const { n = 18, k = 3, numLabeled = 4, numEvaluation = 8, twins = [], broken } = options;
  const order = options.order ?? Array.from({ length: n }, (_, i) => i);
  const random = createRandom(seed).fork('pool');
  const columns = (count: number, draw: () => number) => {
    const rows = Array.from({ length: n }, () => Array.from({ length: count }, draw));
    for (const [a, b] of twins) rows[b] = rows[a]!;
    return rows;
  };
  const features = columns(dimension, () => random.normal());
  const prior = columns(k, () => 0.4 * random.normal());
  const embeddings = columns(width, () => random.normal());
  const draws = columns(numDraws, () => 0).map((row) => row.flatMap(() => softmax(k, () => random.normal())));
  for (const [a, b] of twins) draws[b] = draws[a]!;
  const spoil = (what: Broken['what'], rows: number[][]) => {
    if (broken?.what === what) rows[broken.item] = rows[broken.item]!.map(() => Number.NaN);
  };
  for (const [what, rows] of [
    ['predictions', prior],
    ['embeddings', embeddings],
    ['draws', draws],
  ] as const)
    spoil(what, rows);
  const outputs = prior.map((row) => [...row]);
  spoil('outputs', outputs);
  if (broken?.what === 'kernel' || broken?.what === 'gram')
    features[broken.item] = features[broken.item]!.map(() => Number.NaN);

  const inOrder = (rows: readonly (readonly number[])[]) => order.flatMap((item) => rows[item]!);
  const placed = Float64Array.from(inOrder(features));
  const kernel = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let t = 0; t < dimension; t++) sum += placed[i * dimension + t]! * placed[j * dimension + t]!;
    return sum;
  });
  const gram = matrixGram(kernel, n);
  const place = new Map(order.map((item, i) => [item, i]));
  const labeled = Array.from({ length: numLabeled }, (_, item) => item);
  const evaluation = Array.from({ length: numEvaluation }, (_, e) => numLabeled + e).filter((e) => e < n);
  const posterior = (options.build ?? KernelPosterior.build)({
    gram,
    features: placed,
    dimension,
    prior: Float64Array.from(inOrder(prior)),
    numClasses: k,
    observations: labeled.map((item) => ({ item: place.get(item)!, target: oneHot(item % k, k) })),
    evaluation: Int32Array.from(evaluation, (e) => place.get(e)!),
    ...(options.relevance && { relevance: options.relevance }),
  });
  const positions = Int32Array.from([...order.keys()].filter((i) => order[i]! >= numLabeled));
  return {
    posterior,
    positions,
    ids: Array.from(positions, (p) => idOf(order[p]!)),
    random: createRandom(seed),
    ...(options.norm && { norm: options.norm }),
    ...(options.relevance && { relevance: options.relevance }),
    view: {
      gram,
      embeddings: { values: Float32Array.from(inOrder(embeddings)), width },
      outputs: Float64Array.from(inOrder(outputs)),
      draws: { values: Float32Array.from(inOrder(draws)), numDraws },
      retrain(item, classIndex) {
        const now = posterior.evaluationMean.slice();
        if (item === null) return now;
        const t = posterior.tracked.indexOf(item);
        const residual = oneHot(classIndex, k).map((y, j) => y - posterior.mean[t * k + j]!);
        const change = posterior.lookAt(t).evaluationChange(residual);
        if (broken?.what === 'retrain' && broken.item === order[item]) change.fill(Number.NaN);
        return now.map((value, at) => value + change[at]!);
      },
    },
  };
}

export const idOf = (item: number) => `item-${String(item).padStart(3, '0')}`;

/** Ids of a selection, in its order. */
export const picksOf = (candidates: Candidates, { order }: { readonly order: Int32Array }) =>
  Array.from(order, (i) => candidates.ids[i]!);

function softmax(k: number, draw: () => number): number[] {
  const e = Array.from({ length: k }, () => Math.exp(draw()));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}
