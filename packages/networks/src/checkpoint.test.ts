import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';
import type { Operation } from './network.js';
import { countParameters } from './parameters.js';
import { placesOf } from './testing/places.js';
import { residualNetwork, textNetwork } from './testing/random-networks.js';

const network = residualNetwork(1);
const bytes = encodeCheckpoint(network);
const text = Buffer.from(bytes).toString('latin1');
/** Two batch norms over four channels. */
const numNumbers = countParameters(network) + 2 * 2 * 4;
const edited = (from: string, to: string) => Buffer.from(text.replace(from, to), 'latin1');

/** Written by version 1: 4 inputs, 3 rectified units, 2 outputs. */
const version1 = Buffer.from(
  'dGFuZ2VudC1tbHAtMQp7ImxheWVycyI6W3sibmFtZSI6ImhpZGRlbjEiLCJudW1JbnB1dHMiOjQsIm51bU91dHB1dHMiOjMsImFjdGl2YXRpb24i' +
    'OiJyZWx1In0seyJuYW1lIjoiaGVhZCIsIm51bUlucHV0cyI6MywibnVtT3V0cHV0cyI6MiwiYWN0aXZhdGlvbiI6ImxpbmVhciJ9XSwic2hh' +
    'MjU2IjoiODE1MDRlYTVhYzM2NTY4MmRkZjNkN2ExMjgzZjdhNTczMDNjMWYxODU0ZjliNWQ0MTZkM2RiNDM2MzEyMDdhMiJ9CtnFEL9Eb8y+' +
    'H/xjP6lHoz/q8ZG9/+e8v/edNr9cSjk/Bk7iPuFKNr48dzY+n7W3vQAAgD4AAAA/AABAP05pWL2AlRY8HvVpPD6ZFz5UXKo9IPnzOwAAgD4A' +
    'AAA/',
  'base64',
);

/** Written by version 2: `residualNetwork(1)`, as it was on 29 November 2026. */
const version2 = readFileSync(new URL('./testing/checkpoint-2.bin', import.meta.url));

