import type { Posterior } from '@tangent/ntk';

/** n/(q + λ) of every tracked item, [T]: by how much its label lowers the total variance over the evaluation set. */
export function varianceDrop(posterior: Posterior): Float64Array {
  return posterior.reduction().map((n, i) => n / (posterior.variance[i]! + posterior.ridge));
}
