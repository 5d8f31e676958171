import { gemm } from './gemm.js';

/** Rows that are added at a time: as float64 they stay in the cache. */
const chunkRows = 1_024;

/**
 * Σ xxᵀ over examples that come in parts, [d, d] float64: the statistics of a pool that no memory holds (MATH §5).
 * Sums in float64 whatever the parts are, so the order of the parts changes the last bits only.
 */
export class GramAccumulator {
  /** Σ xxᵀ, [d, d] row-major. */
  readonly sum: Float64Array;
  numExamples = 0;

  constructor(readonly dimension: number) {
    this.sum = new Float64Array(dimension * dimension);
  }

  /** Adds examples, [n, d]. Cost 2nd² flops. Throws RangeError for half an example. */
  add(examples: Float32Array | Float64Array): void {
    const d = this.dimension;
    const n = examples.length / d;
    if (!Number.isInteger(n))
      throw new RangeError(`${examples.length} numbers are no whole examples of ${d}`);
    for (let from = 0; from < n; from += chunkRows) {
      const rows = Math.min(chunkRows, n - from);
      const x = Float64Array.from(examples.subarray(from * d, (from + rows) * d));
      gemm({ m: d, n: d, k: rows, a: x, b: x, c: this.sum, transposeA: true, beta: 1 });
    }
    this.numExamples += n;
  }
}
