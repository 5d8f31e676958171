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
import { type FeaturePlan, KernelTooLargeError } from './feature-plan.js';
import type { PoolFeatures } from './pool-features.js';
import { retrainer } from './retrain.js';

/** What scoring needs to know of a round; the same for every shard, for the selection and for the live model. */
export interface ScoringSettings {
  readonly strategy: string;
  readonly norm: 'l1' | 'l2';
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
/** Bytes of the blocks that a posterior of the eNTK may keep. */
const mostBlockBytes = 4 * 2 ** 30;

/** Posterior and view of some items. Throws KernelTooLargeError, and what the posteriors throw. */
export function poolState(settings: ScoringSettings, items: StateItems): PoolState {
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
      ...(strategy.needs.includes('retrain') && { retrain: retrainer(settings, items) }),
    },
  };
}

/** The kernel of pairs of items as one number; of the eNTK, its trace. */
export function gramOf(
  { plan, kernel, model }: Pick<ScoringSettings, 'plan' | 'kernel' | 'model'>,
  { features, weights }: Pick<StateItems, 'features' | 'weights'>,
): Gram {
  if (plan.kernel !== 'infinite-width') return exactGram(features.factors, weights);
  const { values, width } = features.inputs;
  const numHidden = model.kind === 'mlp' ? model.hidden.length : model.kind === 'linear' ? 0 : 1;
  return infiniteDenseGram(values, width, { numHidden, isBalanced: kernel.balanced });
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
  if (plan.kernel !== 'infinite-width' && kernel.type === 'entk') {
    const bytes = 8 * numClasses ** 2 * numTracked * (evaluation.length + labels.length);
    if (bytes > mostBlockBytes)
      throw new KernelTooLargeError(
        `the blocks of the eNTK between ${numTracked} items, ${evaluation.length} evaluation items and ${labels.length} labels of ${numClasses} classes are ${(bytes / 2 ** 30).toFixed(1)} GiB, of which a worker holds ${mostBlockBytes / 2 ** 30}; ask for kernel.type “trace”, or a smaller evaluation.size`,
      );
    return BlockPosterior.build({ ...options, gram: entkGram(factors, weights) });
  }
  const sketch = plan.kernel === 'sketch' ? factors.layers[0] : undefined;
  if (sketch?.kind === 'features' && numTracked * evaluation.length > mostCovariances)
    return FeaturePosterior.build({ ...options, features: sketch.values, dimension: sketch.width });
  return KernelPosterior.build({ ...options, gram });
}
