import {
  BlockPosterior,
  entkGram,
  exactGram,
  type Gram,
  gradientFactors,
  infiniteDenseGram,
  KernelPosterior,
  oneHot,
  type Posterior,
  selectRows,
} from '@tangent/ntk';
import { median } from '../harness.js';
import { pseudoLabels, type Task } from './task.js';

const numTimings = 5;

export const methods = ['one-step', 'infinite NTK', 'pNTK', 'eNTK'] as const;
export type Method = (typeof methods)[number];
/** Those whose kernel is of the trained network and knows its labels. */
export const empirical: readonly Method[] = ['pNTK', 'eNTK'];

export interface Scores {
  /** Σ_E ‖Δf‖₂ of every sampled candidate (MLMOC-L1), up to a factor for one-step. */
  readonly changes: Float64Array;
  /** How many items were scored at once: the whole pool, or for the eNTK the sampled candidates. */
  readonly numScored: number;
  /** To score them, the state being there, divided by their number; median of a few times. */
  readonly msPerCandidate: number;
  /** To compute gradients, kernel and state. */
  readonly msToBuild: number;
}

/** Look-ahead scores of the candidates by one method. Kernels are as trained: no layer is balanced, λ = 1e-2. */
export function lookAhead(task: Task, method: Method): Scores {
  const { pool, network, labeled, evaluation } = task;
  const scored = method === 'eNTK' ? task.candidates : task.open;
  const { x, numItems, numInputs, numClasses } = pool;
  const startedAt = performance.now();
  const factors = gradientFactors(network, x, numItems, {
    type: method === 'infinite NTK' ? 'last-layer' : 'trace',
  });
  const { residuals } = pseudoLabels(task, scored, factors.outputs);
  const ones = factors.layers.map(() => 1);
  const common = {
    prior: factors.outputs,
    numClasses,
    observations: Array.from(labeled, (item) => ({ item, target: oneHot(pool.classes[item]!, numClasses) })),
    evaluation,
    tracked: scored,
    ridgeRelative: 1e-2,
  };
  const timed = (score: () => Float64Array): Scores => {
    const msToBuild = performance.now() - startedAt;
    const { value: all, ms } = timedScores(score);
    const msPerCandidate = ms / scored.length;
    const changes = Float64Array.from(task.candidates, (item) => all[scored.indexOf(item)]!);
    return { changes, numScored: scored.length, msPerCandidate, msToBuild };
  };
  const ofPosterior = (posterior: Posterior) => timed(() => posterior.outputChanges(residuals, 'l1'));
  switch (method) {
    case 'one-step': {
      const gram = exactGram(factors, ones);
      return timed(() => oneStep(gram, task, scored, residuals));
    }
    case 'infinite NTK':
      return ofPosterior(
        KernelPosterior.build({ ...common, gram: infiniteDenseGram(x, numInputs, { numHidden: 1 }) }),
      );
    case 'pNTK':
      return ofPosterior(KernelPosterior.build({ ...common, gram: exactGram(factors, ones) }));
    case 'eNTK':
      return ofPosterior(blockPosterior(task, common));
  }
}

/** The scores, and the median of the times that they took after the first. */
export function timedScores(score: () => Float64Array): {
  readonly value: Float64Array;
  readonly ms: number;
} {
  const value = score();
  const times = Array.from({ length: numTimings }, () => {
    const before = performance.now();
    score();
    return performance.now() - before;
  });
  return { value, ms: median(times) };
}

/** The blocks of the eNTK are of the asked items only: ten times the rows of the others. */
function blockPosterior(
  { pool, network, labeled, candidates, evaluation }: Task,
  common: Omit<Parameters<typeof BlockPosterior.build>[0], 'gram'>,
): Posterior {
  const items = Int32Array.from([...labeled, ...candidates, ...evaluation]);
  const place = new Map(Array.from(items, (item, i) => [item, i]));
  const here = (some: Int32Array) => some.map((item) => place.get(item)!);
  const all = gradientFactors(network, pool.x, pool.numItems, { type: 'outputs' });
  const factors = selectRows(all, items);
  return BlockPosterior.build({
    ...common,
    gram: entkGram(
      factors,
      factors.layers.map(() => 1),
    ),
    prior: factors.outputs,
    observations: common.observations.map(({ item, target }) => ({ item: place.get(item)!, target })),
    evaluation: here(evaluation),
    tracked: here(candidates),
  });
}

/** ‖e_ŷ − f(x′)‖₂ Σ_E |K(x, x′)|: one gradient step on the candidate alone. */
function oneStep(
  gram: Gram,
  { evaluation, pool: { numClasses: k } }: Task,
  scored: Int32Array,
  residuals: Float64Array,
): Float64Array {
  const block = gram.block(scored, evaluation);
  return Float64Array.from(scored, (_, c) => {
    let sum = 0;
    for (let e = 0; e < evaluation.length; e++) sum += Math.abs(block[c * evaluation.length + e]!);
    return sum * Math.hypot(...residuals.subarray(c * k, (c + 1) * k));
  });
}
