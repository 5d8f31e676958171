import { createHash } from 'node:crypto';
import { assertNetwork, type Network, type Parameter, parametersOf } from '@tangent/networks';

const family = 'tangent-network-';
const magic = `${family}1\n`;

/** A checkpoint that is foreign, truncated or damaged. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'checkpoint-unreadable';
}

/**
 * A network as bytes: the line `tangent-network-1`, a line of JSON (the graph with a length in place of every parameter's
 * numbers, and their SHA-256), then the numbers as little-endian float32. The same network gives the same bytes.
 */
export function encodeCheckpoint(network: Network): Uint8Array {
  const arrays = parametersIn(network).map(({ values }) => values);
  const payload = Buffer.concat(arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)));
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const header = JSON.stringify({ sha256, network }, (key, value) =>
    key === 'values' ? (value as Float32Array).length : value,
  );
  return Buffer.concat([Buffer.from(`${magic}${header}\n`), payload]);
}

/** The network of `encodeCheckpoint`, in memory of its own. Throws CheckpointError. */
export function decodeCheckpoint(bytes: Uint8Array): Network {
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
  const payload = buffer.subarray(end + 1);
  let at = 0;
  const header = parse(buffer.subarray(magic.length, end).toString(), (count) => {
    const part = new Float32Array(count);
    new Uint8Array(part.buffer).set(payload.subarray(at, at + 4 * count));
    at += 4 * count;
    return part;
  });
  if (payload.length !== at)
    throw new CheckpointError(
      `the checkpoint holds ${payload.length} bytes of weights where its layers need ${at}`,
    );
  if (createHash('sha256').update(payload).digest('hex') !== header.sha256)
    throw new CheckpointError('the checkpoint is damaged: its checksum does not fit');
  try {
    assertNetwork(header.network);
  } catch (cause) {
    throw new CheckpointError('the checkpoint is damaged: its header does not describe layers', { cause });
  }
  return header.network;
}

interface Header {
  readonly sha256: string;
  readonly network: Network;
}

/** At most so many numbers in one parameter: a damaged length must not exhaust the memory. */
const maxValues = 2 ** 28;

function parse(text: string, take: (count: number) => Float32Array): Header {
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(text, (key, value) =>
      key === 'values' && Number.isSafeInteger(value) && value >= 0 && value <= maxValues
        ? take(value)
        : value,
    );
  } catch (cause) {
    throw new CheckpointError('the checkpoint is damaged: its header is not JSON', { cause });
  }
  const { sha256, network } = header ?? {};
  if (typeof sha256 !== 'string' || typeof network !== 'object')
    throw new CheckpointError('the checkpoint is damaged: its header does not describe layers');
  return { sha256, network };
}

const parametersIn = ({ nodes }: Network): Parameter[] =>
  nodes.flatMap(({ operation }) => Object.values(parametersOf(operation)));
