import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnsupportedNetworkError } from '../network.js';
import { placesOf } from '../testing/places.js';
import { residualNetwork, textNetwork } from '../testing/random-networks.js';
import { fromLayersModel, type LayersModelArtifacts } from './from-layers-model.js';
import { modelJson, readModelJson } from './model-json.js';
import { toLayersModel } from './to-layers-model.js';

type Json = Record<string, unknown>;

const weightsOf = (...weights: (readonly [string, ...number[]])[]) => {
  const specs = weights.map(([name, ...shape]) => ({ name, shape, dtype: 'float32' }));
  const size = specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  return { weightSpecs: specs, weightData: new ArrayBuffer(4 * size) };
};
const sequential = (...layers: Json[]) => ({ class_name: 'Sequential', config: { name: 'model', layers } });
const layer = (className: string, name: string, config: Json = {}) => ({
  class_name: className,
  config: { name, ...config },
});
const head = layer('Dense', 'head', { units: 2 });
const vectors = { batch_input_shape: [null, 4] };
const images = { batch_input_shape: [null, 6, 6, 2] };

/** A layer and a head behind it; the weights of the layer. */
const before = (one: Json, ...weights: (readonly [string, ...number[]])[]): LayersModelArtifacts => ({
  modelTopology: sequential(one, layer('Flatten', 'flat'), head),
  ...weightsOf(...weights),
});

const called = (name: string, className: string, config: Json, ...inputs: string[][]) => ({
  name,
  class_name: className,
  config: { name, ...config },
  inbound_nodes: inputs.map((call) => call.map((input) => [input, 0, 0, {}])),
});
const functional = (layers: Json[], inputs = ['x'], outputs = ['head']): LayersModelArtifacts => ({
  modelTopology: {
    class_name: 'Model',
    config: {
      name: 'model',
      layers,
      input_layers: inputs.map((name) => [name, 0, 0]),
      output_layers: outputs.map((name) => [name, 0, 0]),
    },
  },
  ...weightsOf(['hidden/kernel', 4, 4], ['head/kernel', 4, 2]),
});
const x = called('x', 'InputLayer', vectors);
const hidden = called('hidden', 'Dense', { units: 4, use_bias: false }, ['x']);
const headOf = (...inputs: string[][]) => called('head', 'Dense', { units: 2, use_bias: false }, ...inputs);

