import { sizeOf } from '../operation-fields.js';
import { shown } from '../shown.js';
import {
  assertChannelsLast,
  assertLastAxis,
  fieldOf,
  flagField,
  numberField,
  refuse,
  type SavedLayer,
  sizeField,
} from './layer-config.js';
import { activated, biasOf, type LayerContext, type ReadLayer, single } from './layer-steps.js';
import { activationOf, readActivation, type SavedActivation } from './read-activation.js';
import { readConvolution, readDepthwise, readPool, readSeparable } from './read-spatial.js';

/** The readers of all layers that are supported, by class. */
const readers: Readonly<Record<string, (context: LayerContext) => ReadLayer>> = {
  Dense: (context) => {
    const { layer, inputs, weights } = context;
    const units = sizeField(layer, 'units');
    const kernel = weights('kernel', inputs[0]!.at(-1)!, units);
    return activated([['', { type: 'dense', kernel, bias: biasOf(context, units) }]], readActivation(layer));
  },
  Conv2D: readConvolution,
  DepthwiseConv2D: readDepthwise,
  SeparableConv2D: readSeparable,
  BatchNormalization: (context) => {
    const { layer, inputs, weights } = context;
    assertLastAxis(layer, -1, inputs[0]!.length);
    const width = inputs[0]!.at(-1)!;
    return single({
      type: 'batch-norm',
      ...affine(context, width),
      mean: weights('moving_mean', width),
      variance: weights('moving_variance', width),
      epsilon: numberField(layer, 'epsilon', 1e-3),
    });
  },
  LayerNormalization: (context) => {
    const { layer, inputs } = context;
    assertLastAxis(layer, -1, inputs[0]!.length);
    const epsilon = numberField(layer, 'epsilon', 1e-3);
    return single({ type: 'layer-norm', ...affine(context, inputs[0]!.at(-1)!), epsilon });
  },
  Embedding: ({ layer, weights }) => {
    if (flagField(layer, 'mask_zero', false))
      refuse(layer, 'masks are not supported; build it with mask_zero off');
    const table = weights('embeddings', sizeField(layer, 'input_dim'), sizeField(layer, 'output_dim'));
    return single({ type: 'embedding', table });
  },
  Activation: ({ layer }) => endOrActivation(layer, readActivation(layer)),
  ReLU: ({ layer }) => {
    for (const [field, otherwise] of Object.entries({
      max_value: undefined,
      negative_slope: 0,
      threshold: 0,
    }))
      if ((fieldOf(layer.config, field) ?? otherwise) !== otherwise)
        refuse(layer, `${field} is not supported; use a plain ReLU`);
    return single(activationOf('relu'));
  },
  Softmax: ({ layer, inputs }) => {
    assertLastAxis(layer, -1, inputs[0]!.length);
    return { steps: [], hasSoftmax: true };
  },
  Flatten: ({ layer }) => {
    assertChannelsLast(layer);
    return single({ type: 'flatten' });
  },
  Reshape: ({ layer, inputs }) => single({ type: 'reshape', shape: targetShape(layer, sizeOf(inputs[0]!)) }),
  Add: () => single({ type: 'add' }),
  Concatenate: ({ layer, inputs }) => {
    assertLastAxis(layer, -1, inputs[0]!.length);
    return single({ type: 'concat' });
  },
  MaxPooling2D: (context) => readPool(context, 'max'),
  AveragePooling2D: (context) => readPool(context, 'average'),
  GlobalMaxPooling1D: (context) => globalPool(context, 'max', 2),
  GlobalAveragePooling1D: (context) => globalPool(context, 'average', 2),
  GlobalMaxPooling2D: (context) => globalPool(context, 'max', 3),
  GlobalAveragePooling2D: (context) => globalPool(context, 'average', 3),
  Dropout: ({ layer }) => {
    if (fieldOf(layer.config, 'noise_shape') !== undefined)
      refuse(layer, 'a noise_shape is not supported; build it without');
    return single({ type: 'dropout', rate: numberField(layer, 'rate', 0) });
  },
  SpatialDropout1D: ({ layer }) => spatialDropout(layer),
  SpatialDropout2D: ({ layer }) => spatialDropout(layer),
};

