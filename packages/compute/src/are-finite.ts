/** Whether all are numbers, by their sum, which is finite only then; false as well where finite ones overflow it. */
export function areFinite(values: ArrayLike<number>): boolean {
  // Four sums, because one waits for itself.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (; i < values.length; i++) a += values[i]!;
  return Number.isFinite(a + b + c + d);
}
