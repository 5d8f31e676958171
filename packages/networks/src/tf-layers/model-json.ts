import { UnsupportedNetworkError } from '../network.js';
import { shown } from '../shown.js';
import { fieldOf, listOf, objectOf } from './layer-config.js';
import type { LayersModel } from './to-layers-model.js';

/** The text of `model.json`; `weightData` goes into the file next to it. */
export function modelJson(model: LayersModel, weightsFile = 'weights.bin'): string {
  const { weightSpecs, weightData: _, ...rest } = model;
  return JSON.stringify({ ...rest, weightsManifest: [{ paths: [weightsFile], weights: weightSpecs }] });
}

/** A `model.json` that was read: `fromLayersModel` takes it with the bytes of the files, one after the other. */
export interface ModelJson {
  readonly modelTopology: unknown;
  readonly weightSpecs: readonly unknown[];
  /** Plain names of files next to `model.json`, in order. */
  readonly weightFiles: readonly string[];
}

const maxFiles = 2_000;
const maxWeights = 10_000;

/** Reads the text of a `model.json` in the layers format. Throws UnsupportedNetworkError. */
export function readModelJson(text: string): ModelJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UnsupportedNetworkError('model.json is not JSON; save the model anew', { cause });
  }
  const model = objectOf(json, 'model.json');
  if (fieldOf(model, 'format') === 'graph-model')
    throw new UnsupportedNetworkError(
      'model.json is a graph model, which holds no layers; convert with --output_format=tfjs_layers_model',
    );
  const groups = listOf(fieldOf(model, 'weightsManifest'), 'the weightsManifest', maxFiles).map((group) =>
    objectOf(group, 'a group of the weightsManifest'),
  );
  const weightFiles = groups.flatMap((group) => listOf(fieldOf(group, 'paths'), 'the paths', maxFiles));
  return {
    modelTopology: fieldOf(model, 'modelTopology'),
    weightSpecs: groups.flatMap((group) => listOf(fieldOf(group, 'weights'), 'the weights', maxWeights)),
    weightFiles: weightFiles.map((file) => {
      if (typeof file === 'string' && /^[A-Za-z0-9_][-A-Za-z0-9._]*$/.test(file)) return file;
      throw new UnsupportedNetworkError(
        `“${shown(file)}” is no plain name of a file of weights; put the files next to model.json`,
      );
    }),
  };
}
