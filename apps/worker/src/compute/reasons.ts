import { reasonFor, type Strategy } from '@tangent/acquisition';
import type { Posterior } from '@tangent/ntk';
import { type Calibration, shownProbabilities } from './shown-probabilities.js';

export interface ReasonSettings extends Calibration {
  readonly strategy: Strategy;
  readonly classNames: readonly string[];
}

/** Why each of these positions, one sentence each, with the probabilities that people see. */
export function reasonsFor(
  posterior: Posterior,
  positions: Int32Array,
  { strategy, classNames, temperature, loss }: ReasonSettings,
): string[] {
  const k = posterior.numClasses;
  const drops = strategy.reason.kind === 'variance-share' ? dropsAt(posterior, positions) : null;
  const total = posterior.totalVariance();
  return Array.from(positions, (p, i) => {
    const mean = posterior.mean.subarray(p * k, (p + 1) * k);
    return reasonFor({
      strategy,
      probabilities: Float64Array.from(shownProbabilities(mean, k, { temperature, loss })),
      classNames,
      varianceShare: drops && total > 0 ? drops[i]! / total : null,
    });
  });
}

function dropsAt(posterior: Posterior, positions: Int32Array): Float64Array {
  const part = posterior.restrict(positions);
  const drops = part.varianceDrops();
  part.release();
  return drops;
}
