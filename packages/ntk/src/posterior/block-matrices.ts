import type { Side } from './posterior-side.js';

// Blocks [k, k] of items, row-major float64.

/** The rows of the outputs of items: item·k + j. */
export function outputsOf(items: ArrayLike<number>, k: number): Int32Array {
  return Int32Array.from({ length: items.length * k }, (_, i) => items[Math.floor(i / k)]! * k + (i % k));
}

/** The blocks of some items, [items, k, k], of `blocks`, [n, k, k]. */
export function takeBlocks(blocks: Float64Array, items: Int32Array, k: number): Float64Array {
  const taken = new Float64Array(items.length * k * k);
  items.forEach((item, i) => {
    taken.set(blocks.subarray(item * k * k, (item + 1) * k * k), i * k * k);
  });
  return taken;
}

/** Q = K(x, x) − VᵀV of every item, [items, k, k], in place of the prior blocks K(x, x). */
export function conditionalBlocksInPlace(prior: Float64Array, side: Side, k: number): Float64Array {
  const numItems = prior.length / (k * k);
  for (let t = 0; t < numItems; t++) {
    const v = Array.from({ length: k }, (_, j) => side.point(t * k + j).v);
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++) {
        let sum = 0;
        for (let l = 0; l < v[a]!.length; l++) sum += v[a]![l]! * v[b]![l]!;
        prior[(t * k + a) * k + b]! -= sum;
      }
  }
  return prior;
}

/** The block of the item at position t, of columns [k, length] that reach over all items. */
export function blockOfColumns(columns: Float64Array, length: number, t: number, k: number): Float64Array {
  return Float64Array.from(
    { length: k * k },
    (_, i) => columns[Math.floor(i / k) * length + t * k + (i % k)]!,
  );
}

/** The trace of the block that starts at `at`. */
export function traceAt(blocks: ArrayLike<number>, at: number, k: number): number {
  let trace = 0;
  for (let j = 0; j < k; j++) trace += blocks[at + j * (k + 1)]!;
  return trace;
}
