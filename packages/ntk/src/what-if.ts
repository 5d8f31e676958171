import type { Posterior } from './posterior/posterior.js';
import { argmaxRow, oneHot } from './probabilities.js';

/** What one class for one item would change in the pool. Positions are those of the tracked items. */
export interface WhatIfClass {
  readonly classIndex: number;
  /** Tracked items, other than the item, whose predicted class would change. */
  readonly numFlips: number;
  /** Mean Euclidean change of the outputs over the tracked items. */
  readonly meanChange: number;
  readonly mostChanged: readonly {
    readonly position: number;
    readonly before: number;
    readonly after: number;
    readonly change: number;
  }[];
}

/** For every class: the pool after the rank-one update with it, against the pool now. Cost k·T·k. Changes nothing. */
export function whatIfAt(
  posterior: Posterior,
  position: number,
  options: { readonly numMostChanged: number },
): WhatIfClass[] {
  const { numClasses: k, numTracked, mean } = posterior;
  const look = posterior.lookAt(position);
  const after = new Float64Array(k);
  return Array.from({ length: k }, (_, classIndex): WhatIfClass => {
    const residual = oneHot(classIndex, k).map((y, j) => y - mean[position * k + j]!);
    const changes = look.trackedChange(residual);
    const changed: { position: number; before: number; after: number; change: number }[] = [];
    let numFlips = 0;
    let total = 0;
    for (let t = 0; t < numTracked; t++) {
      if (t === position) continue;
      const change = Math.hypot(...changes.subarray(t * k, (t + 1) * k));
      for (let j = 0; j < k; j++) after[j] = mean[t * k + j]! + changes[t * k + j]!;
      total += change;
      const classBefore = argmaxRow(mean, t, k);
      const classAfter = argmaxRow(after, 0, k);
      if (classBefore !== classAfter) numFlips++;
      changed.push({ position: t, before: classBefore, after: classAfter, change });
    }
    changed.sort(
      (a, b) =>
        Number(b.before !== b.after) - Number(a.before !== a.after) ||
        b.change - a.change ||
        a.position - b.position,
    );
    return {
      classIndex,
      numFlips,
      meanChange: total / Math.max(1, numTracked - 1),
      mostChanged: changed.slice(0, options.numMostChanged),
    };
  });
}
