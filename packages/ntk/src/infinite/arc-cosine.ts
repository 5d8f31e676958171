// Gaussian expectations of rectifiers. (u, v) is normal with mean 0, variances q and q′ and covariance c;
// θ = arccos(c / √(qq′)).

/**
 * E[relu(u) relu(v)] = √(qq′) (sin θ + (π − θ) cos θ) / 2π, half the arc-cosine kernel of degree 1. Float64.
 * 0 where a variance is 0. Source: Cho & Saul 2009, equations 3 and 6.
 */
export function reluProduct(q: number, qPrime: number, c: number): number {
  const scale = Math.sqrt(q * qPrime);
  if (scale === 0) return 0;
  const cosine = clampedCosine(c, scale);
  const angle = Math.acos(cosine);
  return (scale * (Math.sqrt(1 - cosine * cosine) + (Math.PI - angle) * cosine)) / (2 * Math.PI);
}

/**
 * P(u > 0, v > 0) = (π − θ) / 2π, the mean product of two rectifiers' derivatives. Float64. 0 where a variance is 0: a
 * unit that is exactly 0 counts as off, as in our networks. Source: Cho & Saul 2009, equation 4.
 */
export function stepProduct(q: number, qPrime: number, c: number): number {
  const scale = Math.sqrt(q * qPrime);
  if (scale === 0) return 0;
  return (Math.PI - Math.acos(clampedCosine(c, scale))) / (2 * Math.PI);
}

/** Rounding must not take a cosine out of [−1, 1], where its angle would be NaN. */
const clampedCosine = (c: number, scale: number) => Math.min(1, Math.max(-1, c / scale));
