import { factorise } from './cholesky-factorise.js';
import { invertLower } from './cholesky-invert.js';
import { gemm } from './gemm.js';

/** Columns that are factorised together before the rest is updated: the depth of the large products. */
const panelWidth = 256;
/** Columns of a diagonal block, factorised in plain loops. */
const blockWidth = 64;

/** Columns `at` … `at + width` of a lower triangular matrix from row `at` on: [n − at, width] without gaps, 0 above the diagonal. */
export interface Panel {
  readonly at: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** The lower triangle of `a` + jitter·I, [n, n] row-major, cut into panels: half the memory, and whole blocks for products. */
export function lowerPanels(a: Float64Array, n: number, jitter: number): Panel[] {
  const panels: Panel[] = [];
  for (let at = 0; at < n; at += panelWidth) {
    const width = Math.min(panelWidth, n - at);
    const values = new Float64Array((n - at) * width);
    for (let r = at; r < n; r++) {
      const count = Math.min(width, r - at + 1);
      values.set(a.subarray(r * n + at, r * n + at + count), (r - at) * width);
    }
    for (let i = 0; i < width; i++) values[i * width + i]! += jitter;
    panels.push({ at, width, values });
  }
  return panels;
}

/**
 * Turns the panels of a symmetric matrix into those of its Cholesky factor, right-looking: factorise a panel, take its
 * products off the panels to the right, go on. Returns the row that failed, or null. Cost n³/3 flops.
 * Source: Golub & Van Loan, Matrix Computations, §4.2.5 (outer product form, in blocks).
 */
export function factorisePanels(panels: readonly Panel[], n: number): number | null {
  // Working memory for the blocks of a panel, and for the rows below one of them: fresh arrays cost page faults.
  const width = Math.min(n, panelWidth);
  const scratch = new Float64Array(n * (width + Math.min(n, blockWidth)));
  for (const [j, panel] of panels.entries()) {
    const failedAt = factorisePanel(panel, n, scratch);
    if (failedAt !== null) return failedAt;
    for (const right of panels.slice(j + 1)) takeOff(right, panel, n);
  }
  return null;
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

/** Factorises a panel in place, the same way with narrower panels. */
function factorisePanel(panel: Panel, n: number, scratch: Float64Array): number | null {
  const forBlocks = (n - panel.at) * panel.width;
  const parts = blocksOf(panel, n, scratch.subarray(0, forBlocks));
  for (const [j, part] of parts.entries()) {
    const failedAt = factoriseBlock(part, n, scratch.subarray(forBlocks));
    if (failedAt !== null) return failedAt;
    for (const right of parts.slice(j + 1)) takeOff(right, part, n);
  }
  for (const part of parts) putBack(part, panel, n);
  return null;
}

function blocksOf({ at, width, values }: Panel, n: number, scratch: Float64Array): Panel[] {
  const parts: Panel[] = [];
  let used = 0;
  for (let c = 0; c < width; c += blockWidth) {
    const size = Math.min(blockWidth, width - c);
    const part = scratch.subarray(used, used + (n - at - c) * size);
    used += part.length;
    for (let r = c; r < n - at; r++)
      part.set(values.subarray(r * width + c, r * width + c + size), (r - c) * size);
    parts.push({ at: at + c, width: size, values: part });
  }
  return parts;
}

function putBack(part: Panel, panel: Panel, n: number): void {
  const left = part.at - panel.at;
  for (let r = 0; r < n - part.at; r++)
    panel.values.set(
      part.values.subarray(r * part.width, (r + 1) * part.width),
      (left + r) * panel.width + left,
    );
  // The products also reached above the diagonal.
  for (let r = 0; r < left; r++) {
    const from = r * panel.width + left;
    panel.values.fill(0, from, from + part.width);
  }
}

/** The diagonal block in plain loops, the rows below it by a product with its inverse. */
function factoriseBlock({ at, width, values }: Panel, n: number, scratch: Float64Array): number | null {
  const { factor, failedAt } = factorise(values.subarray(0, width * width), width);
  if (failedAt !== null) return at + failedAt;
  values.set(factor);
  const below = n - at - width;
  if (below === 0) return null;
  const rest = values.subarray(width * width);
  const solved = scratch.subarray(0, below * width);
  gemm({ m: below, n: width, k: width, a: rest, b: invertLower(factor, width), c: solved, transposeB: true });
  rest.set(solved);
  return null;
}
