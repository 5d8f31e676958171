import { UnsupportedNetworkError } from '../network.js';
import { isShape } from '../operation-fields.js';
import { shown } from '../shown.js';
import { fieldOf, type JsonObject, listOf, objectOf, refuse, type SavedLayer } from './layer-config.js';

/** A saved model: the layers in an order in which each comes after its inputs, without the input layer. */
export interface Topology {
  readonly inputShape: readonly number[];
  /** Name of the input layer; a reader of the model's inputs names it. */
  readonly inputLayer: string;
  readonly layers: readonly SavedLayer[];
}

const maxLayers = 2_000;
const keras3 = 'Functional models of Keras 3 are not supported; save with Keras 2 (TF_USE_LEGACY_KERAS=1)';
/** Of one layer. */
const maxInputs = 100;

/**
 * Reads `modelTopology` of a Sequential or Functional model as tfjs-layers and the converter of Keras save it.
 * Throws UnsupportedNetworkError.
 */
export function readTopology(modelTopology: unknown): Topology {
  const outer = objectOf(modelTopology, 'the modelTopology');
  const model = objectOf(fieldOf(outer, 'model_config') ?? outer, 'the model_config');
  const className = fieldOf(model, 'class_name');
  if (className === 'Sequential') return readSequential(model);
  if (className === 'Model' || className === 'Functional') return readFunctional(model);
  throw new UnsupportedNetworkError(
    `a model of class “${shown(className)}” is not supported; save a Sequential or Functional model in the layers format of TensorFlow.js`,
  );
}

function readSequential(model: JsonObject): Topology {
  const config = fieldOf(model, 'config');
  // Older versions of Keras have the list of layers itself in this place.
  const listed = Array.isArray(config) ? config : fieldOf(objectOf(config, 'the config'), 'layers');
  const layers = listOf(listed, 'the list of layers', maxLayers).map((value, at, all): SavedLayer => {
    const layer = readLayer(value);
    return { ...layer, inputs: [at === 0 ? '' : nameOf(all[at - 1])], isOutput: at === all.length - 1 };
  });
  const first = layers[0];
  if (!first) throw new UnsupportedNetworkError('the model has no layers; give it at least a Dense one');
  assertNamesDiffer(layers);
  const inputShape = readInputShape(first);
  const hasInputLayer = first.className === 'InputLayer';
  return {
    inputShape,
    inputLayer: hasInputLayer ? first.name : '',
    layers: layers.slice(hasInputLayer ? 1 : 0),
  };
}

function readFunctional(model: JsonObject): Topology {
  const config = objectOf(fieldOf(model, 'config'), 'the config');
  const input = readEnd(config, 'input_layers');
  const output = readEnd(config, 'output_layers');
  const layers = listOf(fieldOf(config, 'layers'), 'the list of layers', maxLayers).map(
    (value): SavedLayer => {
      const layer = readLayer(value);
      const isInput = layer.className === 'InputLayer';
      return { ...layer, inputs: isInput ? [] : readInputs(layer, value), isOutput: layer.name === output };
    },
  );
  assertNamesDiffer(layers);
  const inputLayer = layers.find(({ name }) => name === input);
  if (inputLayer?.className !== 'InputLayer')
    throw new UnsupportedNetworkError(`the input layer ${input} is missing; save the model anew`);
  if (!layers.some(({ isOutput }) => isOutput))
    throw new UnsupportedNetworkError(`the output layer ${output} is missing; save the model anew`);
  const others = layers.filter((layer) => layer !== inputLayer);
  for (const layer of others)
    if (layer.className === 'InputLayer')
      refuse(layer, 'several inputs are not supported; join them into one');
  return { inputShape: readInputShape(inputLayer), inputLayer: input, layers: sorted(others, input) };
}

/** Keeps the order wherever it can. */
function sorted(layers: readonly SavedLayer[], input: string): SavedLayer[] {
  const placed = new Set<string>([input]);
  const order: SavedLayer[] = [];
  let waiting = layers;
  while (waiting.length > 0) {
    const later: SavedLayer[] = [];
    for (const layer of waiting) {
      if (layer.inputs.every((name) => placed.has(name))) {
        order.push(layer);
        placed.add(layer.name);
      } else later.push(layer);
    }
    if (later.length === waiting.length)
      refuse(
        later[0]!,
        `its inputs ${later[0]!.inputs.join(', ')} are missing or wait for it; save the model anew`,
      );
    waiting = later;
  }
  return order;
}

