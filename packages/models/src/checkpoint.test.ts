import { describe, expect, it } from 'vitest';
import { buildNetwork } from './architectures/build-network.js';
import { CheckpointError, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

const model = buildNetwork({ kind: 'mlp', hidden: [5, 4], activation: 'relu' }, [6], 3, 1);
const bytes = encodeCheckpoint(model);
const text = Buffer.from(bytes).toString('latin1');

describe('a checkpoint', () => {
  it('gives the model back, and the same bytes for the same model', () => {
    expect(decodeCheckpoint(bytes)).toEqual(model);
    expect(encodeCheckpoint(decodeCheckpoint(bytes))).toEqual(bytes);
  });

  it('is read from the middle of a larger buffer, into memory of its own', () => {
    const larger = new Uint8Array(bytes.length + 10);
    larger.set(bytes, 3);
    const read = decodeCheckpoint(larger.subarray(3, 3 + bytes.length));
    larger.fill(0);
    expect(read).toEqual(model);
  });

  it('cut short anywhere is a clear error', () => {
    for (let length = 0; length < bytes.length; length += 13)
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(CheckpointError);
    expect(() => decodeCheckpoint(bytes.subarray(0, bytes.length - 1))).toThrow(
      `the checkpoint holds ${4 * 74 - 1} bytes of weights where its layers need ${4 * 74}`,
    );
    expect(() => decodeCheckpoint(bytes.subarray(0, 5))).toThrow('truncated in its first line');
    expect(() => decodeCheckpoint(bytes.subarray(0, 40))).toThrow('truncated in its header');
    expect(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.of(0)]))).toThrow('bytes of weights');
  });

  it('with one bit flipped is a clear error', () => {
    const damaged = bytes.slice();
    damaged[bytes.length - 3]! ^= 4;
    expect(() => decodeCheckpoint(damaged)).toThrow('its checksum does not fit');
  });

  it('of another program, version or shape is a clear error', () => {
    const edited = (from: string, to: string) => Buffer.from(text.replace(from, to), 'latin1');
    expect(() => decodeCheckpoint(Buffer.from('PK\x03\x04 some archive of another kind'))).toThrow(
      'not a checkpoint of this service',
    );
    expect(() => decodeCheckpoint(edited('tangent-network-1', 'tangent-network-2'))).toThrow(
      'is of version 2',
    );
    expect(() => decodeCheckpoint(edited('"relu"', '"step"'))).toThrow('does not describe layers');
    expect(() => decodeCheckpoint(edited('"nodes"', 'nodes'))).toThrow('its header is not JSON');
    expect(() => decodeCheckpoint(Buffer.from('tangent-network-1\nnull\n'))).toThrow(
      'does not describe layers',
    );
  });
});
