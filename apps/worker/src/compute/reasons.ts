import { reasonFor, type Strategy, varianceDrop } from '@tangent/acquisition';
import { type Posterior, probabilitiesOf } from '@tangent/ntk';

const asksForVariance = new Set(['lookahead', 'vtl']);

/** Why each of these positions, one sentence each. */
export function reasonsFor(
  strategy: Strategy,
  posterior: Posterior,
  positions: ArrayLike<number>,
  classNames: readonly string[],
): string[] {
  const k = posterior.numClasses;
  const drops = asksForVariance.has(strategy.name) ? varianceDrop(posterior) : null;
  const total = totalVariance(posterior);
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

/** Σ q(x) over the evaluation items, which are tracked: what is uncertain in the pool. */
function totalVariance(posterior: Posterior): number {
  const positionOf = new Map(Array.from(posterior.tracked, (item, t) => [item, t]));
  return posterior.evaluation.reduce((sum, item) => sum + posterior.variance[positionOf.get(item)!]!, 0);
}
