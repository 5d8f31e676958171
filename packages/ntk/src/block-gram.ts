/**
 * A Gram matrix of k×k blocks, one for every pair of items: the empirical NTK J(x) J(x′)ᵀ, read in parts. As a matrix it
 * has n·k rows, item by item and output by output inside an item, is symmetric and positive semidefinite.
 */
export interface BlockGram {
  /** n. */
  readonly numItems: number;
  /** k, the rows of one item. */
  readonly numOutputs: number;
  /** The blocks of every item with itself, [n, k, k] row-major. */
  readonly diagonalBlocks: Float64Array;
  /** The blocks of all pairs of `rows` and `columns` (items): [rows·k, columns·k] row-major. */
  block(rows: ArrayLike<number>, columns: ArrayLike<number>): Float64Array | Float32Array;
}
