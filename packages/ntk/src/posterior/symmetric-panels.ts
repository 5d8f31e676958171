import { gemm } from '@tangent/compute';

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

/** xᵀAx and xᵀBx of many examples. Made anew when A or B change: d² numbers are copied. */
export class QuadraticForms {
  /** By panel p, above and on the diagonal: [A_op | B_op], [w_o, 2w_p], twice those off the diagonal. */
  private readonly blocks: Float64Array[][];
  private scratch = new Float64Array();
  private products = new Float64Array();

  constructor(
    a: Float64Array,
    b: Float64Array,
    private readonly dimension: number,
  ) {
    const d = dimension;
    const { starts, widths } = panelsOf(d);
    this.blocks = widths.map((width, p) =>
      widths.slice(0, p + 1).map((height, o) => {
        const factor = o === p ? 1 : 2;
        const block = new Float64Array(height * 2 * width);
        for (let i = 0; i < height; i++)
          for (let j = 0; j < width; j++) {
            const from = (starts[o]! + i) * d + starts[p]! + j;
            block[i * 2 * width + j] = factor * a[from]!;
            block[i * 2 * width + width + j] = factor * b[from]!;
          }
        return block;
      }),
    );
  }

  /** x: [n, d] → [n, 2]: the two forms of every example. 2(1 + panelWidth/d)·nd² flops. */
  of(x: Float64Array, n: number): Float64Array {
    const d = this.dimension;
    const { widths } = panelsOf(d);
    if (this.scratch.length < n * d) this.scratch = new Float64Array(n * d);
    if (this.products.length < n * 2 * panelWidth) this.products = new Float64Array(n * 2 * panelWidth);
    const panels = split(x, n, d, this.scratch);
    const forms = new Float64Array(2 * n);
    widths.forEach((width, p) => {
      const products = this.products.subarray(0, n * 2 * width);
      for (let o = 0; o <= p; o++)
        gemm({
          m: n,
          n: 2 * width,
          k: widths[o]!,
          a: panels[o]!,
          b: this.blocks[p]![o]!,
          c: products,
          beta: o === 0 ? 0 : 1,
        });
      const panel = panels[p]!;
      for (let i = 0; i < n; i++) {
        const [at, from] = [i * width, i * 2 * width];
        let [first, second] = [0, 0];
        for (let j = 0; j < width; j++) {
          const value = panel[at + j]!;
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
