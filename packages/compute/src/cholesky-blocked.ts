import { type Factorisation, factorise } from './cholesky-factorise.js';
import { invertLower } from './cholesky-invert.js';
import { gemm } from './gemm.js';

/** Columns that are factorised together before the rest is updated: the depth of the large products. */
const panelWidth = 256;
/** Columns of a diagonal block, factorised in JavaScript. */
const blockWidth = 64;

/** Columns `at` … `at + width` of the matrix from row `at` on, [n − at, width] without gaps. */
interface Panel {
  readonly at: number;
  readonly width: number;
  readonly values: Float64Array;
}

/**
 * Lower Cholesky factor, right-looking: factorise a panel of columns, take its products off the columns to the right, go
 * on. The products are native ones; only the diagonal blocks are left to JavaScript. Reads the lower triangle of `a`,
 * [n, n]. Cost n³/3 flops, and n² numbers of memory besides the result.
 * Source: Golub & Van Loan, Matrix Computations, §4.2.5 (outer product form, in blocks).
 */
export function factoriseBlocked(a: Float64Array, n: number, jitter: number): Factorisation {
  const panels = cut(a, n, 0, n, n, panelWidth);
  for (const { values, width } of panels) for (let i = 0; i < width; i++) values[i * width + i]! += jitter;
  const factor = new Float64Array(n * n);
  for (const [j, panel] of panels.entries()) {
    const failedAt = factorisePanel(panel, n);
    if (failedAt !== null) return { factor, failedAt };
    copyIn(factor, panel, n);
    for (const right of panels.slice(j + 1)) takeOff(right, panel, n);
  }
  return { factor, failedAt: null };
}

/** right −= L Lᵀ, with the rows of the finished panel L that belong to it. */
function takeOff(right: Panel, { at, width, values }: Panel, n: number): void {
  const from = (right.at - at) * width;
  gemm({
    m: n - right.at,
    n: right.width,
    k: width,
    a: values.subarray(from),
    b: values.subarray(from, from + right.width * width),
    c: right.values,
    transposeB: true,
    alpha: -1,
    beta: 1,
  });
}

/** Factorises a panel in place, the same way with narrower panels. Returns the row that failed, or null. */
function factorisePanel(panel: Panel, n: number): number | null {
  const { at, width, values } = panel;
  const rows = n - at;
  const parts = cut(values, width, at, rows, width, blockWidth);
  for (const [j, part] of parts.entries()) {
    const failedAt = factoriseBlock(part, n);
    if (failedAt !== null) return failedAt;
    for (const right of parts.slice(j + 1)) takeOff(right, part, n);
  }
  for (const part of parts) {
    const left = part.at - at;
    for (let r = 0; r < n - part.at; r++)
      values.set(part.values.subarray(r * part.width, (r + 1) * part.width), (left + r) * width + left);
  }
  return null;
}

/** The diagonal block in JavaScript, the rows below it by a product with its inverse. */
function factoriseBlock({ at, width, values }: Panel, n: number): number | null {
  const { factor, failedAt } = factorise(values.slice(0, width * width), width, 0);
  if (failedAt !== null) return at + failedAt;
  values.set(factor);
  const below = n - at - width;
  if (below === 0) return null;
  const rest = values.subarray(width * width);
  const solved = new Float64Array(below * width);
  gemm({ m: below, n: width, k: width, a: rest, b: invertLower(factor, width), c: solved, transposeB: true });
  rest.set(solved);
  return null;
}

/** Cuts the columns of a matrix (`stride` apart, its first row and column being `at` of the whole) into panels. */
function cut(
  values: Float64Array,
  stride: number,
  at: number,
  rows: number,
  columns: number,
  panel: number,
): Panel[] {
  const panels: Panel[] = [];
  for (let c = 0; c < columns; c += panel) {
    const width = Math.min(panel, columns - c);
    const part = new Float64Array((rows - c) * width);
    for (let r = c; r < rows; r++)
      part.set(values.subarray(r * stride + c, r * stride + c + width), (r - c) * width);
    panels.push({ at: at + c, width, values: part });
  }
  return panels;
}

/** Puts a finished panel into the factor; what lies above the diagonal stays out. */
function copyIn(factor: Float64Array, { at, width, values }: Panel, n: number): void {
  for (let r = 0; r < n - at; r++) {
    const count = Math.min(width, r + 1);
    factor.set(values.subarray(r * width, r * width + count), (at + r) * n + at);
  }
}
