/** Rows whose largest output is at the true class. outputs: [n, numClasses]. */
export function countCorrect(
  outputs: ArrayLike<number>,
  classes: ArrayLike<number>,
  numClasses: number,
): number {
  let correct = 0;
  for (let i = 0; i < classes.length; i++) {
    let best = 0;
    for (let j = 1; j < numClasses; j++)
      if (outputs[i * numClasses + j]! > outputs[i * numClasses + best]!) best = j;
    if (best === classes[i]) correct++;
  }
  return correct;
}
