import { createHash } from 'node:crypto';
import { TangentError } from '@tangent/contracts';
import type { ServingModel } from '@tangent/database';
import { decodeCheckpoint, modelJson, toLayersModel, UnsupportedNetworkError } from '@tangent/networks';
import type { BlobStore } from '@tangent/storage';
import { npyHeader } from './npy.js';
import type { ZipEntry } from './zip.js';

const formatVersion = 1;

/**
 * The files of a model for use elsewhere: TensorFlow.js layers, what belongs to them as tangent.json, and what makes their
 * inputs: the ONNX file of a backbone, or the directions of texts. Throws unsupported-network for a network with a layer that
 * TensorFlow.js lacks.
 */
export async function* modelFiles(
  model: ServingModel,
  blobs: BlobStore,
): AsyncGenerator<ZipEntry, void, undefined> {
  const network = decodeCheckpoint(await blobs.get(model.checkpointKey));
  const layers = layersOf(network);
  const weights = new Uint8Array(layers.weightData);
  yield {
    name: 'tangent.json',
    input: `${JSON.stringify(descriptionOf(model, network.inputShape, weights), null, 2)}\n`,
  };
  yield { name: 'model.json', input: modelJson(layers) };
  yield { name: 'weights.bin', input: weights };
  const { blobKey, componentsKey, ngrams, numComponents } = model.featuriser as StoredFeaturiser;
  if (componentsKey !== undefined) {
    const shape = [ngrams!.dimension, numComponents!];
    yield { name: 'components.npy', input: componentsOf(blobs, componentsKey, shape) };
  }
  if (blobKey === undefined) return;
  const { stream } = await blobs.open(blobKey);
  try {
    yield { name: 'backbone.onnx', input: stream };
  } finally {
    stream.destroy();
  }
}

async function* componentsOf(
  blobs: BlobStore,
  key: string,
  shape: readonly number[],
): AsyncGenerator<Uint8Array> {
  yield npyHeader(shape);
  yield* (await blobs.open(key)).stream;
}

/** What of a featuriser lies in blobs. */
interface StoredFeaturiser {
  /** Of the ONNX file. */
  readonly blobKey?: string;
  /** Of the directions of texts, [ngrams.dimension, numComponents] float32. */
  readonly componentsKey?: string;
  readonly ngrams?: { readonly dimension: number };
  readonly numComponents?: number;
}

function layersOf(network: ReturnType<typeof decodeCheckpoint>) {
  try {
    return toLayersModel(network);
  } catch (error) {
    if (!(error instanceof UnsupportedNetworkError)) throw error;
    throw new TangentError('unsupported-network', `The model cannot leave the house: ${error.message}.`, {
      cause: error,
    });
  }
}

/** What somebody needs to use the layers: which output is which class, and how an item becomes an input. */
function descriptionOf(model: ServingModel, inputShape: readonly number[], weights: Uint8Array): object {
  const { number, project, round, featuriser, numLabels, metrics, createdAt } = model;
  const { config } = round;
  const calibration = (metrics.calibration ?? null) as { readonly temperature: number } | null;
  return {
    format: 'tangent-model',
    formatVersion,
    project: { id: project.id, name: project.name, type: project.type },
    modelVersion: number,
    createdAt,
    numLabels,
    round: {
      id: round.id,
      number: round.number,
      seed: round.seed,
      strategy: config.strategy,
    },
    classes: project.classes.map(({ key, name }) => ({ key, name })),
    inputs: {
      shape: inputShape,
      featuriser,
      ...(project.type === 'text' && { text: config.text }),
      ...(config.backbone && { backbone: config.backbone }),
    },
    outputs: {
      kind: 'logits',
      loss: config.model.loss,
      temperature: calibration?.temperature ?? null,
    },
    training: config.model,
    files: {
      model: 'model.json',
      weights: 'weights.bin',
      weightsSha256: createHash('sha256').update(weights).digest('hex'),
      ...(typeof featuriser.componentsKey === 'string' && { components: 'components.npy' }),
      ...(typeof featuriser.blobKey === 'string' && {
        backbone: 'backbone.onnx',
        backboneSha256: featuriser.blobKey,
      }),
    },
  };
}
