import { readFile, stat } from 'node:fs/promises';
import { describeOnnxModel, type OnnxDescription, OnnxModelError } from '@tangent/compute';
import { TangentError } from '@tangent/contracts';
import { assertName, refusal } from './network-summary.js';
import type { ReadNetwork } from './read-network.js';

/** A vision transformer of the base size has 350 MB. */
const maxBytes = 512 * 2 ** 20;
/** Outputs and axes that the notes name. */
const maxNamed = 8;

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
    assertNames(described);
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
    throw refusal(error.message, error);
  }
}

function assertNames({ input, outputs, penultimate }: OnnxDescription): void {
  assertName(input.name, 'the input');
  for (const name of outputs) assertName(name, 'an output');
  if (penultimate !== null) assertName(penultimate, 'the value before the last product');
}

function notesOn({ input, outputs, numNodes, penultimate }: OnnxDescription): string[] {
  const extents = listed(input.shape.map((extent) => `${extent ?? '?'}`));
  return [
    `${numNodes} operations from the input “${short(input.name)}” [${extents}] to ${listed(outputs.map((name) => `“${short(name)}”`))}`,
    penultimate === null
      ? 'no product with weights that tells which value to take: name one as backbone.output'
      : `embeddings are the value “${penultimate}” unless backbone.output names another`,
  ];
}

const listed = (texts: readonly string[]): string =>
  [...texts.slice(0, maxNamed), ...(texts.length > maxNamed ? [`${texts.length - maxNamed} more`] : [])].join(
    ', ',
  );

/** By characters, not by halves of them. */
const short = (name: string): string => (name.length > 80 ? `${[...name].slice(0, 80).join('')}…` : name);
