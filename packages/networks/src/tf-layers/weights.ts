import { type Parameter, UnsupportedNetworkError } from '../network.js';
import { isShape, sizeOf } from '../operation-fields.js';
import { shown } from '../shown.js';
import { fieldOf, listOf, objectOf } from './layer-config.js';

export type WeightData = ArrayBuffer | Uint8Array | readonly ArrayBuffer[];

const maxWeights = 20_000;

/** The weights of a saved model that no layer has taken yet, by name. */
export type Weights = Map<string, Parameter>;

/**
 * Reads `weightSpecs` and `weightData` into arrays of their own; what an optimizer left behind them is passed over.
 * Throws UnsupportedNetworkError where sizes do not fit, dtypes are not float32, or there are over `maxParameters`.
 */
export function readWeights(weightSpecs: unknown, weightData: WeightData, maxParameters: number): Weights {
  const specs = readSpecs(weightSpecs);
  const total = specs.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (total > maxParameters)
    throw new UnsupportedNetworkError(
      `the model has ${total} parameters, at most ${maxParameters} are supported; use a smaller model, or raise the limit`,
    );
  const bytes = joined(weightData);
  if (specs.hasMore ? bytes.length < 4 * total : bytes.length !== 4 * total)
    throw new UnsupportedNetworkError(
      `the weights are ${bytes.length} bytes where the layers need ${4 * total}; save the model anew`,
    );
  const weights: Weights = new Map();
  let at = 0;
  for (const { name, shape } of specs.weights) {
    const end = at + 4 * sizeOf(shape);
    // A copy, and not by slice, which in a Buffer shares the memory.
    const copy = new Uint8Array(bytes.subarray(at, end));
    weights.set(name, { shape, values: new Float32Array(copy.buffer) });
    at = end;
  }
  return weights;
}

interface Specs {
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** An optimizer's numbers follow. */
  readonly hasMore: boolean;
}

function readSpecs(weightSpecs: unknown): Specs {
  const weights: { name: string; shape: readonly number[] }[] = [];
  const names = new Set<string>();
  let hasMore = false;
  for (const entry of listOf(weightSpecs, 'the weightSpecs', maxWeights)) {
    const spec = objectOf(entry, 'an entry of the weightSpecs');
    if (fieldOf(spec, 'group') === 'optimizer') {
      hasMore = true;
      continue;
    }
    const [name, shape, dtype] = ['name', 'shape', 'dtype'].map((field) => fieldOf(spec, field));
    if (typeof name !== 'string' || !isShape(shape))
      throw new UnsupportedNetworkError(
        `the weights “${shown(name)}” need a name and a shape of positive integers; save the model anew`,
      );
    if (hasMore || names.has(name))
      throw new UnsupportedNetworkError(
        `the weights ${name} come ${hasMore ? 'after those of the optimizer' : 'twice'}; save the model anew`,
      );
    if (dtype !== 'float32' || fieldOf(spec, 'quantization') !== undefined)
      throw new UnsupportedNetworkError(
        `the weights ${name} are ${dtype === 'float32' ? 'quantised' : shown(dtype)}; save the model with float32 weights, without quantisation`,
      );
    names.add(name);
    weights.push({ name, shape });
  }
  return { weights, hasMore };
}

function joined(data: WeightData): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const parts = data instanceof ArrayBuffer ? [data] : data;
  if (!Array.isArray(parts) || !parts.every((part) => part instanceof ArrayBuffer))
    throw new UnsupportedNetworkError('the weightData must be bytes; load the file of weights into a buffer');
  return parts.length === 1
    ? new Uint8Array(parts[0]!)
    : Buffer.concat(parts.map((part) => new Uint8Array(part)));
}

/** Takes a weight of a layer. Throws UnsupportedNetworkError where it is missing or has another shape. */
export function takeWeight(
  weights: Weights,
  layer: string,
  name: string,
  shape: readonly number[],
): Parameter {
  const key = `${layer}/${name}`;
  const found = weights.get(key);
  if (!found)
    throw new UnsupportedNetworkError(
      `layer ${layer}: the weights ${key} are missing; save the model with its weights`,
    );
  if (found.shape.length !== shape.length || found.shape.some((extent, axis) => extent !== shape[axis]))
    throw new UnsupportedNetworkError(
      `layer ${layer}: the weights ${name} have the shape [${found.shape}] where the layer needs [${shape}]; save the model anew`,
    );
  weights.delete(key);
  return found;
}
