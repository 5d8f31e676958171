/** Throws unless |actual − expected| ≤ atol + rtol·|expected| everywhere; NaN is never close. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): void {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < expected.length; i++)
    if (!(Math.abs(actual[i]! - expected[i]!) <= atol + rtol * Math.abs(expected[i]!)))
      throw new Error(`entry ${i} is ${actual[i]}, expected ${expected[i]} (rtol ${rtol}, atol ${atol})`);
}
