import { createHash } from 'node:crypto';
import { assertNetwork } from './assert-network.js';
import { CheckpointError } from './checkpoint-error.js';
import { decodePerceptron, perceptronFamily } from './checkpoint-perceptron.js';
import type { Network, NetworkNode, Operation, Parameter } from './network.js';
import { fieldNamesOf, isOperationType, isShape, sizeOf } from './operation-fields.js';

const family = 'tangent-network-';
const version = '2';
const families = [
  { family, version, decode: decodeNetwork },
  { family: perceptronFamily, version: '1', decode: decodePerceptron },
];

/**
 * A network as bytes: the line `tangent-network-2`, a line of JSON (layers without their numbers, SHA-256), then all
 * parameters in the order of the header as little-endian float32. The same network gives the same bytes.
 * Throws UnsupportedNetworkError for a network that is not whole.
 */
export function encodeCheckpoint(network: Network): Uint8Array {
  assertNetwork(network);
  const arrays: Uint8Array[] = [];
  const nodes = network.nodes.map(({ name, operation, inputs }) => {
    const header: Record<string, unknown> = { type: operation.type };
    for (const field of fieldNamesOf(operation.type)) {
      const value: unknown = operation[field as keyof Operation];
      if (!isParameter(value)) header[field] = value;
      else {
        const { shape, values } = value;
        header[field] = { shape };
        arrays.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
    }
    return { name, operation: header, inputs };
  });
  const structure = { inputShape: network.inputShape, nodes };
  const payload = Buffer.concat(arrays);
  const header = { network: structure, sha256: checksum(structure, payload) };
  return Buffer.concat([Buffer.from(`${family}${version}\n${JSON.stringify(header)}\n`), payload]);
}

/** The network of a checkpoint of version 2, or of the perceptrons of version 1, in memory of its own. Throws CheckpointError. */
export function decodeCheckpoint(bytes: Uint8Array): Network {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = families.map((known) => `${known.family}${known.version}\n`);
  const start = buffer.subarray(0, Math.max(...lines.map((line) => line.length))).toString('latin1');
  const at = lines.findIndex((line) => start.startsWith(line));
  if (at < 0) throw unknownStart(start, lines);
  const headerStart = lines[at]!.length;
  const end = buffer.indexOf(10, headerStart);
  if (end < 0) throw new CheckpointError('the checkpoint is truncated in its header');
  const header = parseHeader(buffer.subarray(headerStart, end).toString());
  const network = families[at]!.decode(header, buffer.subarray(end + 1));
  try {
    assertNetwork(network);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CheckpointError(
      `the checkpoint is damaged: its header does not describe layers that fit: ${message}`,
      { cause },
    );
  }
  return network;
}

function unknownStart(start: string, lines: readonly string[]): CheckpointError {
  if (lines.some((line) => line.startsWith(start)))
    return new CheckpointError('the checkpoint is truncated in its first line');
  const known = families.find((candidate) => start.startsWith(candidate.family));
  if (!known) return new CheckpointError('these bytes are not a checkpoint of this service');
  const found = start.slice(known.family.length).split('\n')[0]!.trim();
  return new CheckpointError(
    `the checkpoint is of version ${found}, this service reads version ${known.version}`,
  );
}

function parseHeader(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch (cause) {
    throw new CheckpointError('the checkpoint is damaged: its header is not JSON', { cause });
  }
}

function decodeNetwork(header: Readonly<Record<string, unknown>>, payload: Buffer): Network {
  const { network: structure, sha256 } = header;
  if (typeof sha256 !== 'string' || !isStructure(structure))
    throw new CheckpointError('the checkpoint is damaged: its header does not describe layers');
  const shapes = structure.nodes.flatMap(({ operation }) =>
    fieldNamesOf(operation.type).flatMap((field) => shapeAt(operation, field) ?? []),
  );
  const expected = 4 * shapes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (payload.length !== expected)
    throw new CheckpointError(
      `the checkpoint holds ${payload.length} bytes of weights where its layers need ${expected}`,
    );
  if (checksum(structure, payload) !== sha256)
    throw new CheckpointError('the checkpoint is damaged: its checksum does not fit');
  let at = 0;
  const take = (shape: readonly number[]): Parameter => {
    const part = payload.subarray(at, at + 4 * sizeOf(shape));
    at += part.length;
    return { shape, values: new Float32Array(new Uint8Array(part).buffer) };
  };
  const nodes = structure.nodes.map(({ name, operation, inputs }) => {
    const filled: Record<string, unknown> = { ...operation };
    for (const field of fieldNamesOf(operation.type)) {
      const found = shapeAt(operation, field);
      if (found) filled[field] = take(found.shape);
    }
    return { name, operation: filled, inputs } as unknown as NetworkNode;
  });
  return { inputShape: structure.inputShape, nodes };
}

/** The header covers itself too: a changed stride is as wrong as a changed weight. */
const checksum = (structure: unknown, payload: Uint8Array): string =>
  createHash('sha256').update(JSON.stringify(structure)).update(payload).digest('hex');

interface Structure {
  readonly inputShape: readonly number[];
  readonly nodes: readonly {
    readonly name: string;
    readonly operation: Readonly<Record<string, unknown>> & { readonly type: Operation['type'] };
    readonly inputs: readonly string[];
  }[];
}

/** As much as is needed to know the parameters' shapes; assertNetwork sees to the rest. */
function isStructure(value: unknown): value is Structure {
  const { inputShape, nodes } = (value ?? {}) as Partial<Structure>;
  return (
    isShape(inputShape) &&
    Array.isArray(nodes) &&
    nodes.every((node) => isOperationType((node as Structure['nodes'][0] | null)?.operation?.type))
  );
}

/** The shape that stands in the place of a parameter. */
function shapeAt(operation: object, field: string): { readonly shape: readonly number[] } | null {
  const value: unknown = Object.hasOwn(operation, field) ? operation[field as keyof typeof operation] : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { shape } = value as { readonly shape?: unknown };
  return isShape(shape) ? { shape } : null;
}

const isParameter = (value: unknown): value is Parameter =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'values');