const nested = 'a model in a model is not supported; list its layers in the model itself';
const recurrent = 'recurrent layers are not supported; use an Embedding and GlobalAveragePooling1D';
const rectifiers = 'use ReLU, or the activation gelu or softplus';
const hints: Readonly<Record<string, string>> = {
  Sequential: nested,
  Model: nested,
  Functional: nested,
  LSTM: recurrent,
  GRU: recurrent,
  SimpleRNN: recurrent,
  RNN: recurrent,
  Bidirectional: recurrent,
  ConvLSTM2D: recurrent,
  Masking: 'masks are not supported; take it away',
  ZeroPadding2D: 'take it away and use padding same in the next layer',
  Conv1D: 'use Conv2D on [length, 1, channels]',
  LeakyReLU: rectifiers,
  PReLU: rectifiers,
  ELU: rectifiers,
  ThresholdedReLU: rectifiers,
};

/** The operations of a saved layer. Throws UnsupportedNetworkError, which names the layer and what to do. */
export function readLayer(context: LayerContext): ReadLayer {
  const { layer } = context;
  const reader = Object.hasOwn(readers, layer.className) ? readers[layer.className]! : null;
  if (!reader) {
    const hint = Object.hasOwn(hints, layer.className) ? hints[layer.className]! : null;
    refuse(layer, hint ?? `this class is not supported; use ${Object.keys(readers).join(', ')}`);
  }
  return reader(context);
}

function affine({ layer, weights }: LayerContext, width: number) {
  return {
    gamma: flagField(layer, 'scale', true) ? weights('gamma', width) : null,
    beta: flagField(layer, 'center', true) ? weights('beta', width) : null,
  };
}

function endOrActivation(layer: SavedLayer, name: SavedActivation): ReadLayer {
  if (name === 'softmax') return { steps: [], hasSoftmax: true };
  // A linear activation at the very end, as mixed precision puts it there, would hide the dense layer.
  return name === 'linear' && layer.isOutput ? { steps: [] } : single(activationOf(name));
}

function globalPool({ layer, inputs }: LayerContext, method: 'max' | 'average', rank: number): ReadLayer {
  assertChannelsLast(layer);
  if (fieldOf(layer.config, 'keepdims')) refuse(layer, 'keepdims is not supported; build it without');
  if (inputs[0]!.length !== rank)
    refuse(layer, `its input [${inputs[0]}] has ${inputs[0]!.length} axes where it needs ${rank}`);
  return single({ type: 'global-pool', method });
}

function spatialDropout(layer: SavedLayer): ReadLayer {
  const rate = numberField(layer, 'rate', 0);
  const note = `layer ${layer.name} drops whole channels; as a Dropout it drops single numbers`;
  return { ...single({ type: 'dropout', rate }), note };
}

/** The shape to reshape `size` numbers to; one extent may be open. */
function targetShape(layer: SavedLayer, size: number): readonly number[] {
  const listed: unknown = fieldOf(layer.config, 'target_shape');
  const target: readonly unknown[] = Array.isArray(listed) && listed.length <= 8 ? listed : [0];
  const isOpen = (extent: unknown) => extent === null || extent === -1;
  const known = target.filter((extent) => !isOpen(extent));
  if (
    target.length - known.length > 1 ||
    !known.every((extent) => Number.isSafeInteger(extent) && Number(extent) > 0)
  )
    refuse(layer, 'its target_shape must be positive integers, one of them open at most');
  const rest = size / sizeOf(known as number[]);
  if (!Number.isInteger(rest))
    refuse(layer, `its target_shape ${shown(target)} does not fit ${size} numbers`);
  return target.map((extent) => (isOpen(extent) ? rest : (extent as number)));
}
