/** Labeled items: [n, …inputShape] and a class each. */
export interface Examples {
  readonly x: Float32Array;
  readonly classes: Int32Array;
}

/** Those at some rows, copied. */
export function examplesAt({ x, classes }: Examples, rows: Int32Array): Examples {
  const width = x.length / classes.length;
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(x.subarray(row * width, (row + 1) * width), i * width);
  });
  return { x: taken, classes: rows.map((row) => classes[row]!) };
}
