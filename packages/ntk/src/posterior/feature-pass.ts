import type { ProductPart } from './feature-table.js';

// What a posterior makes of the products t = φᵀb and s = φᵀg of a pass over its features. Of a whole pool after every label,
// hence a plain loop for each instead of one that chooses in every row.

/** Where the products with b and g of a step lie in a row of a part: `splits` pairs of them, from `offset` on. */
interface StepColumns {
  readonly offset: number;
  readonly width: number;
  readonly splits: number;
}

/** Of a step, as in feature-items.ts: q ← q − byQ t², n ← n + t (byN t − byCross s). */
interface StepScales {
  readonly byQ: number;
  readonly byN: number;
  readonly byCross: number;
}

/** The row that the posterior knows row i of a part by; −1: none. */
export const rowAt = ({ first, rowOf }: ProductPart, i: number) => (rowOf ? rowOf[first + i]! : first + i);

/** q and n of the rows of a part after a step. */
export function takeInSquares(
  part: ProductPart,
  { offset, width, splits }: StepColumns,
  { byQ, byN, byCross }: StepScales,
  variance: Float64Array,
  reduction: Float64Array,
): void {
  const { values, count } = part;
  for (let i = 0, at = offset; i < count; i++, at += width) {
    const row = rowAt(part, i);
    if (row < 0) continue;
    let byB = values[at]!;
    let byG = values[at + 1]!;
    for (let split = 1; split < splits; split++) {
      byB += values[at + 2 * split]!;
      byG += values[at + 2 * split + 1]!;
    }
    const q = variance[row]! - byQ * byB * byB;
    variance[row] = q < 0 ? 0 : q;
    const n = reduction[row]! + byB * (byN * byB - byCross * byG);
    reduction[row] = n < 0 ? 0 : n;
  }
}

/** m of the rows of a part after a step: m ← m + t·move. */
export function moveMeans(
  part: ProductPart,
  { offset, width, splits }: StepColumns,
  move: Float64Array,
  mean: Float64Array,
): void {
  const { values, count } = part;
  const k = move.length;
  for (let i = 0, at = offset; i < count; i++, at += width) {
    const row = rowAt(part, i);
    if (row < 0) continue;
    let byB = values[at]!;
    for (let split = 1; split < splits; split++) byB += values[at + 2 * split]!;
    for (let j = 0, to = row * k; j < k; j++, to++) mean[to]! += byB * move[j]!;
  }
}
