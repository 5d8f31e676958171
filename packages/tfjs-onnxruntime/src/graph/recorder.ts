import {
  type Attributes,
  type DType,
  GraphNode,
  type NumericArray,
  type OutputSpec,
  Value,
} from './value.js';

const noAttributes: Attributes = {};

const arrayOf: Record<DType, (values: readonly number[]) => NumericArray> = {
  float32: (values) => Float32Array.from(values),
  int32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
  float64: (values) => Float64Array.from(values),
};

/**
 * Takes down what kernels do, as nodes of a graph that is run later. Equal nodes on equal inputs are recorded once.
 * An epoch ends with every run; after it nothing of the old graph is shared any more.
 */
export class Recorder {
  /** Number of runs so far. */
  epoch = 0;
  /** Nodes recorded in this epoch. */
  numRecorded = 0;
  /** The tfjs kernel at work. */
  kernel = '';
  /** Channels in a block of the blocked convolutions; null where there are none. */
  blockSize: number | null = null;
  private readonly known = new Map<string, GraphNode>();
  private readonly aliases = new Map<string, Value>();
  private readonly constants = new Map<string, Value>();

  /** Records a node with one output. */
  emit(
    op: string,
    inputs: readonly (Value | null)[],
    output: OutputSpec,
    attributes: Attributes = noAttributes,
    domain = '',
  ): Value {
    return this.emitAll(op, inputs, [output], attributes, domain)[0]!;
  }

  /** Records a node, or finds the equal one of this epoch. */
  emitAll(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly OutputSpec[],
    attributes: Attributes = noAttributes,
    domain = '',
  ): readonly Value[] {
    const attributeKey = attributes === noAttributes ? '' : JSON.stringify(attributes);
    let key = `${op}${attributeKey}|`;
    for (const input of inputs) {
      if (input) input.lastUse = this.epoch;
      key += input ? `${input.id},` : ',';
    }
    const twin = this.known.get(key);
    // Expand and Reshape write their shape into a constant input, so that equal inputs mean equal outputs.
    if (twin) return twin.outputs;
    const node = new GraphNode(op, domain, inputs, attributes, attributeKey);
    node.kernel = this.kernel;
    node.outputs = outputs.map(({ shape, dtype }) => {
      const value = new Value(shape, dtype);
      value.producer = node;
      value.epoch = this.epoch;
      return value;
    });
    this.known.set(key, node);
    this.numRecorded += 1;
    return node.outputs;
  }

  /** A value that is there already, in another shape: no node, no copy. */
  alias(value: Value, shape: readonly number[]): Value {
    value.lastUse = this.epoch;
    const key = `${value.id}[${shape}]`;
    const known = this.aliases.get(key);
    if (known) return known;
    const alias = new Value(shape, value.dtype);
    alias.data = value.data;
    alias.isBorrowed = true; // the array is given back by the value that owns it
    alias.aliasOf = value;
    this.aliases.set(key, alias);
    return alias;
  }

  /** A constant that becomes part of the graph: for shapes, axes and the fixed numbers of a formula. */
  constant(dtype: DType, shape: readonly number[], values: readonly number[]): Value {
    const key = `${dtype}[${shape}]${values.map((value) => (Object.is(value, -0) ? '-0' : value))}`;
    const known = this.constants.get(key);
    if (known) return known;
    const value = new Value(shape, dtype);
    const array = arrayOf[dtype](values);
    value.constant = { bytes: new Uint8Array(array.buffer), key };
    this.constants.set(key, value);
    return value;
  }

  scalar(value: number, dtype: DType = 'float32'): Value {
    return this.constant(dtype, [], [value]);
  }

  int64(values: readonly number[]): Value {
    return this.constant('int64', [values.length], values);
  }

  /** Ends the epoch: what was recorded is computed or given up. */
  endEpoch(): void {
    this.epoch += 1;
    this.numRecorded = 0;
    this.known.clear();
    this.aliases.clear();
    if (this.constants.size > 4_096) this.constants.clear();
  }
}
