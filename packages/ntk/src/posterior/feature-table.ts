import { gemm, Scratch } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';

// N items, d features, c columns. Features are float32, everything else float64; row-major.

/** `float32` runs on the tensor engine and is bound by memory; `float64` is exact to 1e-16 and some three times slower. */
export type ProductPrecision = 'float32' | 'float64';

/** Rows that are multiplied at a time: as float64 they stay in the cache. */
const exactRows = 1_024;
/** As float32 tensors: at most 128 MiB of features, and 32 MiB of what is made of them. */
const mostFeatures = 2 ** 25;
const mostMade = 2 ** 23;
/** A part of the table that is smaller than this share is copied; a larger one is found in products of the whole. */
const shareToCopy = 1 / 4;

/** The features of a pool, [N, d], in one array or in blocks. Never copied, and never written. */
export class FeatureTable {
  readonly numItems: number;

  private constructor(
    readonly dimension: number,
    private readonly blocks: readonly Float32Array[],
    /** Rows of every block but the last. */
    private readonly rowsPerBlock: number,
  ) {
    this.numItems = blocks.reduce((sum, block) => sum + block.length, 0) / dimension;
  }

  /** Throws RangeError unless all blocks but the last hold the same whole number of items. */
  static of(features: Float32Array | readonly Float32Array[], dimension: number): FeatureTable {
    const blocks = features instanceof Float32Array ? [features] : features;
    const rowsPerBlock = (blocks[0]?.length ?? 0) / dimension;
    blocks.forEach(({ length }, b) => {
      const rows = length / dimension;
      if (!Number.isInteger(rows) || (b < blocks.length - 1 ? rows !== rowsPerBlock : rows > rowsPerBlock))
        throw new RangeError(
          `block ${b} of the features holds ${length} numbers: ${rows} items of ${dimension}; all blocks must hold ` +
            `${rowsPerBlock} items, and the last at most so many`,
        );
    });
    return new FeatureTable(dimension, blocks, rowsPerBlock);
  }

  /** φ(x) of an item, [d], a view. */
  row(item: number): Float32Array {
    if (!(item >= 0 && item < this.numItems))
      throw new RangeError(`there is no item ${item}: the features are of ${this.numItems} items`);
    const d = this.dimension;
    const block = Math.floor(item / this.rowsPerBlock);
    const from = (item - block * this.rowsPerBlock) * d;
    return this.blocks[block]!.subarray(from, from + d);
  }

  /** Φ of some items, [items, d] float64. */
  rows(items: ArrayLike<number>): Float64Array {
    const d = this.dimension;
    const rows = new Float64Array(items.length * d);
    for (let i = 0; i < items.length; i++) copyInto(rows, i * d, this.row(items[i]!));
    return rows;
  }

  /** The items that follow one another in one array, at most `count` rows at a time. */
  *parts(count: number): Generator<{ readonly first: number; readonly values: Float32Array }> {
    const d = this.dimension;
    for (const [b, block] of this.blocks.entries())
      for (let from = 0; from < block.length; from += count * d)
        yield {
          first: b * this.rowsPerBlock + from / d,
          values: block.subarray(from, Math.min(block.length, from + count * d)),
        };
  }
}

/** As `set` would, but that takes several times as long from float32 to float64. */
function copyInto(target: Float64Array, at: number, source: Float32Array): void {
  for (let i = 0; i < source.length; i++) target[at + i] = source[i]!;
}

export interface ExactPart {
  readonly first: number;
  readonly count: number;
  /** [count, d]. */
  readonly values: Float64Array;
}

/** Some items of a table, in an order of their own: what a posterior tracks or watches. */
export class FeatureRows {
  private kept: Float64Array | null = null;
  private readonly scratch = new Scratch(Float64Array);

  private constructor(
    private readonly table: FeatureTable,
    /** By row, the item of the table; null: all of them, in their order. */
    private readonly chosen: Int32Array | null,
    /** By item of the table, its row or −1. */
    private readonly rowOf: Int32Array | null,
  ) {}

  static all(table: FeatureTable): FeatureRows {
    return new FeatureRows(table, null, null);
  }

  /** `items` of the table. Copies them where they are few. */
  static of(table: FeatureTable, items: Int32Array): FeatureRows {
    const { numItems, dimension } = table;
    if (items.length === numItems && items.every((item, i) => item === i)) return FeatureRows.all(table);
    if (items.length >= shareToCopy * numItems) {
      const rowOf = new Int32Array(numItems).fill(-1);
      let hasTwice = false;
      items.forEach((item, row) => {
        hasTwice ||= rowOf[item] !== -1;
        rowOf[item] = row;
      });
      if (!hasTwice) return new FeatureRows(table, items, rowOf);
    }
    const copied = new Float32Array(items.length * dimension);
    items.forEach((item, row) => {
      copied.set(table.row(item), row * dimension);
    });
    return FeatureRows.all(FeatureTable.of(copied, dimension));
  }

