import { type KernelConfig, kernelConfig, type ModelConfig, modelConfig } from '@tangent/contracts';
import type { GradientFactors } from '@tangent/ntk';
import { sketchedPool } from '../pools/sketched-pool.js';

/** What `loadLive` of the worker takes, as it is loaded from the blobs of a round. */
export interface LoadInput {
  readonly projectId: string;
  readonly itemIds: readonly string[];
  readonly isSkipped: readonly boolean[];
  readonly isNotRelevant: readonly boolean[];
  readonly hasRelevance: boolean;
  readonly classNames: readonly string[];
  readonly features: readonly Uint8Array[];
  readonly weights: readonly number[];
  readonly classes: Int32Array;
  readonly evaluation: Int32Array;
  readonly relevance: Float64Array;
  readonly temperature: number | null;
  readonly strategy: string;
  readonly norm: 'l1' | 'l2';
  readonly prefilter: number | null;
  readonly ridgeRelative: number | null;
  readonly kernel: KernelConfig;
  readonly model: ModelConfig;
  readonly plan: { readonly kernel: 'sketch'; readonly hasDraws: boolean; readonly hasInputs: boolean };
  readonly numClasses: number;
  readonly seed: number;
  readonly checkpoint: Uint8Array;
}

/** The handlers of the worker's compute thread that a label goes through. */
export type WorkerHandlers = {
  loadLive(input: LoadInput): { readonly mean: Float64Array; readonly predicted: Int32Array };
  applyLive(input: {
    readonly projectId: string;
    readonly changes: readonly {
      readonly item: number;
      readonly classIndex: number;
      readonly isSkipped: boolean;
      readonly isNotRelevant: boolean;
    }[];
  }): { readonly mean: Float64Array };
  rankLive(input: {
    readonly projectId: string;
    readonly pending: Int32Array;
    readonly numReasons: number;
  }): {
    readonly order: Int32Array;
    readonly scores: Float32Array;
    readonly reasons: readonly string[];
  };
  settleLive(input: { readonly projectId: string }): void;
};

const worker = (file: string) => new URL(`../../../apps/worker/dist/compute/${file}`, import.meta.url);
/** The modules that the worker's compute thread, and the one that shows what it computes, run. */
export const workerThread = worker('thread.js');
export const showingThread = worker('showing-thread.js');

/** The handlers of the thread that shows a state. */
export type ShowingHandlers = {
  showLive(input: {
    readonly mean: Float64Array;
    readonly predicted: Int32Array;
    readonly numClasses: number;
    readonly temperature: number | null;
    readonly loss: 'squared' | 'cross-entropy';
  }): { readonly probabilities: Float32Array; readonly numFlips: number };
};

export interface WorkerPoolOptions {
  readonly seed: number;
  readonly numItems: number;
  readonly dimension: number;
  readonly numClasses: number;
  readonly numLabels: number;
  readonly numEvaluation: number;
}

/** A round's pool of sketched features with the defaults of the service, and the true class of every item. */
export async function workerPool(
  options: WorkerPoolOptions,
): Promise<{ readonly input: LoadInput; readonly classes: Uint8Array }> {
  const { seed, numItems, dimension, numClasses, numLabels, numEvaluation } = options;
  const pool = sketchedPool(seed, numItems, dimension, numClasses);
  const { encodePoolFeatures } = (await import(worker('pool-features.js').href)) as {
    encodePoolFeatures(features: {
      factors: GradientFactors;
      draws: { values: Float32Array; width: number };
      inputs: { values: Float32Array; width: number };
    }): Uint8Array;
  };
  const none = { values: new Float32Array(), width: 0 };
  let first = 0;
  const features = (pool.features as readonly Float32Array[]).map((values) => {
    const numExamples = values.length / dimension;
    const outputs = Float32Array.from(
      pool.prior.subarray(first * numClasses, (first + numExamples) * numClasses),
    );
    first += numExamples;
    return encodePoolFeatures({
      factors: {
        numExamples,
        head: { type: 'trace' },
        numHeads: 1,
        layers: [{ kind: 'features', name: 'sketch', width: dimension, values }],
        outputs,
        numClasses,
        embeddings: new Float32Array(numExamples),
        embeddingWidth: 1,
      },
      draws: none,
      inputs: none,
    });
  });
  const labeled = new Int32Array(numItems).fill(-1);
  for (const { item } of pool.labels(numLabels)) labeled[item] = pool.classes[item]!;
  const step = Math.floor(numItems / numEvaluation);
  const no = new Array<boolean>(numItems).fill(false);
  return {
    classes: pool.classes,
    input: {
      projectId: 'prj_bench',
      itemIds: Array.from({ length: numItems }, (_, i) => `itm_${String(i).padStart(26, '0')}`),
      isSkipped: no,
      isNotRelevant: no,
      hasRelevance: false,
      classNames: Array.from({ length: numClasses }, (_, j) => `class ${j}`),
      features,
      weights: [1],
      classes: labeled,
      evaluation: Int32Array.from({ length: numEvaluation }, (_, e) => e * step),
      relevance: new Float64Array(numEvaluation).fill(1),
      temperature: 1,
      strategy: 'lookahead',
      norm: 'l1',
      prefilter: null,
      ridgeRelative: null,
      kernel: kernelConfig.parse({ features: 'sketch', dimension }),
      model: modelConfig.parse({ kind: 'mlp' }),
      plan: { kernel: 'sketch', hasDraws: false, hasInputs: false },
      numClasses,
      seed,
      checkpoint: new Uint8Array(),
    },
  };
}
