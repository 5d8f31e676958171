import type { Plan } from '../graph/plan.js';
import type { Attribute, DType, GraphNode, Value } from '../graph/value.js';
import { attributeTypes, elementTypes, encodeModel } from './schema.js';

/** Operator sets that recorded nodes are written in. */
const operatorSets = [
  { domain: '', version: 18 },
  { domain: 'com.microsoft', version: 1 },
  { domain: 'com.microsoft.nchwc', version: 1 },
];

export const nameOf = (value: Value): string => `v${value.slot}`;

/** The ONNX model that computes the roots of a plan from its leaves. Names follow the slots of the plan. */
export function serialise(plan: Plan): Uint8Array {
  const used = new Set<Value>(plan.roots);
  for (const node of plan.nodes) for (const input of node.inputs) if (input) used.add(input);
  return model({
    node: plan.nodes.map((node, at) => nodeProto(node, at, used)),
    initializer: plan.constants.map((value) => ({
      name: nameOf(value),
      dims: value.shape,
      dataType: elementTypes[value.dtype],
      rawData: value.constant!.bytes,
    })),
    input: plan.leaves.map((value) => valueInfo(nameOf(value), value.dtype, value.shape)),
    output: plan.roots.map((value) => valueInfo(nameOf(value), value.dtype, value.shape)),
  });
}

/** A model of one node whose extents are symbols, to be compiled once for all sizes. */
export function singleNodeModel(options: {
  readonly op: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly dtype: DType;
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  readonly output: readonly string[];
}): Uint8Array {
  const { op, attributes, dtype, inputs, output } = options;
  return model({
    node: [{ input: Object.keys(inputs), output: ['y'], opType: op, attribute: attributeProtos(attributes) }],
    input: Object.entries(inputs).map(([name, symbols]) => valueInfo(name, dtype, symbols)),
    output: [valueInfo('y', dtype, output)],
  });
}

function model(graph: Record<string, unknown>): Uint8Array {
  return encodeModel({
    irVersion: 9,
    producerName: 'tfjs-onnxruntime',
    opsetImport: operatorSets,
    graph: { name: 'graph', ...graph },
  });
}

function nodeProto(node: GraphNode, at: number, used: ReadonlySet<Value>): object {
  return {
    input: node.inputs.map((value) => (value ? nameOf(value) : '')),
    // An optional output that nobody reads has no name; the first is never optional.
    output: node.outputs.map((value, i) => (i === 0 || used.has(value) ? nameOf(value) : '')),
    name: `${node.kernel || node.op}#${at}`,
    opType: node.op,
    domain: node.domain,
    attribute: attributeProtos(node.attributes),
  };
}

const attributeProtos = (attributes: Readonly<Record<string, Attribute>>): object[] =>
  Object.entries(attributes).map(([name, value]) => ({ name, ...attributeValue(value) }));

function attributeValue(value: Attribute): object {
  if (typeof value === 'number') return { i: value, type: attributeTypes.int };
  if (typeof value === 'string') return { s: Buffer.from(value), type: attributeTypes.string };
  if ('float' in value) return { f: value.float, type: attributeTypes.float };
  return { ints: value, type: attributeTypes.ints };
}

function valueInfo(name: string, dtype: DType, shape: readonly (number | string)[]): object {
  const dim = shape.map((extent) =>
    typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent },
  );
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}
