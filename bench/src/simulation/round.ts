import {
  type Candidates,
  relevanceWeights,
  type Strategy,
  selectBatch,
  strategyNamed,
} from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import type { LossName } from '@tangent/models';
import type { Network } from '@tangent/networks';
import {
  BlockPosterior,
  entkGram,
  KernelPosterior,
  marginsOf,
  oneHot,
  type Posterior,
  probabilitiesOf,
} from '@tangent/ntk';
import type { Pool } from './pool.js';
import { type PoolKernel, poolKernel, viewOf } from './pool-kernel.js';
import type { Selecting } from './settings.js';

/** Where a run stands when it chooses the next batch. */
export interface RoundState {
  readonly pool: Pool;
  /** Items with a label, ascending. */
  readonly labeled: Int32Array;
  /** Items that the oracle found to belong to no class. */
  readonly rejected: Int32Array;
  readonly network: Network;
  readonly loss: LossName;
}

/** The items that the strategy asks the oracle for. */
export function chooseBatch(
  state: RoundState,
  selecting: Selecting,
  batchSize: number,
  seed: number,
): Int32Array {
  const { pool, labeled, rejected } = state;
  const strategy = strategyOf(selecting);
  const random = createRandom(seed).fork('round');
  const isDone = new Uint8Array(pool.numItems);
  for (const item of [...labeled, ...rejected]) isDone[item] = 1;
  const open = Int32Array.from({ length: pool.numItems }, (_, i) => i).filter((i) => !isDone[i]);
  const kernel = poolKernel(state, selecting, strategy, random.fork('kernel'));
  // Scores that look at no covariance with the pool need one evaluation item, for there must be one.
  const evaluation = random
    .fork('evaluation')
    .sample(open.length, strategy.looksAhead ? selecting.evaluationSize : 1)
    .map((i) => open[i]!);
  const drawn =
    selecting.maxCandidates === null
      ? open
      : random
          .fork('candidates')
          .sample(open.length, selecting.maxCandidates)
          .map((i) => open[i]!);
  const relevanceOf = (watched: Int32Array) =>
    selecting.hasVerdicts
      ? relevanceWeights({ gram: kernel.gram, evaluation: watched, rejected, labeled })
      : new Float64Array(watched.length).fill(1);
  const build = (tracked: Int32Array, watched: Int32Array) =>
    posteriorOf(state, selecting, strategy, kernel, {
      tracked,
      evaluation: watched,
      relevance: relevanceOf(watched),
    });
  const tracked =
    selecting.prefilter < 1
      ? smallestMargins(build(drawn, drawn.slice(0, 1)), Math.ceil(selecting.prefilter * drawn.length))
      : drawn;
  const candidates: Candidates = {
    posterior: build(tracked, evaluation),
    positions: Int32Array.from(tracked, (_, i) => i),
    ids: Array.from(tracked, (i) => pool.ids[i]!),
    random: random.fork('strategy'),
    norm: selecting.norm,
    relevance: relevanceOf(evaluation),
    view: viewOf(strategy, state, kernel, random.fork('dropout')),
  };
  return selectBatch(strategy, candidates, batchSize).order.map((i) => tracked[i]!);
}

function strategyOf({ strategy, isTopK }: Selecting): Strategy {
  const found = strategyNamed(strategy);
  if (!isTopK) return found;
  if (found.selection === 'set') throw new RangeError(`${strategy} picks sets; it has no top-k form`);
  return { ...found, selection: 'top' };
}

function posteriorOf(
  { pool, labeled }: RoundState,
  selecting: Selecting,
  strategy: Strategy,
  { gram, prior, factors, weights }: PoolKernel,
  items: { readonly tracked: Int32Array; readonly evaluation: Int32Array; readonly relevance: Float64Array },
): Posterior {
  const options = {
    prior,
    numClasses: pool.numClasses,
    observations: Array.from(labeled, (item) => ({
      item,
      target: oneHot(pool.classes[item]!, pool.numClasses),
    })),
    ridgeRelative: selecting.ridgeRelative ?? strategy.ridgeRelative(selecting.norm),
    ...items,
  };
  return selecting.head.type === 'outputs' && factors && strategy.kernel === undefined
    ? BlockPosterior.build({ ...options, gram: entkGram(factors, weights) })
    : KernelPosterior.build({ ...options, gram });
}

/** The tracked items of smallest margin, by item. */
function smallestMargins(posterior: Posterior, count: number): Int32Array {
  const margins = marginsOf(probabilitiesOf(posterior.mean, posterior.numClasses), posterior.numClasses);
  return Int32Array.from(margins, (_, t) => t)
    .sort((a, b) => margins[a]! - margins[b]! || a - b)
    .slice(0, count)
    .map((t) => posterior.tracked[t]!)
    .sort();
}
