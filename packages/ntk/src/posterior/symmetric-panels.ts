import { gemm, Scratch } from '@tangent/compute';

// X: [n, d] examples, n of them at a time. Matrices [d, d] symmetric, cut into panels of columns; row-major float64.
// Of a symmetric matrix the blocks on and above the diagonal say everything: with four panels 10 products instead of 16.

/** Columns of a panel: enough for a product at full speed. */
const panelWidth = 128;

/** The columns of X by panels: each [n, w], without gaps. */
interface Panels {
  readonly starts: readonly number[];
  readonly widths: readonly number[];
}

function panelsOf(d: number): Panels {
  const starts: number[] = [];
  for (let at = 0; at < d; at += panelWidth) starts.push(at);
  return { starts, widths: starts.map((at) => Math.min(panelWidth, d - at)) };
}

/** X by panels; `scratch` of n·d numbers is written. */
function split(x: Float64Array, n: number, d: number, scratch: Float64Array): Float64Array[] {
  const { starts, widths } = panelsOf(d);
  return starts.map((start, p) => {
    const width = widths[p]!;
    const panel = scratch.subarray(start * n, (start + width) * n);
    for (let i = 0; i < n; i++)
      for (let j = 0, from = i * d + start, to = i * width; j < width; j++) panel[to + j] = x[from + j]!;
    return panel;
  });
}

/** Σ w xxᵀ over examples that come in parts, [d, d]. (1 + panelWidth/d)·nd² flops. */
export class WeightedGram {
  private readonly blocks: Float64Array[][];
  private scratch = new Float64Array();

  constructor(private readonly dimension: number) {
    const { widths } = panelsOf(dimension);
    this.blocks = widths.map((right, p) =>
      widths.slice(0, p + 1).map((left) => new Float64Array(left * right)),
    );
  }

  /** x: [n, d]; weights: [n], 1 each when null. */
  add(x: Float64Array, n: number, weights: Float64Array | null): void {
    const d = this.dimension;
    const { widths } = panelsOf(d);
    const size = n * d;
    if (this.scratch.length < 2 * size) this.scratch = new Float64Array(2 * size);
    const left = split(x, n, d, this.scratch.subarray(0, size));
    let right = left;
    if (weights) {
      const scaled = x.map((value, i) => value * weights[Math.floor(i / d)]!);
      right = split(scaled, n, d, this.scratch.subarray(size, 2 * size));
    }
    widths.forEach((width, p) => {
      for (let o = 0; o <= p; o++)
        gemm({
          m: widths[o]!,
          n: width,
          k: n,
          a: left[o]!,
          b: right[p]!,
          c: this.blocks[p]![o]!,
          transposeA: true,
          beta: 1,
        });
    });
  }

  /** Σ w‖x‖²: not finite as soon as an example is not. */
  trace(): number {
    return this.blocks.reduce((sum, column, p) => {
      const { widths } = panelsOf(this.dimension);
      const block = column[p]!;
      for (let i = 0; i < widths[p]!; i++) sum += block[i * (widths[p]! + 1)]!;
      return sum;
    }, 0);
  }

  /** The whole matrix. */
  sum(): Float64Array {
    const d = this.dimension;
    const { starts, widths } = panelsOf(d);
    const whole = new Float64Array(d * d);
    this.blocks.forEach((column, p) => {
      column.forEach((block, o) => {
        for (let i = 0; i < widths[o]!; i++)
          for (let j = 0; j < widths[p]!; j++) {
            const [row, at] = [starts[o]! + i, starts[p]! + j];
            // Of a block on the diagonal both triangles are there, equal but for rounding: the upper one counts.
            if (row > at) continue;
            const value = block[i * widths[p]! + j]!;
            whole[row * d + at] = value;
            whole[at * d + row] = value;
          }
      });
    });
    return whole;
  }
}

/** xᵀAx and xᵀBx of many examples. */
export class QuadraticForms {
  /** By panel p, the rows down to the end of the diagonal: [A_op | B_op], [Σ w_o, 2w_p], twice those above the diagonal. */
  private readonly stacks: Float64Array[];
  private readonly columns = new Scratch(Float64Array);
  private readonly products = new Scratch(Float64Array);

  constructor(private readonly dimension: number) {
    const { starts, widths } = panelsOf(dimension);
    this.stacks = widths.map((width, p) => new Float64Array((starts[p]! + width) * 2 * width));
  }

  /** Takes A and B, or what has become of them: d² numbers are copied. */
  set(a: Float64Array, b: Float64Array): void {
    const d = this.dimension;
    const { starts, widths } = panelsOf(d);
    this.stacks.forEach((stack, p) => {
      const [start, width] = [starts[p]!, widths[p]!];
      for (let i = 0; i < start + width; i++) {
        const factor = i < start ? 2 : 1;
        for (let j = 0, from = i * d + start, to = i * 2 * width; j < width; j++) {
          stack[to + j] = factor * a[from + j]!;
          stack[to + width + j] = factor * b[from + j]!;
        }
      }
    });
  }

  /** x: [n, d] → [n, 2]: the two forms of every example. 2(1 + panelWidth/d)·nd² flops. */
  of(x: Float64Array, n: number): Float64Array {
    const d = this.dimension;
    const { starts, widths } = panelsOf(d);
    // As columns, so that the first panels of them are one array without gaps.
    const columns = transposedInto(this.columns.take(n * d), x, n, d);
    const forms = new Float64Array(2 * n);
    this.stacks.forEach((stack, p) => {
      const [start, width] = [starts[p]!, widths[p]!];
      const products = this.products.take(n * 2 * width);
      const depth = start + width;
      gemm({
        m: n,
        n: 2 * width,
        k: depth,
        a: columns.subarray(0, depth * n),
        b: stack,
        c: products,
        transposeA: true,
      });
      for (let i = 0; i < n; i++) {
        const [at, from] = [i * d + start, i * 2 * width];
        let [first, second] = [0, 0];
        for (let j = 0; j < width; j++) {
          const value = x[at + j]!;
          first += value * products[from + j]!;
          second += value * products[from + width + j]!;
        }
        forms[2 * i]! += first;
        forms[2 * i + 1]! += second;
      }
    });
    return forms;
  }
}

/** Rows that are read together: what they write stays in the cache. */
const tile = 16;

/** Xᵀ, [d, n], of X, [n, d]. */
function transposedInto(target: Float64Array, x: Float64Array, n: number, d: number): Float64Array {
  for (let first = 0; first < n; first += tile) {
    const end = Math.min(n, first + tile);
    for (let j = 0; j < d; j++)
      for (let i = first, to = j * n + first; i < end; i++, to++) target[to] = x[i * d + j]!;
  }
  return target;
}
