import { smoothTargetsInPlace, softmaxRows } from '@tangent/compute';

// A pretrained backbone whose head is probed for τ epochs before everything is tuned. g(z): the head's outputs.

/**
 * The energy E‖e_y − softmax(g(z))‖₂ that a probed head leaves for the backbone, between 0 and √2: features move in
 * proportion to it once everything is tuned. outputs: [n, k]; classes: [n]. Throws RangeError for no rows.
 * Source: MATH §6; Ren et al. 2023, “How to prepare your task head for finetuning”, section 3.
 */
export function headEnergy(
  outputs: ArrayLike<number>,
  classes: ArrayLike<number>,
  numClasses: number,
): number {
  const n = classes.length;
  if (n === 0 || outputs.length !== n * numClasses)
    throw new RangeError(`headEnergy: ${outputs.length} outputs of ${numClasses} classes for ${n} labels`);
  const q = softmaxRows(outputs, numClasses);
  let energy = 0;
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let j = 0; j < numClasses; j++) square += (Number(j === classes[i]) - q[i * numClasses + j]!) ** 2;
    energy += Math.sqrt(square) / n;
  }
  return energy;
}

/**
 * Targets (1 − s) e_y + s/k, [n, k] float64. A head that fits them still has energy s√((k − 1)/k), however long it is
 * probed: with plain labels on separable features the energy tends to 0, and nothing is left to tune features with.
 */
export function smoothedTargets(
  classes: ArrayLike<number>,
  numClasses: number,
  smoothing: number,
): Float64Array {
  if (!(smoothing >= 0 && smoothing < 1))
    throw new RangeError(`smoothedTargets: smoothing ${smoothing} is not in [0, 1)`);
  const targets = new Float64Array(classes.length * numClasses);
  for (let i = 0; i < classes.length; i++) targets[i * numClasses + classes[i]!] = 1;
  smoothTargetsInPlace(targets, numClasses, smoothing);
  return targets;
}

/** One τ of a sweep, measured: the head probed for τ epochs, then everything tuned. */
export interface HeadProbe {
  /** τ, ≥ 0. */
  readonly numEpochs: number;
  /** `headEnergy` after the probing. */
  readonly energy: number;
  /** Accuracy on validation items after the tuning. */
  readonly validationAccuracy: number;
}

export interface HeadSweep {
  /** The probes by τ. */
  readonly probes: readonly HeadProbe[];
  readonly chosen: HeadProbe;
  /** The τ at which the sweep could have ended: `patience` values without a gain; null when it never came so far. */
  readonly stoppedAt: number | null;
}

/**
 * Chooses τ by early stopping: along rising τ, until `patience` (default 3) values in a row have not beaten the best
 * validation accuracy; of equals the smaller τ wins, which leaves more energy. No τ is best for all tasks, so it is
 * swept. Throws RangeError for no probes, two of one τ, and numbers that are not finite. Source: Ren et al. 2023.
 */
export function chooseHeadProbe(
  probes: readonly HeadProbe[],
  { patience = 3 }: { readonly patience?: number } = {},
): HeadSweep {
  const sorted = [...probes].sort((a, b) => a.numEpochs - b.numEpochs);
  sorted.forEach((probe, i) => {
    if (![probe.numEpochs, probe.energy, probe.validationAccuracy].every(Number.isFinite))
      throw new RangeError(`chooseHeadProbe: a number of τ = ${probe.numEpochs} is not finite`);
    if (i > 0 && sorted[i - 1]!.numEpochs === probe.numEpochs)
      throw new RangeError(`chooseHeadProbe: τ = ${probe.numEpochs} was measured twice`);
  });
  let chosen = sorted[0];
  if (!chosen) throw new RangeError('chooseHeadProbe: nothing was measured');
  let numSinceGain = 0;
  for (const probe of sorted.slice(1)) {
    if (probe.validationAccuracy > chosen.validationAccuracy) {
      chosen = probe;
      numSinceGain = 0;
    } else if (++numSinceGain >= patience) return { probes: sorted, chosen, stoppedAt: probe.numEpochs };
  }
  return { probes: sorted, chosen, stoppedAt: null };
}
