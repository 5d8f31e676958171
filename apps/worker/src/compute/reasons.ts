import { reasonFor, type Strategy } from '@tangent/acquisition';
import { type Posterior, probabilitiesOf } from '@tangent/ntk';

/** Why each of these positions, one sentence each. */
export function reasonsFor(
  strategy: Strategy,
  posterior: Posterior,
  positions: Int32Array,
  classNames: readonly string[],
): string[] {
  const k = posterior.numClasses;
  const drops = strategy.reason.kind === 'variance-share' ? dropsAt(posterior, positions) : null;
  const total = posterior.totalVariance();
  return Array.from(positions, (p, i) => {
    const probabilities = probabilitiesOf(posterior.mean.subarray(p * k, (p + 1) * k), k);
    return reasonFor({
      strategy,
      probabilities,
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
