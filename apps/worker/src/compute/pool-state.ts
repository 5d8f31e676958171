import { type PoolView, type Strategy, strategyNamed } from '@tangent/acquisition';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import {
  BlockPosterior,
  entkGram,
  exactGram,
  FeaturePosterior,
  type Gram,
  infiniteDenseGram,
  KernelPosterior,
  oneHot,
  type Posterior,
} from '@tangent/ntk';
import type { FeaturePlan } from './feature-plan.js';
import type { PoolFeatures } from './pool-features.js';
import { retrainer } from './retrain.js';

/** What scoring needs to know of a round; the same for every shard, for the selection and for the live model. */
export interface ScoringSettings {
  readonly strategy: string;
  readonly norm: 'l1' | 'l2';
  /** Share of the candidates, of smallest margin, that look-ahead scores; null: all. */
  readonly prefilter: number | null;
  /** Null: the strategy's own. */
  readonly ridgeRelative: number | null;
  readonly kernel: KernelConfig;
  readonly model: ModelConfig;
  readonly plan: FeaturePlan;
  readonly numClasses: number;
  readonly seed: number;
  /** Of the round's network, where the strategy trains it again; else empty. */
  readonly checkpoint: Uint8Array;
}

/** Items by their index in the features. */
export interface StateItems {
  readonly features: PoolFeatures;
  /** Weight of each layer in the kernel. */
  readonly weights: readonly number[];
  readonly labels: readonly { readonly item: number; readonly classIndex: number }[];
  readonly evaluation: Int32Array;
  /** Weight of each evaluation item. */
  readonly relevance: Float64Array;
  /** All when absent. */
  readonly tracked?: Int32Array;
}

export interface PoolState {
  readonly posterior: Posterior;
  readonly view: PoolView;
  readonly strategy: Strategy;
}

/** Kept covariances above this number make the feature form the cheaper one. */
const mostCovariances = 2e7;

/** Posterior and view of some items. Throws what the posteriors throw. */
export function poolState(
  settings: ScoringSettings,
  items: StateItems,
  checkCancelled: () => void = () => undefined,
): PoolState {
  const strategy = strategyNamed(settings.strategy);
  const { factors, draws } = items.features;
  const gram = gramOf(settings, items);
  const k = settings.numClasses;
  return {
    strategy,
    posterior: posteriorOf(settings, items, gram, strategy),
    view: {
      gram,
      embeddings: { values: factors.embeddings, width: factors.embeddingWidth },
      outputs: factors.outputs,
      ...(draws.width > 0 && { draws: { values: draws.values, numDraws: draws.width / k } }),
      ...(strategy.needs.includes('retrain') && { retrain: retrainer(settings, items, checkCancelled) }),
    },
  };
}

/** The kernel of pairs of items as one number; of the eNTK, its trace. */
export function gramOf(
  { plan, model }: Pick<ScoringSettings, 'plan' | 'model'>,
  { features, weights }: Pick<StateItems, 'features' | 'weights'>,
): Gram {
  if (plan.kernel !== 'infinite-width') return exactGram(features.factors, weights);
  const { values, width } = features.inputs;
  const numHidden = model.kind === 'mlp' ? model.hidden.length : 0;
  // Its layers have equal traces already; to balance them by the items of a shard would give each shard a scale of its own.
  return infiniteDenseGram(values, width, { numHidden });
}

function posteriorOf(
  settings: ScoringSettings,
  { features, weights, labels, evaluation, relevance, tracked }: StateItems,
  gram: Gram,
  strategy: Strategy,
): Posterior {
  const { plan, kernel, numClasses, norm } = settings;
  const { factors } = features;
  const options = {
    prior: factors.outputs,
    numClasses,
    observations: labels.map(({ item, classIndex }) => ({ item, target: oneHot(classIndex, numClasses) })),
    evaluation,
    relevance,
    ridgeRelative: settings.ridgeRelative ?? strategy.ridgeRelative(norm),
    ...(tracked && { tracked }),
  };
  const numTracked = tracked?.length ?? factors.numExamples;
  if (plan.kernel !== 'infinite-width' && kernel.type === 'entk')
    return BlockPosterior.build({ ...options, gram: entkGram(factors, weights) });
  const sketch = plan.kernel === 'sketch' ? factors.layers[0] : undefined;
  if (sketch?.kind === 'features' && numTracked * evaluation.length > mostCovariances)
    return FeaturePosterior.build({ ...options, features: sketch.values, dimension: sketch.width });
  return KernelPosterior.build({ ...options, gram });
}
