/** L⁻¹ of a lower triangular L, both [n, n] row-major. Cost n³/3 flops: for blocks. */
export function invertLower(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const scale = 1 / l[row + i]!;
    // Row i of L⁻¹ is −L[i, :i]·L⁻¹[:i] / L[i, i], by rows: what is read lies together.
    for (let k = 0; k < i; k++) {
      const factor = -scale * l[row + k]!;
      const from = k * n;
      for (let j = 0; j <= k; j++) inverse[row + j]! += factor * inverse[from + j]!;
    }
    inverse[row + i] = scale;
  }
  return inverse;
}
