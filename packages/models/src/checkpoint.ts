import { createHash } from 'node:crypto';
import type { Mlp, MlpLayer } from './mlp.js';

const family = 'tangent-mlp-';
const magic = `${family}1\n`;

/** A checkpoint that is foreign, truncated or damaged. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'checkpoint-unreadable';
}

type LayerHeader = Omit<MlpLayer, 'weights' | 'bias'>;

/**
 * A perceptron as bytes: the line `tangent-mlp-1`, a line of JSON (layers, SHA-256 of the numbers), then weights and
 * biases of each layer as little-endian float32. The same model gives the same bytes.
 */
export function encodeCheckpoint(model: Mlp): Uint8Array {
  const arrays = model.layers.flatMap((l) => [l.weights, l.bias]);
  const payload = Buffer.concat(arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)));
  const header = {
    layers: model.layers.map(
      ({ name, numInputs, numOutputs, activation }): LayerHeader => ({
        name,
        numInputs,
        numOutputs,
        activation,
      }),
    ),
    sha256: createHash('sha256').update(payload).digest('hex'),
  };
  return Buffer.concat([Buffer.from(`${magic}${JSON.stringify(header)}\n`), payload]);
}

/** The model of `encodeCheckpoint`, in memory of its own. Throws CheckpointError. */
export function decodeCheckpoint(bytes: Uint8Array): Mlp {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = buffer.subarray(0, magic.length).toString('latin1');
  if (start !== magic) {
    if (magic.startsWith(start)) throw new CheckpointError('the checkpoint is truncated in its first line');
    throw new CheckpointError(
      start.startsWith(family)
        ? `the checkpoint is of version ${start.slice(family.length).trim()}, this service reads version 1`
        : 'these bytes are not a checkpoint of this service',
    );
  }
  const end = buffer.indexOf(10, magic.length);
  if (end < 0) throw new CheckpointError('the checkpoint is truncated in its header');
  const { layers, sha256 } = parseHeader(buffer.subarray(magic.length, end).toString());
  const payload = buffer.subarray(end + 1);
  const expected = 4 * layers.reduce((sum, l) => sum + (l.numInputs + 1) * l.numOutputs, 0);
  if (payload.length !== expected)
    throw new CheckpointError(
      `the checkpoint holds ${payload.length} bytes of weights where its layers need ${expected}`,
    );
  if (createHash('sha256').update(payload).digest('hex') !== sha256)
    throw new CheckpointError('the checkpoint is damaged: its checksum does not fit');
  let at = 0;
  const take = (count: number) => {
    const part = new Float32Array(new Uint8Array(payload.subarray(at, at + 4 * count)).buffer);
    at += 4 * count;
    return part;
  };
  return {
    layers: layers.map((layer) => ({
      ...layer,
      weights: take(layer.numInputs * layer.numOutputs),
      bias: take(layer.numOutputs),
    })),
  };
}

function parseHeader(text: string): { readonly layers: readonly LayerHeader[]; readonly sha256: string } {
  let header: { layers?: unknown; sha256?: unknown } | null;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError('the checkpoint is damaged: its header is not JSON', { cause });
  }
  const { layers, sha256 } = header ?? {};
  if (typeof sha256 !== 'string' || !Array.isArray(layers) || !layers.every(isLayerHeader))
    throw new CheckpointError('the checkpoint is damaged: its header does not describe layers');
  return { layers, sha256 };
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
