/** Throws unless every |a − b| ≤ atol + rtol·|b|; NaN on either side fails. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): void {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    if (!(Math.abs(a - b) <= atol + rtol * Math.abs(b)))
      throw new Error(`at ${i}: ${a} instead of ${b} (rtol ${rtol}, atol ${atol})`);
  }
}
