import { describe, expect, it } from 'vitest';
import { denseRows, type SparseRows, sparseTimes } from './sparse-rows.js';

const rows: SparseRows = {
  numRows: 3,
  width: 4,
  offsets: Int32Array.of(0, 2, 2, 3),
  columns: Int32Array.of(3, 1, 0),
  values: Float32Array.of(5, -1, 2),
};

describe('sparse rows', () => {
  it('are the dense ones without zeros', () => {
    expect(denseRows(rows)).toEqual(Float32Array.of(0, -1, 0, 5, 0, 0, 0, 0, 2, 0, 0, 0));
    expect(sparseTimes(rows, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2)).toEqual(
      Float32Array.of(32, 36, 0, 0, 2, 4),
    );
    expect(() => sparseTimes(rows, new Float32Array(7), 2)).toThrow('7 weights do not make 4 → 2');
  });
});
