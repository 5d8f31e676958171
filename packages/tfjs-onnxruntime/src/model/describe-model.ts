import { OnnxModelError } from '../errors.js';
import { type ModelInput, penultimateOf, readModelFile } from './model-file.js';

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
  const extents = graph.output[0]!.type?.tensorType?.shape?.dim.slice(1).map(
    ({ dimValue }) => dimValue || null,
  );
  return {
    input,
    outputs: graph.output.map(({ name }) => name),
    numOutputs: extents ? product(extents) : null,
    numNodes: graph.node.length,
    numParameters: graph.initializer.reduce((sum, { dims }) => sum + product(dims)!, 0),
    penultimate: orNull(() => penultimateOf(file)),
  };
}

const product = (extents: readonly (number | null)[]): number | null =>
  extents.reduce<number | null>((size, e) => (size === null || e === null ? null : size * Number(e)), 1);

function orNull<T>(find: () => T): T | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof OnnxModelError) return null;
    throw error;
  }
}
