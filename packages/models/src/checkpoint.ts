import { createHash } from 'node:crypto';
import type { Mlp } from './mlp.js';

const magic = 'tangent-mlp-1\n';

/** A checkpoint that is foreign, truncated or damaged. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'checkpoint-unreadable';
}

/**
 * A perceptron as bytes: the line `tangent-mlp-1`, a line of JSON (layers, SHA-256 of the numbers), then weights and
 * biases of each layer as little-endian float32. The same model gives the same bytes.
 */
export function encodeCheckpoint(model: Mlp): Uint8Array {
  const arrays = model.layers.flatMap((l) => [l.weights, l.bias]);
  const payload = Buffer.concat(arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)));
  const header = {
    layers: model.layers.map(({ name, numInputs, numOutputs, activation }) => ({
      name,
      numInputs,
      numOutputs,
      activation,
    })),
    sha256: createHash('sha256').update(payload).digest('hex'),
  };
  return Buffer.concat([Buffer.from(`${magic}${JSON.stringify(header)}\n`), payload]);
}

/** The model of `encodeCheckpoint`. Throws CheckpointError. */
export function decodeCheckpoint(bytes: Uint8Array): Mlp {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, magic.length).toString() !== magic)
    throw new CheckpointError('these bytes are not a checkpoint of this service');
  const end = buffer.indexOf(10, magic.length);
  if (end < 0) throw new CheckpointError('the checkpoint is truncated in its header');
  const header = JSON.parse(buffer.subarray(magic.length, end).toString()) as {
    layers: Omit<Mlp['layers'][number], 'weights' | 'bias'>[];
    sha256: string;
  };
  const payload = buffer.subarray(end + 1);
  const expected = 4 * header.layers.reduce((sum, l) => sum + (l.numInputs + 1) * l.numOutputs, 0);
  if (payload.length !== expected)
    throw new CheckpointError(
      `the checkpoint holds ${payload.length} bytes of weights, ${expected} were written`,
    );
  if (createHash('sha256').update(payload).digest('hex') !== header.sha256)
    throw new CheckpointError('the checkpoint is damaged: its checksum does not fit');
  let at = 0;
  const take = (count: number) => {
    const part = new Float32Array(new Uint8Array(payload.subarray(at, at + 4 * count)).buffer);
    at += 4 * count;
    return part;
  };
  return {
    layers: header.layers.map((l) => ({
      ...l,
      weights: take(l.numInputs * l.numOutputs),
      bias: take(l.numOutputs),
    })),
  };
}
