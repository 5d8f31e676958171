import {
  type Candidates,
  type PoolView,
  type Strategy,
  selectBatch,
  strategyNamed,
} from '@tangent/acquisition';
import { createRandom, type Random } from '@tangent/compute';
import type { Mlp } from '@tangent/models';
import {
  exactGram,
  featureGram,
  type GradientFactors,
  type Gram,
  gradientFactors,
  KernelPosterior,
  layerWeights,
  marginsOf,
  oneHot,
  type Posterior,
  probabilitiesOf,
  productSketch,
} from '@tangent/ntk';
import { dropoutDraws } from './dropout-draws.js';
import type { Pool } from './pool.js';
import { relevanceOf } from './relevance.js';
import type { Selecting } from './settings.js';

/** Where a run stands when it chooses the next batch. */
export interface RoundState {
  readonly pool: Pool;
  /** Items with a label, ascending. */
  readonly labeled: Int32Array;
  /** Items that the oracle found to belong to no class. */
  readonly rejected: Int32Array;
  readonly model: Mlp;
}

/** Scores of these look at no covariance with the pool, so that one evaluation item is enough. */
const withoutEvaluation: ReadonlySet<string> = new Set([
  'random',
  'margin',
  'entropy',
  'least-confidence',
  'badge',
  'coreset',
  'lcmd',
  'bald',
  'typiclust',
]);

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
  const { gram, prior, factors } = kernelOf(state, selecting, random.fork('kernel'));
  const evaluation = random
    .fork('evaluation')
    .sample(open.length, withoutEvaluation.has(strategy.name) ? 1 : selecting.evaluationSize)
    .map((i) => open[i]!);
  const drawn =
    selecting.maxCandidates === null
      ? open
      : random
          .fork('candidates')
          .sample(open.length, selecting.maxCandidates)
          .map((i) => open[i]!);
  const build = (tracked: Int32Array, watched: Int32Array) =>
    KernelPosterior.build({
      gram,
      prior,
      numClasses: pool.numClasses,
      observations: Array.from(labeled, (item) => ({
        item,
        target: oneHot(pool.classes[item]!, pool.numClasses),
      })),
      evaluation: watched,
      ridgeRelative: selecting.ridgeRelative ?? strategy.ridgeRelative(selecting.norm),
      tracked,
      ...(selecting.hasVerdicts ? { relevance: relevanceOf(gram, watched, rejected) } : {}),
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
    view: viewOf(strategy, gram, factors, state.model, random.fork('dropout')),
  };
  return selectBatch(strategy, candidates, batchSize).order.map((i) => tracked[i]!);
}

function strategyOf({ strategy, isTopK }: Selecting): Strategy {
  const found = strategyNamed(strategy);
  if (!isTopK) return found;
  if (found.selection === 'set') throw new RangeError(`${strategy} picks sets; it has no top-k form`);
  return { ...found, selection: 'top' };
}

interface Kernel {
  readonly gram: Gram;
  /** f(x), [numItems, k]. */
  readonly prior: Float32Array;
  readonly factors: GradientFactors | null;
}

function kernelOf({ pool, model }: RoundState, selecting: Selecting, random: Random): Kernel {
  // A random order looks at no kernel: any will do.
  if (selecting.strategy === 'random')
    return {
      gram: featureGram(new Float32Array(pool.numItems).fill(1), 1),
      prior: new Float32Array(pool.numItems * pool.numClasses),
      factors: null,
    };
  const factors = gradientFactors(model, pool.x, pool.numItems, selecting.head);
  const { weights } = layerWeights(factors, selecting.isBalanced);
  const { sketch: dimension } = selecting;
  const gram =
    dimension === null
      ? exactGram(factors, weights)
      : featureGram(productSketch(factors, weights, { dimension, seed: random.integer(2 ** 31) }), dimension);
  return { gram, prior: factors.outputs, factors };
}

function viewOf(
  strategy: Strategy,
  gram: Gram,
  factors: GradientFactors | null,
  model: Mlp,
  random: Random,
): PoolView {
  if (!factors) return {};
  const needs = new Set(strategy.needs);
  // The factors' first layer is the network's last one; its inputs are the activations before it.
  const { inputs: values, numInputs: width } = factors.layers[0]!;
  return {
    ...(needs.has('gram') ? { gram } : {}),
    ...(needs.has('embeddings') ? { embeddings: { values, width } } : {}),
    ...(needs.has('draws') ? { draws: dropoutDraws(values, model.layers.at(-1)!, random) } : {}),
  };
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
