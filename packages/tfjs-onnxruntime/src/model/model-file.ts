import { OnnxModelError } from '../errors.js';
import { countElements } from '../onnx/count-elements.js';
import { decodeModel, elementTypes, encodeModel, modelProto } from '../onnx/schema.js';

interface Tensor {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly dataLocation?: number;
}
interface Sparse {
  readonly values?: Tensor;
  readonly indices?: Tensor;
}
interface Attribute {
  readonly t?: Tensor;
  readonly g?: Graph;
  readonly tensors: readonly Tensor[];
  readonly graphs: readonly Graph[];
  readonly sparseTensor?: Sparse;
  readonly sparseTensors: readonly Sparse[];
}
interface Node {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly opType?: string;
  readonly attribute: readonly Attribute[];
}
interface ValueInfo {
  readonly name: string;
  readonly type?: {
    readonly tensorType?: {
      readonly elemType?: number;
      readonly shape?: {
        readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[];
      };
    };
  };
}
interface Graph {
  readonly node: readonly Node[];
  readonly initializer: readonly Tensor[];
  readonly sparseInitializer: readonly Sparse[];
  readonly input: readonly ValueInfo[];
  readonly output: readonly ValueInfo[];
}
interface Model {
  readonly graph?: Graph;
  readonly functions: readonly { readonly node: readonly Node[] }[];
}

/** What a model wants to be fed. Extents that the file leaves open are null. */
export interface ModelInput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

/** An ONNX file as read: not yet loaded into the runtime. */
export interface ModelFile {
  readonly graph: Graph;
  readonly input: ModelInput;
}

/** Objects and list entries of a file; a vision transformer of the largest size has some 100,000. */
const maxElements = 1_000_000;

/**
 * Reads a file and checks that it has one input, of float32 with an open batch axis, and that it needs no other file: a path
 * in a foreign model could point anywhere. Throws OnnxModelError.
 */
export function readModelFile(bytes: Uint8Array): ModelFile {
  let model: Model;
  let numElements: number;
  try {
    numElements = countElements(bytes, modelProto, maxElements);
  } catch (cause) {
    throw new OnnxModelError('these bytes are no ONNX model, or are cut short', { cause });
  }
  // Decoded, a file of nothing but empty nodes would fill the memory.
  if (numElements > maxElements)
    throw new OnnxModelError(`the ONNX model has more than ${maxElements} parts; save weights as raw data`);
  try {
    model = decodeModel(bytes) as unknown as Model;
  } catch (cause) {
    throw new OnnxModelError('these bytes are no ONNX model, or are cut short', { cause });
  }
  const { graph, functions } = model;
  if (!graph || graph.node.length === 0) throw new OnnxModelError('the ONNX model has no graph');
  assertSelfContained(graph);
  for (const { node } of functions) assertNodes(node);
  return { graph, input: inputOf(graph) };
}

function inputOf(graph: Graph): ModelInput {
  // Before IR version 4, initial values had to be among the inputs.
  const initial = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initial.has(name));
  if (inputs.length !== 1)
    throw new OnnxModelError(
      `the ONNX model has ${inputs.length} inputs (${namesOf(inputs)}); it must have one, of images or vectors`,
    );
  const { name, type } = inputs[0]!;
  const tensor = type?.tensorType;
  if (tensor?.elemType !== elementTypes.float32)
    throw new OnnxModelError(
      `the input “${name}” of the ONNX model is of element type ${tensor?.elemType ?? 'unknown'}; it must be float32 (1)`,
    );
  const shape = (tensor.shape?.dim ?? []).map(
    ({ dimValue }) => extentOf(dimValue, `the input “${name}”`) || null,
  );
  if (shape.length < 2)
    throw new OnnxModelError(
      `the input “${name}” of the ONNX model has the shape [${shape}]; it must be [batch, …]`,
    );
  if (shape[0] !== null)
    throw new OnnxModelError(
      `the input “${name}” of the ONNX model has a fixed batch of ${shape[0]}; export it with a dynamic batch axis (dynamic_axes={'${name}': {0: 'batch'}})`,
    );
  return { name, shape };
}