const unsupported: Record<string, [artifacts: LayersModelArtifacts, message: string]> = {
  'grouped convolutions': [
    before(layer('Conv2D', 'conv', { ...images, filters: 2, kernel_size: [3, 3], groups: 2 })),
    'layer conv (Conv2D): groups 2 are not supported; use one group',
  ],
  'channels that come first': [
    before(layer('Conv2D', 'conv', { ...images, filters: 2, kernel_size: 3, data_format: 'channels_first' })),
    'layer conv (Conv2D): data_format channels_first is not supported; build the model with channels_last',
  ],
  'causal padding': [
    before(layer('MaxPooling2D', 'pool', { ...images, padding: 'causal' })),
    'layer pool (MaxPooling2D): padding causal is not supported; use same or valid',
  ],
  'a dilated depthwise convolution, which tfjs-layers and Keras compute differently': [
    before(layer('DepthwiseConv2D', 'conv', { ...images, kernel_size: 3, dilation_rate: [2, 2] })),
    'layer conv (DepthwiseConv2D): TensorFlow.js passes over its dilation_rate and Keras does not',
  ],
  'recurrent layers': [
    before(layer('LSTM', 'memory', { ...images, units: 3 })),
    'layer memory (LSTM): recurrent layers are not supported; use an Embedding and GlobalAveragePooling1D',
  ],
  masks: [
    before(
      layer('Embedding', 'words', {
        batch_input_shape: [null, 5],
        input_dim: 3,
        output_dim: 2,
        mask_zero: true,
      }),
    ),
    'layer words (Embedding): masks are not supported; build it with mask_zero off',
  ],
  'models in models': [
    before({ ...sequential(head), config: { ...images, name: 'base', layers: [head] } }),
    'layer base (Sequential): a model in a model is not supported; list its layers in the model itself',
  ],
  'unknown layers': [
    before(layer('constructor', 'odd', vectors)),
    'layer odd (constructor): this class is not supported; use Dense, Conv2D',
  ],
  'the approximate GELU': [
    before(layer('Activation', 'act', { ...vectors, activation: 'gelu_new' })),
    'layer act (Activation): the activation gelu_new is not supported; the approximation of GELU by tanh',
  ],
  'other activations': [
    before(layer('Activation', 'act', { ...vectors, activation: 'toString' })),
    'layer act (Activation): the activation toString is not supported; use one of linear, relu, gelu',
  ],
  'a bounded ReLU': [
    before(layer('ReLU', 'act', { ...vectors, max_value: 0 })),
    'layer act (ReLU): max_value is not supported',
  ],
  'a softmax within': [
    before(layer('Softmax', 'soft', vectors)),
    'layer soft (Softmax): a softmax is supported at the very end only',
  ],
  'a sigmoid at the end': [
    {
      modelTopology: sequential(layer('Activation', 'act', { ...vectors, activation: 'sigmoid' })),
      ...weightsOf(),
    },
    'the last layer act must be dense and without activation',
  ],
  'norms over other axes': [
    before(layer('BatchNormalization', 'norm', { ...images, axis: 1 })),
    'layer norm (BatchNormalization): it works along axis 1; only the last axis is supported, set axis to -1',
  ],
  'inputs of variable size': [
    before(layer('Flatten', 'first', { batch_input_shape: [null, null, 3] })),
    'layer first (Flatten): the shape of its inputs is [null,3]; fix every size with inputShape',
  ],
  'shared layers': [
    functional([x, called('hidden', 'Dense', { units: 4 }, ['x'], ['hidden']), headOf(['hidden'])]),
    'layer hidden (Dense): it is used 2 times; shared layers are not supported',
  ],
  'several inputs': [
    functional([x, { ...x, name: 'y' }], ['x', 'y']),
    'the model has 2 inputs, one is supported',
  ],
  'several outputs': [functional([x], ['x'], ['a', 'b']), 'the model has 2 outputs, one is supported'],
  'an input layer too many': [
    functional([x, called('y', 'InputLayer', vectors), hidden, headOf(['hidden'])]),
    'layer y (InputLayer): several inputs are not supported',
  ],
  'an output that nothing reads': [
    functional([x, hidden, headOf(['x'])]),
    'layer hidden: nothing reads its output and it is not the last one',
  ],
  'layers that wait for each other': [
    functional([x, called('hidden', 'Dense', { units: 4 }, ['head']), headOf(['hidden'])]),
    'layer hidden (Dense): its inputs head are missing or wait for it',
  ],
  'a second output of a layer': [
    functional([x, { ...hidden, inbound_nodes: [[['x', 0, 1, {}]]] }, headOf(['hidden'])]),
    'layer hidden (Dense): its inputs must each be [name, 0, 0, {}]',
  ],
  'the files of Keras 3': [
    functional([x, { ...hidden, inbound_nodes: [{ args: [], kwargs: {} }] }, headOf(['hidden'])]),
    'layer hidden (Dense): Functional models of Keras 3 are not supported; save with Keras 2',
  ],
  'the ends of Keras 3': [
    {
      ...functional([x]),
      modelTopology: { class_name: 'Functional', config: { layers: [x], input_layers: ['x', 0, 0] } },
    },
    'the input_layers: Functional models of Keras 3 are not supported',
  ],
  'a layer that is called with options': [
    functional([x, { ...hidden, inbound_nodes: [[['x', 0, 0, { training: true }]]] }, headOf(['hidden'])]),
    'layer hidden (Dense): it is called with training, which is not supported',
  ],
  'a layer named input': [
    {
      ...functional([x, called('input', 'Dense', { units: 4, use_bias: false }, ['x']), headOf(['input'])]),
      ...weightsOf(['input/kernel', 4, 4], ['head/kernel', 4, 2]),
    },
    'layer input: this name is that of the network’s input; rename the layer',
  ],
  'two layers of one name': [
    functional([x, x, headOf(['x'])]),
    'layer x (InputLayer): two layers have this name',
  ],
  'weights that are missing': [
    before(layer('Dense', 'd', { ...vectors, units: 3 })),
    'layer d: the weights d/kernel are missing; save the model with its weights',
  ],
  'weights of another shape': [
    before(layer('Dense', 'd', { ...vectors, units: 3 }), ['d/kernel', 3, 4]),
    'layer d: the weights kernel have the shape [3,4] where the layer needs [4,3]',
  ],
  'a layer of a billion units': [
    before(layer('Dense', 'd', { ...vectors, units: 1e9 }), ['d/kernel', 4, 4]),
    'where the layer needs [4,1000000000]',
  ],
  'a size that is no size': [
    before(layer('Dense', 'd', { ...vectors, units: '3' })),
    'layer d (Dense): its units must be a positive integer',
  ],
  'an output that is too large': [
    before(layer('Embedding', 'e', { batch_input_shape: [null, 2 ** 23], input_dim: 2, output_dim: 4 }), [
      'e/embeddings',
      2,
      4,
    ]),
    'layer e: an output of [8388608,4] for every example is more than',
  ],
  'weights that no layer takes': [
    {
      modelTopology: sequential(layer('Dense', 'head', { ...vectors, units: 2, use_bias: false })),
      ...weightsOf(['head/kernel', 4, 2], ['more/kernel', 1]),
    },
    'the weights more/kernel belong to no layer',
  ],
};

