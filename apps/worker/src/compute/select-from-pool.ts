import { orderByScore, selectBatch, strategyNamed } from '@tangent/acquisition';
import { type ComputeContext, createRandom } from '@tangent/compute';
import { probabilitiesOf } from '@tangent/ntk';
import { type PoolInput, poolPosterior } from './pool-posterior.js';
import { reasonsFor } from './reasons.js';

/** Candidates by first score among which the batch is picked: exact for pools up to this size. */
const shortlistSize = 4096;
const numReasons = 50;

export interface SelectInput extends PoolInput {
  /** Pool indices of the candidates, ascending; their ids and first scores. */
  readonly candidates: Int32Array;
  readonly candidateIds: readonly string[];
  readonly firstScores: Float64Array;
  readonly batchSize: number;
  readonly classNames: readonly string[];
}

export interface SelectOutput {
  /** Positions in `candidates`: the batch in greedy order, then the others by first score. */
  readonly order: Int32Array;
  readonly scores: Float32Array;
  readonly numSelected: number;
  readonly reasons: readonly string[];
  /** Class probabilities of the whole pool, [items, classes]. */
  readonly probabilities: Float32Array;
  readonly ridge: number;
  readonly ridgeRelative: number;
  readonly jitter: number;
}

export function selectFromPool(input: SelectInput, context: ComputeContext): SelectOutput {
  const { candidates, candidateIds, firstScores, batchSize, numClasses, seed, norm } = input;
  const strategy = strategyNamed(input.strategy);
  const posterior = poolPosterior(input);
  context.checkCancelled();
  const byScore = orderByScore(firstScores, candidateIds);
  const shortlist = byScore.subarray(0, shortlistSize);
  const batch = selectBatch(
    strategy,
    {
      posterior,
      positions: Int32Array.from(shortlist, (i) => candidates[i]!),
      ids: Array.from(shortlist, (i) => candidateIds[i]!),
      random: createRandom(seed).fork('scores'),
      norm,
    },
    batchSize,
  );
  const picks = Array.from(batch.order, (i) => shortlist[i]!);
  const isPicked = new Set(picks);
  const rest = byScore.filter((i) => !isPicked.has(i));
  const order = Int32Array.from([...picks, ...rest]);
  return {
    order,
    scores: Float32Array.from([...batch.scores, ...Array.from(rest, (i) => firstScores[i]!)]),
    numSelected: picks.length,
    reasons: reasonsFor(
      strategy,
      posterior,
      Array.from(order.subarray(0, numReasons), (i) => candidates[i]!),
      input.classNames,
    ),
    probabilities: Float32Array.from(probabilitiesOf(posterior.mean, numClasses)),
    ridge: posterior.ridge,
    ridgeRelative: posterior.ridgeRelative,
    jitter: posterior.jitter,
  };
}
