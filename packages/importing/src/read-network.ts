import { TangentError } from '@tangent/contracts';
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
import { listEntries, readEntries } from './zip-archive.js';

/** Numbers that a network may hold; 100 MB. */
const maxParameters = 25_000_000;

export interface ReadNetwork {
  /** In the format of the model versions. */
  readonly checkpoint: Uint8Array;
  readonly summary: {
    readonly inputShape: number[];
    readonly numOutputs: number;
    readonly numParameters: number;
    readonly layers: { readonly name: string; readonly type: string; readonly outputShape: number[] }[];
    readonly notes: string[];
  };
}

/**
 * A TensorFlow.js layers model from a ZIP of `model.json` and the weight files that it names, in one folder.
 * Throws unsupported-network, which names the layer, archive-unsafe and archive-corrupt.
 */
export async function readNetwork(path: string): Promise<ReadNetwork> {
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
    const weightData = await contentsOf(
      path,
      weightFiles.map((name) => entryNamed(entries, `${folder}${name}`)),
    );
    const { network, notes } = fromLayersModel(
      { ...rest, weightData: weightData.map(arrayBufferOf) },
      { maxParameters },
    );
    return { checkpoint: encodeCheckpoint(network), summary: { ...summaryOf(network), notes: [...notes] } };
  } catch (error) {
    if (!(error instanceof UnsupportedNetworkError)) throw error;
    throw new TangentError('unsupported-network', `The network was not imported: ${error.message}.`, {
      cause: error,
    });
  }
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

function summaryOf(network: Network): Omit<ReadNetwork['summary'], 'notes'> {
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
