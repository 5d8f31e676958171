/** Spearman's rank correlation; equal values share the mean of their ranks. Throws RangeError for fewer than 2 values. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length < 2)
    throw new RangeError(`ranks of ${a.length} and ${b.length} values cannot be compared`);
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const product = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y) || 1);
}

/** How many of the `count` largest of one are among those of the other; ties go to the lower index. */
export function topOverlap(a: ArrayLike<number>, b: ArrayLike<number>, count: number): number {
  const top = (values: ArrayLike<number>) =>
    Array.from(values, (_, i) => i)
      .sort((i, j) => values[j]! - values[i]! || i - j)
      .slice(0, count);
  const others = new Set(top(b));
  return top(a).filter((i) => others.has(i)).length;
}

function centredRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let r = from; r < to; r++) ranks[order[r]!] = (from + to - 1) / 2 - (values.length - 1) / 2;
    from = to;
  }
  return ranks;
}
