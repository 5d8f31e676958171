import { createHash } from 'node:crypto';
import { CheckpointError } from './checkpoint-error.js';
import { inputName, type Network, type NetworkNode } from './network.js';

// Checkpoints of version 1, `tangent-mlp-1`: perceptrons as a list of layers z = a W + b with their activation.

export const perceptronFamily = 'tangent-mlp-';

interface LayerHeader {
  readonly name: string;
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly activation: 'relu' | 'linear';
}

/** A perceptron of version 1 as a network: for each layer a dense node, and `NAME_relu` where it is rectified. */
export function decodePerceptron(header: Readonly<Record<string, unknown>>, payload: Buffer): Network {
  const { layers, sha256 } = header;
  if (typeof sha256 !== 'string' || !Array.isArray(layers) || !layers.every(isLayerHeader))
    throw new CheckpointError('the checkpoint is damaged: its header does not describe layers');
  const expected = 4 * layers.reduce((sum, l) => sum + (l.numInputs + 1) * l.numOutputs, 0);
  if (payload.length !== expected)
    throw new CheckpointError(
      `the checkpoint holds ${payload.length} bytes of weights where its layers need ${expected}`,
    );
  if (createHash('sha256').update(payload).digest('hex') !== sha256)
    throw new CheckpointError('the checkpoint is damaged: its checksum does not fit');
  let at = 0;
  const take = (...shape: number[]) => {
    const part = payload.subarray(at, at + 4 * shape.reduce((a, b) => a * b));
    at += part.length;
    return { shape, values: new Float32Array(new Uint8Array(part).buffer) };
  };
  const nodes: NetworkNode[] = [];
  for (const { name, numInputs, numOutputs, activation } of layers) {
    const inputs = [nodes.at(-1)?.name ?? inputName];
    const kernel = take(numInputs, numOutputs);
    nodes.push({ name, operation: { type: 'dense', kernel, bias: take(numOutputs) }, inputs });
    if (activation === 'relu')
      nodes.push({ name: `${name}_relu`, operation: { type: 'activation', name: 'relu' }, inputs: [name] });
  }
  return { inputShape: layers.slice(0, 1).map((layer) => layer.numInputs), nodes };
}

function isLayerHeader(value: unknown): value is LayerHeader {
  const { name, numInputs, numOutputs, activation } = (value ?? {}) as Partial<LayerHeader>;
  const isSize = (n: unknown) => Number.isSafeInteger(n) && (n as number) > 0;
  return (
    typeof name === 'string' &&
    isSize(numInputs) &&
    isSize(numOutputs) &&
    (activation === 'relu' || activation === 'linear')
  );
}
