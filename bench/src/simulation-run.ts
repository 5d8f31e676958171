import { type Candidates, selectBatch, strategyNamed } from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import {
  buildNetwork,
  countCorrect,
  defaultMlp,
  defaultTraining,
  fitStandardisation,
  type NetworkConfig,
  predictNetwork,
  standardiseInPlace,
  type TrainingConfig,
  trainNetwork,
} from '@tangent/models';
import type { Network } from '@tangent/networks';
import {
  exactGram,
  gradientFactors,
  type Head,
  KernelPosterior,
  layerWeights,
  oneHot,
  takeRows,
} from '@tangent/ntk';
import type { Digits } from './digits.js';

/** One active-learning run with an oracle that knows every label. */
export interface SimulationSettings {
  readonly strategy: string;
  readonly seed: number;
  readonly poolSize: number;
  /** Random labels before the first training. */
  readonly numStart: number;
  readonly batchSize: number;
  readonly numTrainings: number;
  /** Random pool items whose change is watched (E). */
  readonly evaluationSize: number;
  readonly head: Head;
  readonly isBalanced: boolean;
  /** Relative to the mean kernel diagonal; the strategy's own when absent. */
  readonly ridgeRelative?: number;
  readonly model: NetworkConfig;
  readonly training: TrainingConfig;
}

/** The setting m20 of the prototype: 20 → 180 labels of a pool of 4,000 digits, the rest held out. */
export const m20: Omit<SimulationSettings, 'strategy' | 'seed'> = {
  poolSize: 4000,
  numStart: 20,
  batchSize: 20,
  numTrainings: 9,
  evaluationSize: 1000,
  head: { type: 'trace' },
  isBalanced: true,
  model: defaultMlp,
  training: defaultTraining,
};

interface Pool {
  readonly x: Float32Array;
  readonly classes: Int32Array;
  readonly ids: readonly string[];
  readonly numItems: number;
}

const numInputs = 784;
const numClasses = 10;

/**
 * Held-out accuracy after each training, [numTrainings]. Pool, held-out items and first labels depend on the seed only,
 * so that strategies can be compared in pairs.
 */
export function simulate(digits: Digits, settings: SimulationSettings): number[] {
  const { seed, poolSize, numTrainings } = settings;
  const order = createRandom(seed).fork('pool').permutation(digits.classes.length);
  const inputs = (rows: Int32Array) => takeRows(digits.pixels, numInputs, rows);
  const classesOf = (rows: Int32Array) => Int32Array.from(rows, (i) => digits.classes[i]!);
  const [poolRows, heldRows] = [order.slice(0, poolSize), order.slice(poolSize)];
  const x = inputs(poolRows);
  const scale = fitStandardisation(x, numInputs, 'global');
  standardiseInPlace(x, scale);
  const held = { x: standardiseInPlace(inputs(heldRows), scale), classes: classesOf(heldRows) };
  const pool: Pool = {
    x,
    classes: classesOf(poolRows),
    ids: Array.from(poolRows, (_, i) => String(i).padStart(6, '0')),
    numItems: poolSize,
  };

  const labeled = new Set(createRandom(seed).fork('start').permutation(poolSize).slice(0, settings.numStart));
  const accuracies: number[] = [];
  for (let t = 0; t < numTrainings; t++) {
    const rows = Int32Array.from(labeled).sort();
    const data = {
      x: takeRows(pool.x, numInputs, rows),
      classes: Int32Array.from(rows, (i) => pool.classes[i]!),
    };
    const fresh = buildNetwork(settings.model, [numInputs], numClasses, seed * 100 + t);
    const { network } = trainNetwork(fresh, data, settings.training, seed * 100 + t);
    const outputs = predictNetwork(network, held.x, held.classes.length);
    accuracies.push(countCorrect(outputs, held.classes, numClasses) / held.classes.length);
    if (t < numTrainings - 1)
      for (const item of pick(pool, rows, network, settings, seed * 100 + t)) labeled.add(item);
  }
  return accuracies;
}

/** The items that the strategy asks the oracle for. */
function pick(
  pool: Pool,
  labeled: Int32Array,
  network: Network,
  settings: SimulationSettings,
  seed: number,
): Int32Array {
  const strategy = strategyNamed(settings.strategy);
  const random = createRandom(seed).fork('round');
  const isLabeled = new Uint8Array(pool.numItems);
  for (const item of labeled) isLabeled[item] = 1;
  const unlabeled = Int32Array.from({ length: pool.numItems }, (_, i) => i).filter((i) => !isLabeled[i]);
  const factors = gradientFactors(network, pool.x, pool.numItems, settings.head);
  // Scores of predictions only need none of the covariances.
  const evaluationSize = strategy.looksAhead ? settings.evaluationSize : 1;
  const evaluation = random.fork('evaluation').sample(unlabeled.length, evaluationSize);
  const posterior = KernelPosterior.build({
    gram: exactGram(factors, layerWeights(factors, settings.isBalanced).weights),
    prior: factors.outputs,
    numClasses,
    observations: Array.from(labeled, (item) => ({
      item,
      target: oneHot(pool.classes[item]!, numClasses),
    })),
    evaluation: evaluation.map((i) => unlabeled[i]!),
    ridgeRelative: settings.ridgeRelative ?? strategy.ridgeRelative('l1'),
    tracked: unlabeled,
  });
  const candidates: Candidates = {
    posterior,
    positions: Int32Array.from(unlabeled, (_, i) => i),
    ids: Array.from(unlabeled, (i) => pool.ids[i]!),
    random: random.fork('strategy'),
  };
  return selectBatch(strategy, candidates, settings.batchSize).order.map((i) => unlabeled[i]!);
}