describe('a checkpoint', () => {
  it('gives the network back, and the same bytes for the same network', () => {
    for (const original of [network, textNetwork(2)]) {
      const encoded = encodeCheckpoint(original);
      expect(decodeCheckpoint(encoded)).toEqual(original);
      expect(encodeCheckpoint(decodeCheckpoint(encoded))).toEqual(encoded);
    }
  });

  it('has the same bytes however the fields of the operations are ordered', () => {
    const reversed = (operation: Operation) =>
      Object.fromEntries(Object.entries(operation).reverse()) as unknown as Operation;
    const nodes = network.nodes.map((node) => ({ ...node, operation: reversed(node.operation) }));
    expect(encodeCheckpoint({ ...network, nodes })).toEqual(bytes);
  });

  it('is read from the middle of a larger buffer, into memory of its own', () => {
    const larger = new Uint8Array(bytes.length + 10);
    larger.set(bytes, 3);
    const read = decodeCheckpoint(larger.subarray(3, 3 + bytes.length));
    larger.fill(0);
    expect(read).toEqual(network);
  });

  it('of version 1 is read as a network of dense layers and rectifiers', () => {
    const kernels = [
      [
        -0.5655189156532288, -0.3992863893508911, 0.890565812587738, 1.275624394416809, -0.07126219570636749,
        -1.4758299589157104, -0.713347852230072, 0.7237908840179443, 0.4420015215873718, -0.17802001535892487,
        0.178189218044281, -0.08970188349485397,
      ],
      [
        -0.052834801375865936, 0.009190917015075684, 0.014279631897807121, 0.14804551005363464,
        0.08318391442298889, 0.007445469498634338,
      ],
    ];
    const dense = (shape: number[], kernel: number[], bias: number[]): Operation => ({
      type: 'dense',
      kernel: { shape, values: Float32Array.from(kernel) },
      bias: { shape: [bias.length], values: Float32Array.from(bias) },
    });
    expect(decodeCheckpoint(version1)).toEqual({
      inputShape: [4],
      nodes: [
        { name: 'hidden1', operation: dense([4, 3], kernels[0]!, [0.25, 0.5, 0.75]), inputs: ['input'] },
        { name: 'hidden1_relu', operation: { type: 'activation', name: 'relu' }, inputs: ['hidden1'] },
        { name: 'head', operation: dense([3, 2], kernels[1]!, [0.25, 0.5]), inputs: ['hidden1_relu'] },
      ],
    });
  });

  it('that version 2 wrote is read as the network that it was, and written with the same bytes', () => {
    expect(decodeCheckpoint(version2)).toEqual(network);
    expect(Buffer.compare(encodeCheckpoint(network), version2)).toBe(0);
  });

  it('cut short anywhere is a clear error', () => {
    for (const whole of [bytes, version1])
      for (let length = 0; length < whole.length; length += 13)
        expect(() => decodeCheckpoint(whole.subarray(0, length))).toThrow(CheckpointError);
    expect(() => decodeCheckpoint(bytes.subarray(0, bytes.length - 1))).toThrow(
      `the checkpoint holds ${4 * numNumbers - 1} bytes of weights where its layers need ${4 * numNumbers}`,
    );
    expect(() => decodeCheckpoint(version1.subarray(0, version1.length - 1))).toThrow(
      'the checkpoint holds 91 bytes of weights where its layers need 92',
    );
    expect(() => decodeCheckpoint(bytes.subarray(0, 5))).toThrow('truncated in its first line');
    expect(() => decodeCheckpoint(bytes.subarray(0, 30))).toThrow('truncated in its header');
    expect(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.of(0)]))).toThrow('bytes of weights');
  });

  it('with one bit flipped in its numbers or its header is a clear error', () => {
    for (const whole of [bytes, version1]) {
      const damaged = Uint8Array.from(whole);
      damaged[whole.length - 3]! ^= 4;
      expect(() => decodeCheckpoint(damaged)).toThrow('its checksum does not fit');
    }
    expect(() => decodeCheckpoint(edited('"strides":[2,2]', '"strides":[1,2]'))).toThrow(
      'its checksum does not fit',
    );
  });

  it('of another program, version or shape is a clear error', () => {
    expect(() => decodeCheckpoint(Buffer.from('PK\x03\x04 some archive of another kind'))).toThrow(
      'not a checkpoint of this service',
    );
    expect(() => decodeCheckpoint(edited('tangent-network-2', 'tangent-network-3'))).toThrow(
      'the checkpoint is of version 3, this service reads version 2',
    );
    const newer = Buffer.from(version1.toString('latin1').replace('mlp-1', 'mlp-2'), 'latin1');
    expect(() => decodeCheckpoint(newer)).toThrow('is of version 2, this service reads version 1');
    expect(() => decodeCheckpoint(edited('"conv2d"', '"conv3d"'))).toThrow('does not describe layers');
    expect(() => decodeCheckpoint(edited('"nodes"', 'nodes'))).toThrow('its header is not JSON');
    for (const line of ['tangent-mlp-1', 'tangent-network-2'])
      for (const header of ['null', '7', '{"sha256":"","layers":[],"network":{"nodes":[null]}}'])
        expect(() => decodeCheckpoint(Buffer.from(`${line}\n${header}\n`))).toThrow(CheckpointError);
  });

  it('whose layers do not fit is a clear error, also with a right checksum', () => {
    const last = Buffer.from(
      version1.toString('latin1').replace('"activation":"linear"', '"activation":"relu"'),
      'latin1',
    );
    expect(() => decodeCheckpoint(last)).toThrow(
      'its header does not describe layers that fit: the last layer head_relu must be dense',
    );
  });

  it('never fails in another way, whatever stands in its header, also with a right checksum', () => {
    const headerStart = bytes.indexOf(10) + 1;
    const headerEnd = bytes.indexOf(10, headerStart);
    const header = Buffer.from(bytes.subarray(headerStart, headerEnd)).toString();
    const payload = bytes.subarray(headerEnd + 1);
    const junk = fc.constantFrom(
      null,
      -1,
      0,
      1e9,
      '',
      'x',
      [],
      [[]],
      {},
      { toString: 1 },
      { shape: [4] },
      [2, 2],
    );
    fc.assert(
      fc.property(fc.nat(), junk, (at, value) => {
        const { network: structure } = JSON.parse(header);
        const places = placesOf(structure);
        const [holder, key] = places[at % places.length]!;
        holder[key] = value;
        const sha256 = createHash('sha256').update(JSON.stringify(structure)).update(payload).digest('hex');
        const line = `tangent-network-2\n${JSON.stringify({ network: structure, sha256 })}\n`;
        try {
          decodeCheckpoint(Buffer.concat([Buffer.from(line), payload]));
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('of a network that is not whole is not written', () => {
    expect(() => encodeCheckpoint({ ...network, inputShape: [6, 6, 1] })).toThrow('layer stem');
  });
});
