import { createRandom } from '@tangent/compute';
import { buildNetwork, defaultMlp, defaultTraining, type TrainingData, trainNetwork } from '@tangent/models';
import type { Network } from '@tangent/networks';
import { argmaxes, oneHot, takeRows } from '@tangent/ntk';
import type { DataSet } from '../data/load-set.js';
import { drawPool, type Pool } from '../simulation/pool.js';
import { m100 } from '../simulation/settings.js';

/** A trained network, and whom to ask about: indices into the pool. */
export interface Task {
  readonly pool: Pool;
  readonly network: Network;
  readonly labeled: Int32Array;
  /** Sampled items, each to be added with the class that the network predicts. */
  readonly candidates: Int32Array;
  readonly evaluation: Int32Array;
  /** All items without a label, candidates and evaluation items among them. */
  readonly open: Int32Array;
  readonly data: TrainingData;
}

export interface TaskSizes {
  readonly numLabeled: number;
  readonly numCandidates: number;
  readonly numEvaluation: number;
}

export function drawTask(set: DataSet, sizes: TaskSizes, seed: number): Task {
  const pool = drawPool(set, { ...m100, numHeld: 10 }, seed);
  const order = createRandom(seed).fork('task').permutation(pool.numItems);
  const { numLabeled, numCandidates, numEvaluation } = sizes;
  const labeled = order.slice(0, numLabeled).sort();
  const candidates = order.slice(numLabeled, numLabeled + numCandidates).sort();
  const evaluation = order
    .slice(numLabeled + numCandidates, numLabeled + numCandidates + numEvaluation)
    .sort();
  const data = {
    x: takeRows(pool.x, pool.numInputs, labeled),
    classes: Int32Array.from(labeled, (i) => pool.classes[i]!),
  };
  const fresh = buildNetwork(defaultMlp, pool.inputShape, pool.numClasses, seed);
  const { network } = trainNetwork(fresh, data, { ...defaultTraining, steps: 300 }, seed);
  return { pool, network, labeled, candidates, evaluation, open: order.slice(numLabeled).sort(), data };
}

/** The data with one item more, labeled with a class. */
export function withItem({ pool, data }: Task, item: number, classIndex: number): TrainingData {
  const { numInputs } = pool;
  const x = new Float32Array(data.x.length + numInputs);
  x.set(data.x);
  x.set(pool.x.subarray(item * numInputs, (item + 1) * numInputs), data.x.length);
  return { x, classes: Int32Array.from([...data.classes, classIndex]) };
}

/** ŷ and e_ŷ − f(x) of some items, by the network's outputs over the whole pool. */
export function pseudoLabels(
  { pool: { numClasses: k } }: Task,
  items: Int32Array,
  outputs: Float32Array,
): { readonly classes: Int32Array; readonly residuals: Float64Array } {
  const classes = argmaxes(takeRows(outputs, k, items), k);
  const residuals = new Float64Array(items.length * k);
  items.forEach((item, c) => {
    residuals.set(
      oneHot(classes[c]!, k).map((y, j) => y - outputs[item * k + j]!),
      c * k,
    );
  });
  return { classes, residuals };
}