const good: LayersModelArtifacts = toLayersModel(residualNetwork(1));
const withSpecs = (edit: (specs: Json[]) => unknown): LayersModelArtifacts => ({
  ...good,
  weightSpecs: edit(structuredClone(good.weightSpecs) as Json[]),
});
const firstSpec = (fields: Json) => withSpecs(([spec, ...rest]) => [{ ...spec, ...fields }, ...rest]);

const damaged: Record<string, [artifacts: LayersModelArtifacts, message: string]> = {
  'too few bytes': [
    { ...good, weightData: (good.weightData as ArrayBuffer).slice(4) },
    'bytes where the layers need',
  ],
  'bytes that are none': [
    { ...good, weightData: 'AAAA' as unknown as ArrayBuffer },
    'the weightData must be bytes',
  ],
  'a shape beyond all memory': [
    firstSpec({ shape: [2 ** 30, 2 ** 30] }),
    'parameters, at most 50000000 are supported; use a smaller model, or raise the limit',
  ],
  'negative shapes': [firstSpec({ shape: [-1, 4] }), 'need a name and a shape of positive integers'],
  'quantised weights': [
    firstSpec({ quantization: { dtype: 'uint8', scale: 1, min: 0 } }),
    'are quantised; save the model with float32 weights, without quantisation',
  ],
  'another dtype': [firstSpec({ dtype: 'int32' }), 'are int32; save the model with float32 weights'],
  'weights twice': [withSpecs((specs) => [...specs, specs[0]]), 'come twice'],
  'weights after an optimizer’s': [
    withSpecs((specs) => [{ group: 'optimizer' }, ...specs]),
    'come after those of the optimizer',
  ],
  'specs that are no list': [withSpecs(() => ({ length: 1e9 })), 'the weightSpecs must be a list'],
  'a topology that is none': [{ ...good, modelTopology: null }, 'the modelTopology must be an object'],
  'another class of model': [
    { ...good, modelTopology: { class_name: '__proto__' } },
    'a model of class “__proto__” is not supported',
  ],
  'too many layers': [
    { ...good, modelTopology: sequential(...Array.from({ length: 2_001 }, () => head)) },
    'the list of layers has 2001 entries, at most 2000 are supported',
  ],
};

describe('a model from strangers', () => {
  it.each(Object.entries(unsupported))(
    'with %s is refused, and the layer is named',
    (_, [artifacts, message]) => {
      expect(() => fromLayersModel(artifacts)).toThrow(UnsupportedNetworkError);
      expect(() => fromLayersModel(artifacts)).toThrow(message);
    },
  );

  it.each(Object.entries(damaged))('with %s is refused', (_, [artifacts, message]) => {
    expect(() => fromLayersModel(artifacts)).toThrow(UnsupportedNetworkError);
    expect(() => fromLayersModel(artifacts)).toThrow(message);
  });

  it('with more parameters than allowed is refused', () => {
    expect(() => fromLayersModel(good, { maxParameters: 100 })).toThrow('at most 100 are supported');
  });

  it('with numbers that are not finite is refused', () => {
    const weightData = (good.weightData as ArrayBuffer).slice(0);
    new Float32Array(weightData)[0] = Number.NaN;
    expect(() => fromLayersModel({ ...good, weightData })).toThrow(
      'layer stem (conv2d): its kernel must be finite',
    );
  });

  it('never fails in another way, whatever stands in its JSON', () => {
    const texts = [residualNetwork(1), textNetwork(1)].map((network) => toLayersModel(network));
    const junk = fc.constantFrom(
      null,
      -1,
      0,
      1e9,
      2 ** 40,
      '',
      'x',
      true,
      [],
      [[]],
      {},
      [null, 4],
      { toString: 1 },
      [{ toString: 1 }],
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), junk, ({ weightData, ...model }, at, value) => {
        const json = JSON.parse(JSON.stringify(model)) as Json;
        const places = placesOf(json);
        const [holder, key] = places[at % places.length]!;
        holder[key] = value;
        const artifacts = { modelTopology: json.modelTopology, weightSpecs: json.weightSpecs, weightData };
        try {
          fromLayersModel(artifacts);
        } catch (error) {
          expect(error).toBeInstanceOf(UnsupportedNetworkError);
        }
      }),
      { numRuns: 600, seed: 1 },
    );
  });
});

describe('a model.json from strangers', () => {
  const text = modelJson(toLayersModel(textNetwork(1)));

  it('names files next to it only', () => {
    for (const path of ['../weights.bin', '/etc/passwd', 'a/b.bin', '..', '', '.hidden'])
      expect(() => readModelJson(text.replace('weights.bin', path))).toThrow('is no plain name of a file');
  });

  it('that is no JSON, no object or a graph model is refused', () => {
    expect(() => readModelJson('{')).toThrow('model.json is not JSON');
    expect(() => readModelJson('[]')).toThrow('model.json must be an object');
    expect(() => readModelJson('{"weightsManifest":[7]}')).toThrow('a group of the weightsManifest must be');
    expect(() => readModelJson(text.replace('layers-model', 'graph-model'))).toThrow('--output_format=');
  });
});
