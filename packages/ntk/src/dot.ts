/** Σ a[i + t] b[j + t] over t < count, accumulated in float64. */
export function dot(a: Float32Array, i: number, b: Float32Array, j: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let t = 0;
  for (; t + 1 < count; t += 2) {
    s0 += a[i + t]! * b[j + t]!;
    s1 += a[i + t + 1]! * b[j + t + 1]!;
  }
  if (t < count) s0 += a[i + t]! * b[j + t]!;
  return s0 + s1;
}
