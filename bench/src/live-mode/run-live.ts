import { scoreCandidates, strategyNamed } from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import {
  buildNetwork,
  countCorrect,
  defaultMlp,
  defaultTraining,
  predictNetwork,
  trainNetwork,
} from '@tangent/models';
import {
  argmaxes,
  exactGram,
  gradientFactors,
  KernelPosterior,
  layerWeights,
  oneHot,
  takeRows,
} from '@tangent/ntk';
import type { DataSet } from '../data/load-set.js';
import { drawPool, type Pool } from '../simulation/pool.js';
import { m100 } from '../simulation/settings.js';

/** What a run may change of the recipe. */
export interface LiveRecipe {
  readonly strategy: string;
  readonly numLabels: number;
  /** The strategy's own when absent. */
  readonly ridgeRelative?: number;
  /** Default true. */
  readonly isBalanced?: boolean;
  /** Of the network that the kernel comes from; the default of the service when absent. */
  readonly steps?: number;
}

export interface LiveRun {
  /** Accuracy of the kernel model after every label, from none on, [numLabels + 1]. */
  readonly kernelAccuracies: readonly number[];
  /** Of the network that the kernel comes from. */
  readonly networkAccuracy: number;
  /** Of networks trained anew on all labels, mean of two. */
  readonly retrainedAccuracy: number;
  /** To take a label and score the whole pool again, mean. */
  readonly msPerLabel: number;
}

/**
 * MNIST, 100 random labels and `numLabels` one by one: the item with the best score is labeled, the kernel model takes the
 * label by its exact rank-one update, and all scores are computed anew. Nothing is trained on the way.
 */
export function runLive(data: DataSet, recipe: LiveRecipe, seed: number): LiveRun {
  const { numLabels, steps, isBalanced = true } = recipe;
  const strategy = strategyNamed(recipe.strategy);
  const pool = drawPool(data, { ...m100, numHeld: 2000 }, seed);
  const { numItems, numInputs, numClasses, held } = pool;
  const random = createRandom(seed);
  const start = random.fork('start').permutation(numItems).slice(0, m100.numStart);
  const isLabeled = new Uint8Array(numItems);
  for (const item of start) isLabeled[item] = 1;
  const open = Int32Array.from({ length: numItems }, (_, i) => i).filter((i) => !isLabeled[i]);
  const network = train(pool, start, seed * 100, steps);
  const numHeld = held.classes.length;

  const x = new Float32Array((numItems + numHeld) * numInputs);
  x.set(pool.x);
  x.set(held.x, numItems * numInputs);
  const factors = gradientFactors(network, x, numItems + numHeld, { type: 'trace' });
  const tracked = Int32Array.from([...open, ...Array.from({ length: numHeld }, (_, i) => numItems + i)]);
  const posterior = KernelPosterior.build({
    gram: exactGram(factors, layerWeights(factors, isBalanced).weights),
    prior: factors.outputs,
    numClasses,
    observations: Array.from(start, (item) => ({ item, target: oneHot(pool.classes[item]!, numClasses) })),
    evaluation: random
      .fork('evaluation')
      .sample(open.length, 1000)
      .map((i) => open[i]!),
    ridgeRelative: recipe.ridgeRelative ?? strategy.ridgeRelative('l1'),
    tracked,
  });
  const heldAccuracy = () => {
    const predicted = argmaxes(posterior.mean.slice(open.length * numClasses), numClasses);
    return predicted.filter((c, i) => c === held.classes[i]).length / numHeld;
  };

  const kernelAccuracies = [heldAccuracy()];
  const labels = [...start];
  let waiting = Int32Array.from(open, (_, t) => t);
  let ms = 0;
  for (let n = 0; n < numLabels; n++) {
    const before = performance.now();
    const scores = scoreCandidates(strategy, {
      posterior,
      positions: waiting,
      ids: Array.from(waiting, (t) => pool.ids[open[t]!]!),
      random: random.fork(`label ${n}`),
    });
    const t = waiting[scores.indexOf(Math.max(...scores))]!;
    posterior.observe(t, oneHot(pool.classes[open[t]!]!, numClasses));
    ms += performance.now() - before;
    labels.push(open[t]!);
    waiting = waiting.filter((position) => position !== t);
    kernelAccuracies.push(heldAccuracy());
  }
  const retrained = [1, 2].map((turn) =>
    accuracyOf(pool, train(pool, Int32Array.from(labels), seed * 100 + turn)),
  );
  return {
    kernelAccuracies,
    networkAccuracy: accuracyOf(pool, network),
    retrainedAccuracy: retrained.reduce((a, b) => a + b, 0) / retrained.length,
    msPerLabel: ms / numLabels,
  };
}

function train(pool: Pool, items: Int32Array, seed: number, steps = defaultTraining.steps) {
  const data = {
    x: takeRows(pool.x, pool.numInputs, items),
    classes: Int32Array.from(items, (i) => pool.classes[i]!),
  };
  return trainNetwork(
    buildNetwork(defaultMlp, pool.inputShape, pool.numClasses, seed),
    data,
    { ...defaultTraining, steps },
    seed,
  ).network;
}

function accuracyOf({ held, numClasses }: Pool, network: ReturnType<typeof train>): number {
  const n = held.classes.length;
  return countCorrect(predictNetwork(network, held.x, n), held.classes, numClasses) / n;
}
