// k classes.

/**
 * The classes of one row of probabilities, likeliest first (ties: the lower class), as few as hold `mass` of the
 * probability and at most `most`; their probabilities, normalised to 1 among them. Cost k · classes.
 */
export function likelyClasses(
  probabilities: Float64Array,
  row: number,
  numClasses: number,
  { most, mass = 1 }: { readonly most: number; readonly mass?: number },
): { readonly classes: number[]; readonly probabilities: number[] } {
  const p = probabilities.subarray(row * numClasses, (row + 1) * numClasses);
  const classes: number[] = [];
  let held = 0;
  while (classes.length < Math.min(most, numClasses) && (classes.length === 0 || held < mass)) {
    let best = -1;
    for (let j = 0; j < numClasses; j++) if ((best < 0 || p[j]! > p[best]!) && !classes.includes(j)) best = j;
    classes.push(best);
    held += p[best]!;
  }
  return { classes, probabilities: classes.map((j) => p[j]! / held) };
}
