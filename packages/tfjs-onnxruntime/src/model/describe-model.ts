import { OnnxModelError } from '../errors.js';
import { extentOf, type ModelInput, penultimateOf, readModelFile } from './model-file.js';

/** What an ONNX file says of itself. */
export interface OnnxDescription {
  readonly input: ModelInput;
  /** Names of its outputs. */
  readonly outputs: readonly string[];
  /** Numbers of an example in its first output; null where the file leaves them open. */
  readonly numOutputs: number | null;
  readonly numNodes: number;
  /** Numbers in its initial values. */
  readonly numParameters: number;
  /** What OnnxModel takes unless another value is named; null where the file has no such value. */
  readonly penultimate: string | null;
}

/** Reads and checks a file as OnnxModel does, without loading it into the runtime. Throws OnnxModelError. */
export function describeOnnxModel(bytes: Uint8Array): OnnxDescription {
  const file = readModelFile(bytes);
  const { graph, input } = file;
  if (graph.output.length === 0) throw new OnnxModelError('the ONNX model has no outputs');
  const { name: first, type } = graph.output[0]!;
  const extents = type?.tensorType?.shape?.dim
    .slice(1)
    .map(({ dimValue }) => extentOf(dimValue, `the output “${first}”`) || null);
  const numOutputs =
    extents?.includes(null) === false ? sizeOf(extents as number[], `the output “${first}”`) : null;
  return {
    input,
    outputs: graph.output.map(({ name }) => name),
    numOutputs,
    numNodes: graph.node.length,
    numParameters: countParameters(graph.initializer),
    penultimate: orNull(() => penultimateOf(file)),
  };
}

function countParameters(
  tensors: readonly { readonly name?: string; readonly dims: readonly number[] }[],
): number {
  const sizes = tensors.map(({ name = '', dims }) => {
    const what = `the tensor “${name}”`;
    return sizeOf(
      dims.map((extent) => extentOf(extent, what)),
      what,
    );
  });
  return exact(
    sizes.reduce((sum, size) => sum + size, 0),
    'all initial values together',
  );
}

const sizeOf = (extents: readonly number[], what: string): number =>
  exact(
    extents.reduce((size, extent) => size * extent, 1),
    what,
  );

function exact(size: number, what: string): number {
  if (Number.isSafeInteger(size)) return size;
  throw new OnnxModelError(
    `by the extents in the ONNX model, ${what} would hold ${size} numbers; export the model anew`,
  );
}

function orNull<T>(find: () => T): T | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof OnnxModelError) return null;
    throw error;
  }
}
