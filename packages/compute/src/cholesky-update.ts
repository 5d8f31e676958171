import { type Cholesky, NotPositiveDefiniteError } from './cholesky.js';
import { solveLower } from './cholesky-solve.js';

/** Turns the factor of A into that of A + x xᵀ, in place. x: [n], not changed. Cost 2n² flops. */
export function choleskyUpdateInPlace(c: Cholesky, x: Float64Array): void {
  rotateInPlace('choleskyUpdateInPlace', c, x, 1);
}

/**
 * Turns the factor of A into that of A − x xᵀ, in place. x: [n], not changed. Cost 3n² flops.
 * Throws NotPositiveDefiniteError when nothing positive definite would be left; the factor is then as it was.
 */
export function choleskyDowndateInPlace(c: Cholesky, x: Float64Array): void {
  // A − xxᵀ is positive definite exactly when ‖L⁻¹x‖ < 1; found out before the factor is touched.
  const whitened = solveLower(c, x, 1);
  let norm = 0;
  for (let i = 0; i < c.n; i++) {
    norm += whitened[i]! ** 2;
    if (!(norm < 1)) throw new NotPositiveDefiniteError(c.n, i, c.jitter);
  }
  rotateInPlace('choleskyDowndateInPlace', c, x, -1);
}

/**
 * Row by row: each row first goes through the rotations of the rows above, then makes its own.
 * Source: Gill, Golub, Murray, Saunders 1974, method C1; rows instead of columns for the memory order.
 */
function rotateInPlace(name: string, { n, panels, jitter }: Cholesky, x: Float64Array, sign: 1 | -1): void {
  if (x.length !== n) throw new RangeError(`${name}: expected ${n} entries, got ${x.length}`);
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let w = x[i]!;
    for (const { at, width, values } of panels) {
      if (at > i) break;
      const row = (i - at) * width;
      const end = Math.min(width, i - at);
      for (let j = 0; j < end; j++) {
        const cosine = cosines[at + j]!;
        const sine = sines[at + j]!;
        const rotated = (values[row + j]! + sign * sine * w) / cosine;
        w = cosine * w - sine * rotated;
        values[row + j] = rotated;
      }
      if (i >= at + width) continue;
      const d = values[row + i - at]!;
      const square = d * d + sign * w * w;
      if (!(square > 0)) throw new NotPositiveDefiniteError(n, i, jitter);
      const r = Math.sqrt(square);
      cosines[i] = r / d;
      sines[i] = w / d;
      values[row + i - at] = r;
    }
  }
}
