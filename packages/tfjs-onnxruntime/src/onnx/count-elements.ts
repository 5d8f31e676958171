import protobuf from 'protobufjs/light.js';

/** Messages within messages; branches and loops of models that are in use are a few levels deep. */
const deepest = 64;

const wire = { bytes: 2 } as const;

/**
 * How many objects and list entries decoding would make: two bytes of a file can stand for an object of a hundred. Weights
 * that lie in the file as raw bytes are one each. Stops counting above `limit`. Throws RangeError for bytes that end
 * too early, and for messages nested too deeply.
 */
export function countElements(bytes: Uint8Array, type: protobuf.Type, limit: number): number {
  return countIn(protobuf.Reader.create(bytes), bytes.length, type, limit, deepest);
}

function countIn(
  reader: protobuf.Reader,
  end: number,
  type: protobuf.Type,
  limit: number,
  depth: number,
): number {
  if (depth === 0) throw new RangeError(`messages are nested more than ${deepest} deep`);
  let count = 0;
  while (reader.pos < end && count <= limit) {
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3]?.resolve();
    if (!field || (tag & 7) !== wire.bytes) {
      reader.skipType(tag & 7);
      count++;
      continue;
    }
    const length = reader.uint32();
    const to = reader.pos + length;
    if (to > end) throw new RangeError('a message ends behind the one that holds it');
    count++;
    if (field.resolvedType instanceof protobuf.Type)
      count += countIn(reader, to, field.resolvedType, limit - count, depth - 1);
    // A packed list: a number a byte at most.
    else if (field.type !== 'bytes' && field.type !== 'string') count += length;
    reader.pos = to;
  }
  return count;
}
