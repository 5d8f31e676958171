import { reasonFor, type Strategy } from '@tangent/acquisition';
import { type Posterior, probabilitiesOf } from '@tangent/ntk';

/** Why each of these positions, one sentence each. */
export function reasonsFor(
  strategy: Strategy,
  posterior: Posterior,
  positions: ArrayLike<number>,
  classNames: readonly string[],
): string[] {
  const k = posterior.numClasses;
  const drops = strategy.reason.kind === 'variance-share' ? posterior.varianceDrops() : null;
  const total = posterior.totalVariance();
  return Array.from(positions, (p) => {
    const probabilities = probabilitiesOf(posterior.mean.subarray(p * k, (p + 1) * k), k);
    return reasonFor({
      strategy,
      probabilities,
      classNames,
      varianceShare: drops && total > 0 ? drops[p]! / total : null,
    });
  });
}
