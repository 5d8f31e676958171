import { readFile, stat } from 'node:fs/promises';
import { describeOnnxModel, type OnnxDescription, OnnxModelError } from '@tangent/compute';
import { TangentError } from '@tangent/contracts';
import type { ReadNetwork } from './read-network.js';

/** A vision transformer of the base size has 350 MB. */
const maxBytes = 512 * 2 ** 20;

/** ONNX has no magic number, but begins with its version (field 1, a number), which no archive does. */
export function isOnnx(head: Uint8Array, fileName: string): boolean {
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  return head[0] === 0x08 || (!isZip && /\.onnx$/i.test(fileName));
}

/** An ONNX file as it is, checked without running it. Throws unsupported-network and payload-too-large. */
export async function readOnnxNetwork(path: string): Promise<ReadNetwork> {
  const { size } = await stat(path);
  if (size > maxBytes)
    throw new TangentError(
      'payload-too-large',
      `The ONNX file has ${size} bytes; ${maxBytes} are allowed. Bring a smaller network.`,
    );
  const content = await readFile(path);
  try {
    const described = describeOnnxModel(content);
    return {
      kind: 'onnx',
      content,
      summary: {
        inputShape: described.input.shape.slice(1),
        numOutputs: described.numOutputs,
        numParameters: described.numParameters,
        numBytes: content.byteLength,
        layers: [],
        notes: notesOn(described),
      },
    };
  } catch (error) {
    if (!(error instanceof OnnxModelError)) throw error;
    throw new TangentError('unsupported-network', `The network was not imported: ${error.message}.`, {
      cause: error,
    });
  }
}

function notesOn({ input, outputs, numNodes, penultimate }: OnnxDescription): string[] {
  const extents = input.shape.map((extent) => extent ?? '?').join(', ');
  return [
    `${numNodes} operations from the input “${input.name}” [${extents}] to ${outputs.map((name) => `“${name}”`).join(', ')}`,
    penultimate === null
      ? 'no product with weights that tells which value to take: name one as backbone.output'
      : `embeddings are the value “${penultimate}” unless backbone.output names another`,
  ];
}
