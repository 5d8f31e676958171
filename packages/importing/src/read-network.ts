import { type NetworkKind, TangentError } from '@tangent/contracts';
import {
  countParameters,
  encodeCheckpoint,
  fromLayersModel,
  type Network,
  numOutputsOf,
  readModelJson,
  shapesOf,
  UnsupportedNetworkError,
} from '@tangent/networks';
import type { Entry } from 'yauzl';
import { checkSummary, type NetworkSummary, refusal } from './network-summary.js';
import { isOnnx, readOnnxNetwork } from './read-onnx-network.js';
import { readHead } from './sniff.js';
import { listEntries, readEntries } from './zip-archive.js';

/** Numbers that a network to be trained may hold; 100 MB. */
const maxParameters = 25_000_000;
/** Of all weight files; some room for what an optimizer left behind them. */
const maxWeightBytes = 4 * maxParameters + 2 ** 20;

export interface ReadNetwork {
  readonly kind: NetworkKind;
  /** What is kept: the checkpoint in the format of the model versions, or the ONNX file. */
  readonly content: Uint8Array;
  readonly summary: NetworkSummary;
}

/**
 * A network from a file, by what is in it: a ZIP of TensorFlow.js layers, or ONNX. Throws unsupported-network, which names
 * the layer or value, payload-too-large, archive-unsafe and archive-corrupt.
 */
export async function readNetwork(path: string, fileName: string): Promise<ReadNetwork> {
  const { head } = await readHead(path);
  const read = await (isOnnx(head, fileName) ? readOnnxNetwork(path) : readLayersNetwork(path));
  return { ...read, summary: checkSummary(read.summary) };
}

/** A TensorFlow.js layers model from a ZIP of `model.json` and the weight files that it names, in one folder. */
async function readLayersNetwork(path: string): Promise<ReadNetwork> {
  const entries = await listEntries(path);
  const file = entries.find(({ fileName }) => /(^|\/)model\.json$/.test(fileName));
  if (!file)
    throw new TangentError(
      'unsupported-network',
      'The archive holds no model.json. Save the model by `model.save("file://…")` of TensorFlow.js, and pack that folder.',
    );
  const [text] = await contentsOf(path, [file]);
  try {
    const { weightFiles, ...rest } = readModelJson(text!.toString('utf8'));
    const folder = file.fileName.slice(0, -'model.json'.length);
    const weightData = await contentsOf(path, weightEntries(entries, folder, weightFiles));
    const { network, notes } = fromLayersModel(
      { ...rest, weightData: weightData.map(arrayBufferOf) },
      { maxParameters },
    );
    const content = encodeCheckpoint(network);
    return {
      kind: 'layers',
      content,
      summary: { ...summaryOf(network), numBytes: content.byteLength, notes: [...notes] },
    };
  } catch (error) {
    if (!(error instanceof UnsupportedNetworkError)) throw error;
    throw refusal(error.message, error);
  }
}

/** The files of weights, by what the archive declares of them: nothing is unpacked that could not be a network. */
function weightEntries(entries: readonly Entry[], folder: string, names: readonly string[]): Entry[] {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UnsupportedNetworkError(
      `model.json names the weight file “${twice}” twice; save the model anew, with each file once`,
    );
  const files = names.map((name) => entryNamed(entries, `${folder}${name}`));
  const numBytes = files.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (numBytes > maxWeightBytes)
    throw new UnsupportedNetworkError(
      `its weight files unpack to ${numBytes} bytes, at most ${maxWeightBytes} are supported (${maxParameters} numbers of float32); save a smaller model, without its optimizer`,
    );
  return files;
}

function entryNamed(entries: readonly Entry[], name: string): Entry {
  const entry = entries.find(({ fileName }) => fileName === name);
  if (!entry)
    throw new UnsupportedNetworkError(
      `model.json names the weight file “${name}”, which the archive lacks; pack it too`,
    );
  return entry;
}

async function contentsOf(path: string, entries: readonly Entry[]): Promise<Buffer[]> {
  const contents: Buffer[] = [];
  for await (const { entry, bytes } of readEntries(path, entries)) {
    if (bytes instanceof Error)
      throw new TangentError(
        'archive-corrupt',
        `“${entry.fileName}” in the archive cannot be read: ${bytes.message}. Was the archive cut off?`,
        { cause: bytes },
      );
    contents.push(bytes);
  }
  return contents;
}

const arrayBufferOf = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;

function summaryOf(network: Network): Omit<NetworkSummary, 'numBytes' | 'notes'> {
  const shapes = shapesOf(network);
  return {
    inputShape: [...network.inputShape],
    numOutputs: numOutputsOf(network),
    numParameters: countParameters(network),
    layers: network.nodes.map(({ name, operation }) => ({
      name,
      type: operation.type,
      outputShape: [...shapes.get(name)!],
    })),
  };
}
