/** Element types of the graph. tfjs knows the first three; int64 holds axes and shapes, float64 linear algebra. */
export type DType = 'float32' | 'int32' | 'bool' | 'int64' | 'float64';

export type NumericArray = Float32Array | Int32Array | Uint8Array | BigInt64Array | Float64Array;

/** Attribute of an ONNX node: number = INT, string = STRING, list = INTS, { float } = FLOAT. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

let numValues = 0;

/**
 * An array that exists or will. It is one of: a constant of the graph (`constant`), computed or given (`data`),
 * still to be computed (`producer`), or lost to an error (`failure`). Never changes once computed.
 */
export class Value {
  /** Unique in the process: two values with one id are one value. */
  readonly id: number;
  producer: GraphNode | null = null;
  constant: { readonly bytes: Uint8Array; readonly key: string } | null = null;
  data: NumericArray | null = null;
  /** `data` as an argument of a session, kept because making one costs microseconds. */
  argument: unknown = null;
  failure: Error | null = null;
  /** The array belongs to the caller (written by it or read by it), so it is never used again for another result. */
  isBorrowed = false;
  /** Tensors that show this value. */
  numHolders = 0;
  /** Epoch of the recorder in which it was made, and in which a node last took it as input. */
  epoch = -1;
  lastUse = -1;
  /** Relu of this value, where one was recorded: `x > 0` may then be asked of it. */
  relu: Value | null = null;
  /** The value whose array this one shows in another shape. */
  aliasOf: Value | null = null;
  /** Marks of the planner. */
  visit = 0;
  slot = -1;

  constructor(
    readonly shape: readonly number[],
    readonly dtype: DType,
  ) {
    this.id = ++numValues;
  }
}

/** One ONNX node. */
export class GraphNode {
  outputs: readonly Value[] = [];
  /** The tfjs kernel that recorded it, for error messages. */
  kernel = '';

  constructor(
    readonly op: string,
    readonly domain: string,
    readonly inputs: readonly (Value | null)[],
    readonly attributes: Attributes,
    readonly attributeKey: string,
  ) {}
}
