import {
  type Candidates,
  type PoolView,
  relevanceWeights,
  type Strategy,
  selectBatch,
  strategyNamed,
} from '@tangent/acquisition';
import { createRandom, type Random } from '@tangent/compute';
import type { Network } from '@tangent/networks';
import {
  BlockPosterior,
  entkGram,
  gradientFactors,
  KernelPosterior,
  layerWeights,
  oneHot,
  type Posterior,
} from '@tangent/ntk';
import { dropoutDraws } from './dropout-draws.js';
import { noKernel, type PoolKernel, poolKernel } from './kernel.js';
import type { Pool } from './pool.js';
import type { Selecting, Setting } from './settings.js';

/** Where a run stands when it chooses the next batch. */
export interface RoundState {
  readonly pool: Pool;
  /** Items with a label, ascending. */
  readonly labeled: Int32Array;
  /** Items that the oracle found to belong to no class. */
  readonly rejected: Int32Array;
  readonly network: Network;
}

/** The items that the strategy asks the oracle for. */
export function chooseBatch(
  state: RoundState,
  { network: config, training, batchSize }: Setting,
  selecting: Selecting,
  seed: number,
): Int32Array {
  const { pool, labeled, rejected, network } = state;
  const strategy = strategyOf(selecting);
  const random = createRandom(seed).fork('round');
  const isDone = new Uint8Array(pool.numItems);
  for (const item of [...labeled, ...rejected]) isDone[item] = 1;
  const open = Int32Array.from({ length: pool.numItems }, (_, i) => i).filter((i) => !isDone[i]);
  const kernel =
    strategy.name === 'random'
      ? noKernel(pool)
      : poolKernel(pool, network, config, strategy, selecting, random.fork('kernel'));
  const { gram } = kernel;
  const draw = (label: string, count: number) =>
    random
      .fork(label)
      .sample(open.length, count)
      .map((i) => open[i]!);
  const evaluation = draw('evaluation', strategy.looksAhead ? selecting.evaluationSize : 1);
  const tracked = draw('candidates', selecting.maxCandidates ?? open.length);
  const relevance = selecting.hasVerdicts ? relevanceWeights({ gram, evaluation, rejected, labeled }) : null;
  const candidates: Candidates = {
    posterior: posteriorOf(
      state,
      kernel,
      selecting,
      {
        evaluation,
        tracked,
        ridgeRelative: selecting.ridgeRelative ?? strategy.ridgeRelative(selecting.norm),
        ...(relevance ? { relevance } : {}),
      },
      training.loss === 'cross-entropy',
    ),
    positions: Int32Array.from(tracked, (_, i) => i),
    ids: Array.from(tracked, (i) => pool.ids[i]!),
    random: random.fork('strategy'),
    norm: selecting.norm,
    ...(relevance ? { relevance } : {}),
    ...(selecting.prefilter < 1 ? { prefilter: { share: selecting.prefilter } } : {}),
    view: viewOf(strategy, kernel, network, random.fork('dropout')),
  };
  return selectBatch(strategy, candidates, batchSize).order.map((i) => tracked[i]!);
}

function strategyOf({ strategy, isTopK }: Selecting): Strategy {
  const found = strategyNamed(strategy);
  if (!isTopK) return found;
  if (found.selection === 'set') throw new RangeError(`${strategy} picks sets; it has no top-k form`);
  return { ...found, selection: 'top' };
}

interface Watched {
  readonly evaluation: Int32Array;
  readonly tracked: Int32Array;
  readonly ridgeRelative: number;
  readonly relevance?: Float64Array;
}

function posteriorOf(
  { pool, labeled, network }: RoundState,
  { gram, outputs }: PoolKernel,
  { isBlockwise, isBalanced }: Selecting,
  watched: Watched,
  isLogits: boolean,
): Posterior {
  const { numClasses } = pool;
  const observations = Array.from(labeled, (item) => ({
    item,
    target: oneHot(pool.classes[item]!, numClasses),
  }));
  const common = {
    prior: isLogits ? softmaxes(outputs, numClasses) : outputs,
    numClasses,
    observations,
    ...watched,
  };
  if (!isBlockwise) return KernelPosterior.build({ gram, ...common });
  const factors = gradientFactors(network, pool.x, pool.numItems, { type: 'outputs' });
  return BlockPosterior.build({
    gram: entkGram(factors, layerWeights(factors, isBalanced).weights),
    ...common,
  });
}

/** Targets are one-hot, so that the prior of a network that gives logits must be its probabilities. */
function softmaxes(logits: Float32Array, k: number): Float32Array {
  const p = new Float32Array(logits.length);
  for (let row = 0; row < p.length; row += k) {
    const largest = Math.max(...logits.subarray(row, row + k));
    let sum = 0;
    for (let j = row; j < row + k; j++) {
      p[j] = Math.exp(logits[j]! - largest);
      sum += p[j]!;
    }
    for (let j = row; j < row + k; j++) p[j]! /= sum;
  }
  return p;
}

function viewOf(
  strategy: Strategy,
  { gram, outputs, embeddings }: PoolKernel,
  network: Network,
  random: Random,
): PoolView {
  const needs = new Set(strategy.needs);
  return {
    ...(needs.has('gram') ? { gram } : {}),
    ...(needs.has('outputs') ? { outputs } : {}),
    ...(needs.has('embeddings') ? { embeddings } : {}),
    ...(needs.has('draws') ? { draws: dropoutDraws(embeddings.values, network, random) } : {}),
  };
}