/** An extent as the file has it, an int64 of any size; 0 where it has none. Throws OnnxModelError. */
export function extentOf(value: number | undefined, what: string): number {
  const extent = Number(value ?? 0);
  if (Number.isSafeInteger(extent) && extent >= 0) return extent;
  throw new OnnxModelError(
    `${what} of the ONNX model has the extent ${extent}; export it with positive extents, and open ones as names (dynamic_axes)`,
  );
}

/**
 * The value that goes into the last product with weights (Gemm or MatMul): the nearest one before the first output. Throws
 * OnnxModelError where there is none.
 */
export function penultimateOf({ graph, input }: ModelFile): string {
  const producers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const initial = new Set(graph.initializer.map(({ name }) => name));
  const waiting = [graph.output[0]!.name];
  const seen = new Set(waiting);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const node = producers.get(name);
    if (!node) continue;
    if (node.opType === 'Gemm' || node.opType === 'MatMul') {
      const data = node.input.find(
        (value) => !initial.has(value) && producers.get(value)?.opType !== 'Constant',
      );
      if (data === undefined || data === input.name)
        throw new OnnxModelError(
          `the last ${node.opType} of the ONNX model reads its input “${input.name}” itself: nothing lies before it; name the output to take`,
        );
      return data;
    }
    for (const before of node.input)
      if (!seen.has(before)) {
        seen.add(before);
        waiting.push(before);
      }
  }
  throw new OnnxModelError(
    `the ONNX model has no Gemm or MatMul before its output “${graph.output[0]!.name}”; name the output to take, one of ${lastValues(graph)}`,
  );
}

/** Throws OnnxModelError unless a node gives the value. */
export function assertValue({ graph }: ModelFile, name: string): void {
  if (graph.node.some(({ output }) => output.includes(name))) return;
  throw new OnnxModelError(`the ONNX model gives no value “${name}”; its last ones are ${lastValues(graph)}`);
}

/** The file with a value among its outputs. Two messages one after the other are one whose lists are joined. */
export function withOutput({ graph }: ModelFile, bytes: Uint8Array, name: string): Uint8Array {
  if (graph.output.some((output) => output.name === name)) return bytes;
  return Buffer.concat([bytes, encodeModel({ graph: { output: [{ name }] } })]);
}

const lastValues = ({ node }: Graph): string =>
  node
    .flatMap(({ output }) => output)
    .filter((name) => name !== '')
    .slice(-8)
    .map((name) => `“${name}”`)
    .join(', ');

const namesOf = (values: readonly ValueInfo[]) => values.map(({ name }) => `“${name}”`).join(', ') || 'none';

function assertSelfContained({ node, initializer, sparseInitializer }: Graph): void {
  for (const tensor of initializer) assertInside(tensor);
  for (const sparse of sparseInitializer) assertSparse(sparse);
  assertNodes(node);
}

function assertNodes(nodes: readonly Node[]): void {
  for (const { attribute } of nodes)
    for (const { t, g, tensors, graphs, sparseTensor, sparseTensors } of attribute) {
      for (const tensor of t ? [t, ...tensors] : tensors) assertInside(tensor);
      for (const sparse of sparseTensor ? [sparseTensor, ...sparseTensors] : sparseTensors)
        assertSparse(sparse);
      for (const graph of g ? [g, ...graphs] : graphs) assertSelfContained(graph);
    }
}

function assertSparse({ values, indices }: Sparse): void {
  for (const tensor of [values, indices]) if (tensor) assertInside(tensor);
}

function assertInside({ name, dataLocation }: Tensor): void {
  if (dataLocation === 1)
    throw new OnnxModelError(
      `the tensor “${name ?? ''}” of the ONNX model lies in a file of its own; save the model in one file`,
    );
}