const nameOf = (value: unknown): string => readLayer(value).name;

function readLayer(value: unknown): SavedLayer {
  const layer = objectOf(value, 'a layer');
  const config = objectOf(fieldOf(layer, 'config'), 'the config of a layer');
  const className = fieldOf(layer, 'class_name');
  // Functional models write the name twice; weights go by the one in the configuration.
  const outer = fieldOf(layer, 'name');
  const name = fieldOf(config, 'name') ?? outer;
  if (typeof name !== 'string' || name === '' || name.length > 200 || (outer !== undefined && outer !== name))
    throw new UnsupportedNetworkError('a layer has no name, or two; save the model anew');
  if (typeof className !== 'string')
    throw new UnsupportedNetworkError(`layer ${name}: it has no class; save the model anew`);
  return { name, className, config, inputs: [], isOutput: false };
}

function readInputs(layer: SavedLayer, value: unknown): readonly string[] {
  const calls = listOf(
    fieldOf(value as JsonObject, 'inbound_nodes') ?? [],
    `the inputs of layer ${layer.name}`,
    maxLayers,
  );
  if (calls.length !== 1)
    refuse(
      layer,
      calls.length === 0
        ? 'it has no inputs; take it away'
        : `it is used ${calls.length} times; shared layers are not supported, give every place a layer of its own`,
    );
  if (!Array.isArray(calls[0])) refuse(layer, keras3);
  return listOf(calls[0], `the inputs of layer ${layer.name}`, maxInputs).map((entry) => {
    const [name, nodeIndex, tensorIndex, options] = Array.isArray(entry) ? entry : [];
    if (typeof name !== 'string' || nodeIndex !== 0 || tensorIndex !== 0)
      refuse(layer, 'its inputs must each be [name, 0, 0, {}]; save the model in the format of Keras 2');
    const set = Object.entries(objectOf(options ?? {}, `an input of layer ${layer.name}`)).find(
      ([, option]) => option !== null && option !== false,
    );
    if (set) refuse(layer, `it is called with ${set[0]}, which is not supported; call it without`);
    return name as string;
  });
}

/** The one name in `input_layers` or `output_layers`. */
function readEnd(config: JsonObject, field: 'input_layers' | 'output_layers'): string {
  const ends = listOf(fieldOf(config, field), `the ${field}`, maxLayers);
  if (typeof ends[0] === 'string') throw new UnsupportedNetworkError(`the ${field}: ${keras3}`);
  const what = field === 'input_layers' ? 'input' : 'output';
  if (ends.length !== 1)
    throw new UnsupportedNetworkError(
      `the model has ${ends.length} ${what}s, one is supported; join them, or cut the model down to one`,
    );
  const [name, nodeIndex, tensorIndex] = Array.isArray(ends[0]) ? ends[0] : [];
  if (typeof name !== 'string' || nodeIndex !== 0 || tensorIndex !== 0)
    throw new UnsupportedNetworkError(
      `the ${field} must be [[name, 0, 0]]; save the model in the format of Keras 2`,
    );
  return name;
}

function readInputShape(layer: SavedLayer): readonly number[] {
  // The second is what Keras 3 calls it.
  const shape = fieldOf(layer.config, 'batch_input_shape') ?? fieldOf(layer.config, 'batch_shape');
  const example = Array.isArray(shape) ? shape.slice(1) : [];
  if (example.length === 0 || !isShape(example))
    refuse(layer, `the shape of its inputs is ${shown(example)}; fix every size with inputShape`);
  return example;
}

function assertNamesDiffer(layers: readonly SavedLayer[]): void {
  const names = new Set<string>();
  for (const layer of layers) {
    if (names.has(layer.name)) refuse(layer, 'two layers have this name; rename one');
    names.add(layer.name);
  }
}
