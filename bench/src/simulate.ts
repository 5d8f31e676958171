import { type Candidates, selectBatch, strategyNamed } from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import { countCorrect, defaultMlpConfig, predictMlp, standardiseInPlace, trainMlp } from '@tangent/models';
import { exactGram, gradientFactors, type Head, layerWeights, oneHot, Posterior, takeRows } from '@tangent/ntk';
import type { Digits } from './digits.js';

/** The prototype's setting m20: 4,000 digits in the pool, 20 random labels to start, batches of 20. */
export interface Simulation {
  readonly strategy: string;
  readonly seed: number;
  readonly poolSize: number;
  readonly numStart: number;
  readonly batchSize: number;
  readonly numTrainings: number;
  readonly evaluationSize: number;
  readonly head: Head;
  readonly isBalanced: boolean;
}

export const m20 = { poolSize: 4000, numStart: 20, batchSize: 20, numTrainings: 9, evaluationSize: 1000, head: { type: 'trace' }, isBalanced: true } as const;

/** Held-out accuracy after each training, by an oracle that labels what the strategy picks. */
export function simulate(digits: Digits, settings: Simulation): number[] {
  const { strategy: name, seed, poolSize } = settings;
  const width = 784;
  const k = 10;
  const order = createRandom(1000 + seed).permutation(digits.classes.length);
  const pool = order.slice(0, poolSize);
  const held = order.slice(poolSize);
  const scale = { mean: [0.1307], deviation: [0.3081] };
  const x = standardiseInPlace(takeRows(digits.pixels, width, pool), scale);
  const xHeld = standardiseInPlace(takeRows(digits.pixels, width, held), scale);
  const classes = Int32Array.from(pool, (i) => digits.classes[i]!);
  const classesHeld = Int32Array.from(held, (i) => digits.classes[i]!);
  const ids = Array.from({ length: poolSize }, (_, i) => String(i).padStart(6, '0'));
  const labeled = new Set(createRandom(2000 + seed).permutation(poolSize).slice(0, settings.numStart));
  const strategy = strategyNamed(name);
  const accuracies: number[] = [];
  for (let t = 0; t < settings.numTrainings; t++) {
    const rows = Int32Array.from([...labeled].sort((a, b) => a - b));
    const data = { x: takeRows(x, width, rows), classes: Int32Array.from(rows, (i) => classes[i]!), numInputs: width, numClasses: k };
    const { model } = trainMlp(data, defaultMlpConfig, seed * 100 + t);
    accuracies.push(countCorrect(predictMlp(model, xHeld, held.length), classesHeld, k) / held.length);
    if (t === settings.numTrainings - 1) break;
    const random = createRandom(seed * 100 + t);
    const unlabeled = Int32Array.from({ length: poolSize }, (_, i) => i).filter((i) => !labeled.has(i));
    const factors = gradientFactors(model, x, poolSize, settings.head);
    const gram = exactGram(factors, layerWeights(factors, settings.isBalanced).weights);
    const posterior = Posterior.build({
      gram,
      prior: factors.outputs,
      numClasses: k,
      observations: Array.from(rows, (item) => ({ item, target: oneHot(classes[item]!, k) })),
      evaluation: Int32Array.from(random.fork('evaluation').sample(unlabeled.length, settings.evaluationSize), (i) => unlabeled[i]!),
      ridgeRelative: strategy.ridgeRelative('l1'),
      tracked: unlabeled,
    });
    const candidates: Candidates = {
      posterior,
      positions: Int32Array.from({ length: unlabeled.length }, (_, i) => i),
      ids: Array.from(unlabeled, (i) => ids[i]!),
      random,
    };
    for (const i of selectBatch(strategy, candidates, settings.batchSize).order) labeled.add(unlabeled[i]!);
  }
  return accuracies;
}
