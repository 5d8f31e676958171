import { createRandom } from '@tangent/compute';
import { buildNetwork, countCorrect, predictNetwork, trainNetwork } from '@tangent/models';
import { takeRows } from '@tangent/ntk';
import type { DataSet } from '../data/load-set.js';
import { drawPool } from './pool.js';
import { chooseBatch } from './round.js';
import type { RunSettings } from './settings.js';

export interface RunResult {
  /** Held-out accuracy after each training, [numTrainings]. */
  readonly accuracies: readonly number[];
  /** Share of all labels that went to junk. */
  readonly junkShare: number;
  /** Of the whole run, and of choosing one batch, mean. */
  readonly seconds: number;
  readonly secondsPerBatch: number;
}

/**
 * Active learning with an oracle: train from scratch, measure, choose a batch, learn its labels, again. Pool, held-out
 * items and first labels depend on the seed only. With verdicts the oracle rejects junk: it costs a label, and is not
 * trained on; without, it gives junk a class at random.
 */
export function simulate(data: DataSet, settings: RunSettings): RunResult {
  const { setting, selecting, seed } = settings;
  const startedAt = performance.now();
  const pool = drawPool(data, setting, seed);
  const { numInputs, numClasses } = pool;
  const asked = new Set(
    createRandom(seed).fork('start').permutation(pool.numItems).slice(0, setting.numStart),
  );
  const accuracies: number[] = [];
  let choosingMs = 0;
  for (let t = 0; t < setting.numTrainings; t++) {
    const isRejected = (i: number) => selecting.hasVerdicts && pool.isJunk[i] === 1;
    const labeled = Int32Array.from([...asked].filter((i) => !isRejected(i))).sort();
    const round = seed * 100 + t;
    const { network } = trainNetwork(
      buildNetwork(setting.network, pool.inputShape, numClasses, round),
      {
        x: takeRows(pool.x, numInputs, labeled),
        classes: Int32Array.from(labeled, (i) => pool.classes[i]!),
      },
      setting.training,
      round,
    );
    const { x, classes } = pool.held;
    accuracies.push(
      countCorrect(predictNetwork(network, x, classes.length), classes, numClasses) / classes.length,
    );
    if (t === setting.numTrainings - 1) break;
    const before = performance.now();
    const rejected = Int32Array.from([...asked].filter(isRejected)).sort();
    const state = { pool, labeled, rejected, network };
    for (const item of chooseBatch(state, setting, selecting, round)) asked.add(item);
    choosingMs += performance.now() - before;
  }
  return {
    accuracies,
    junkShare: [...asked].filter((i) => pool.isJunk[i]).length / asked.size,
    seconds: (performance.now() - startedAt) / 1000,
    secondsPerBatch: choosingMs / 1000 / Math.max(1, setting.numTrainings - 1),
  };
}