  get dimension(): number {
    return this.table.dimension;
  }

  get length(): number {
    return this.chosen?.length ?? this.table.numItems;
  }

  /** φ of a row, [d], a view. */
  features(row: number): Float32Array {
    return this.table.row(this.chosen ? this.chosen[row]! : row);
  }

  /** All rows, [rows, d] float64; kept, and not to be written. */
  exact(): Float64Array {
    this.kept ??= this.table.rows(this.chosen ?? Int32Array.from({ length: this.length }, (_, i) => i));
    return this.kept;
  }

  /**
   * The rows [from, to) as float64, in parts that fit the cache; the next part overwrites `values`, which are not to be
   * written. A single part of all rows is kept.
   */
  *exactParts(from = 0, to = this.length): Generator<ExactPart> {
    const d = this.table.dimension;
    if (to - from === this.length && this.length <= exactRows) {
      yield { first: 0, count: this.length, values: this.exact() };
      return;
    }
    const scratch = this.scratch.take(Math.min(exactRows, to - from) * d);
    for (let first = from; first < to; first += exactRows) {
      const count = Math.min(exactRows, to - first);
      for (let i = 0; i < count; i++) copyInto(scratch, i * d, this.features(first + i));
      yield { first, count, values: scratch.subarray(0, count * d) };
    }
  }

  /** Φ B, [rows, c]. B: [d, c]. One pass over the features: 2·rows·d·c flops. */
  times(matrix: Float64Array, numColumns: number, precision: ProductPrecision): Float64Array {
    const product = new Float64Array(this.length * numColumns);
    this.eachProduct(matrix, numColumns, precision, ({ values, count, first, rowOf }) => {
      for (let i = 0; i < count; i++) {
        const row = rowOf ? rowOf[first + i]! : first + i;
        if (row < 0) continue;
        for (let j = 0; j < numColumns; j++) product[row * numColumns + j] = values[i * numColumns + j]!;
      }
    });
    return product;
  }

  /** Calls `visit` with Φ B in parts of many rows, whose arrays the next part overwrites. */
  eachProduct(
    matrix: Float64Array,
    numColumns: number,
    precision: ProductPrecision,
    visit: (part: ProductPart) => void,
  ): void {
    const d = this.table.dimension;
    if (precision === 'float64') {
      const scratch = new Float64Array(Math.min(exactRows, this.length) * numColumns);
      for (const { first, count, values } of this.exactParts()) {
        const product = scratch.subarray(0, count * numColumns);
        gemm({ m: count, k: d, n: numColumns, a: values, b: matrix, c: product });
        visit({ values: product, count, first, rowOf: null });
      }
      return;
    }
    const right = Float32Array.from(matrix);
    this.eachTensorPart(numColumns, (features, part) => {
      const values = engineProduct(features, right, part.count, d, numColumns);
      visit({ ...part, values });
    });
  }

  /** The features themselves in parts for the tensor engine, which makes `numMade` numbers of a row. */
  eachTensorPart(
    numMade: number,
    visit: (features: Float32Array, part: Omit<ProductPart, 'values'>) => void,
  ): void {
    const d = this.table.dimension;
    const count = Math.max(1, Math.floor(Math.min(mostFeatures / d, mostMade / numMade)));
    for (const { first, values } of this.table.parts(count))
      visit(values, { count: values.length / d, first, rowOf: this.rowOf });
  }
}

/** Some rows of a product, one after the other. */
export interface ProductPart {
  /** [count, c]. */
  readonly values: Float32Array | Float64Array;
  readonly count: number;
  /** Row i of the part is `rowOf[first + i]`, none where that is −1; without `rowOf` it is first + i. */
  readonly first: number;
  readonly rowOf: Int32Array | null;
}

/** The engine borrows the arrays where it can, so that a pass moves no features. */
function engineProduct(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  d: number,
  columns: number,
): Float32Array {
  const product = tf.tidy(() => tf.matMul(tf.tensor2d(a, [rows, d]), tf.tensor2d(b, [d, columns])));
  try {
    return product.dataSync<'float32'>() as Float32Array;
  } finally {
    product.dispose();
  }
}
