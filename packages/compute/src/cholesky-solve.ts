import type { Cholesky } from './cholesky.js';
import { invertLower } from './cholesky-invert.js';
import type { Panel } from './cholesky-panels.js';
import { gemm } from './gemm.js';
import { dot } from './products.js';

// X is worked on in place, [n, numRhs] row-major. Panel by panel: first its diagonal square, then one product for all the
// rows below it (or, backwards, one for all the rows below it first).

/** X with L X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveLower(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = copyOf('solveLower', c, b, numRhs);
  forwardInPlace(c, x, numRhs);
  return x;
}

/** X with Lᵀ X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveUpper(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = copyOf('solveUpper', c, b, numRhs);
  backwardInPlace(c, x, numRhs);
  return x;
}

/** X with (A + jitter·I) X = B. B: [n, numRhs] row-major, not changed. Cost 2n²·numRhs flops. */
export function choleskySolve(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = copyOf('choleskySolve', c, b, numRhs);
  forwardInPlace(c, x, numRhs);
  backwardInPlace(c, x, numRhs);
  return x;
}

function copyOf(name: string, { n }: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  if (b.length !== n * numRhs)
    throw new RangeError(`${name}: expected ${n}×${numRhs} entries, got ${b.length}`);
  return b.slice();
}

function forwardInPlace({ n, panels }: Cholesky, x: Float64Array, numRhs: number): void {
  for (const panel of panels) {
    const { rows, below, rest } = around(panel, n, x, numRhs);
    solveSquare(panel, rows, numRhs, false);
    if (below > 0)
      gemm({ m: below, n: numRhs, k: panel.width, a: rest.l, b: rows, c: rest.x, alpha: -1, beta: 1 });
  }
}

function backwardInPlace({ n, panels }: Cholesky, x: Float64Array, numRhs: number): void {
  for (const panel of [...panels].reverse()) {
    const { rows, below, rest } = around(panel, n, x, numRhs);
    if (below > 0)
      gemm({
        m: panel.width,
        n: numRhs,
        k: below,
        a: rest.l,
        b: rest.x,
        c: rows,
        transposeA: true,
        alpha: -1,
        beta: 1,
      });
    solveSquare(panel, rows, numRhs, true);
  }
}

/** The rows of X that belong to a panel's square, and panel and X below it. */
function around({ at, width, values }: Panel, n: number, x: Float64Array, numRhs: number) {
  const end = at + width;
  return {
    rows: x.subarray(at * numRhs, end * numRhs),
    below: n - end,
    rest: { l: values.subarray(width * width), x: x.subarray(end * numRhs) },
  };
}

/** From so many right-hand sides on a product with the inverse of the square beats the substitution. */
const worthInverting = 64;

/** X ← L⁻¹X, or L⁻ᵀX, with the square on top of a panel. */
function solveSquare(
  { width: n, values }: Panel,
  x: Float64Array,
  numRhs: number,
  isTransposed: boolean,
): void {
  if (numRhs >= worthInverting) {
    const inverse = invertLower(values.subarray(0, n * n), n);
    gemm({ m: n, n: numRhs, k: n, a: inverse, b: x.slice(), c: x, transposeA: isTransposed });
  } else if (isTransposed) substituteBackward(values, n, x, numRhs);
  else substituteForward(values, n, x, numRhs);
}

function substituteForward(l: Float64Array, n: number, x: Float64Array, numRhs: number): void {
  const column = new Float64Array(n);
  for (let r = 0; r < numRhs; r++) {
    for (let i = 0; i < n; i++)
      column[i] = (x[i * numRhs + r]! - dot(l, i * n, column, 0, i)) / l[i * n + i]!;
    for (let i = 0; i < n; i++) x[i * numRhs + r] = column[i]!;
  }
}

/** By rows of L: what an unknown takes off those before it, as soon as it is known. */
function substituteBackward(l: Float64Array, n: number, x: Float64Array, numRhs: number): void {
  const column = new Float64Array(n);
  for (let r = 0; r < numRhs; r++) {
    for (let i = 0; i < n; i++) column[i] = x[i * numRhs + r]!;
    for (let i = n - 1; i >= 0; i--) {
      const value = column[i]! / l[i * n + i]!;
      column[i] = value;
      for (let j = 0; j < i; j++) column[j]! -= l[i * n + j]! * value;
    }
    for (let i = 0; i < n; i++) x[i * numRhs + r] = column[i]!;
  }
}
