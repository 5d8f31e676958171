import { gemm, Scratch } from '@tangent/compute';

/** A⁻¹φ and Gφ of an item, [d] each; not to be written. */
interface Products {
  readonly b: Float64Array;
  readonly g: Float64Array;
}

/** A⁻¹ and G, [d, d]. */
interface SquareMatrices {
  readonly inverse: Float64Array;
  readonly gain: Float64Array;
}

/**
 * The products of some items with one state of the matrices A⁻¹ and G of feature-core.ts, so that one product of matrices makes
 * them for all of which directions will be asked, before they are. Row-major float64.
 */
export class PreparedDirections {
  private readonly phi = new Scratch(Float64Array);
  private readonly products = new Scratch(Float64Array);

  private constructor(
    private readonly dimension: number,
    private readonly known: Map<number, Products>,
  ) {}

  static none(dimension: number): PreparedDirections {
    return new PreparedDirections(dimension, new Map());
  }

  /** What is known here, to be added to on its own. */
  branch(): PreparedDirections {
    return new PreparedDirections(this.dimension, new Map(this.known));
  }

  of(item: number): Products | undefined {
    return this.known.get(item);
  }

  /** The matrices have changed. What `of` and branches gave is overwritten by what is added next. */
  clear(): void {
    this.known.clear();
  }

  /** 4d² flops for each item that is not known yet. */
  add(
    items: ArrayLike<number>,
    featuresOf: (item: number) => Float32Array,
    { inverse, gain }: SquareMatrices,
  ): void {
    const d = this.dimension;
    const added = [...new Set(Array.from(items))].filter((item) => !this.known.has(item));
    if (added.length === 0) return;
    const numbers = added.length * d;
    const phi = this.phi.take(numbers);
    added.forEach((item, row) => {
      phi.set(featuresOf(item), row * d);
    });
    const products = this.known.size === 0 ? this.products.take(2 * numbers) : new Float64Array(2 * numbers);
    const b = products.subarray(0, numbers);
    const g = products.subarray(numbers);
    const shape = { m: added.length, k: d, n: d, a: phi };
    gemm({ ...shape, b: inverse, c: b });
    gemm({ ...shape, b: gain, c: g });
    added.forEach((item, row) => {
      const [from, to] = [row * d, (row + 1) * d];
      this.known.set(item, { b: b.subarray(from, to), g: g.subarray(from, to) });
    });
  }
}
