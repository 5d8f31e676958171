import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forward, networkTensors } from '../forward.js';
import type { Network } from '../network.js';
import { inputsFor, models, randomise, saved } from '../testing/layers-models.js';
import { chain, randomParameter, residualNetwork, textNetwork } from '../testing/random-networks.js';
import { fromLayersModel } from './from-layers-model.js';
import { modelJson, readModelJson } from './model-json.js';
import { toLayersModel } from './to-layers-model.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});
afterEach(() => tf.disposeVariables());

const close = { rtol: 1e-4, atol: 1e-5 };
const n = 3;

const numbers = (compute: () => tf.Tensor): Float32Array => {
  const tensor = tf.tidy(compute);
  const values = Float32Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
};
const outputsOf = (network: Network, x: tf.Tensor, finish = (outputs: tf.Tensor): tf.Tensor => outputs) =>
  numbers(() => finish(forward(network, networkTensors(network), x).get(network.nodes.at(-1)!.name)!));
const predictions = (model: layers.LayersModel, x: tf.Tensor) => numbers(() => model.predict(x) as tf.Tensor);

/** A model in memory, with weights of its own, and what it is saved as. */
async function prepared(name: string) {
  const model = models[name]!();
  randomise(model, 1);
  return { model, artifacts: await saved(model), x: inputsFor(model, n, 2) };
}

describe('a model of tfjs-layers', () => {
  it.each(Object.keys(models))('%s: read as a network, its outputs are those of predict', async (name) => {
    const { model, artifacts, x } = await prepared(name);
    const { network, notes } = fromLayersModel(artifacts);
    const hasSoftmax = name.includes('softmax');
    expectClose(outputsOf(network, x, hasSoftmax ? tf.softmax : undefined), predictions(model, x), close);
    expect(notes.some((note) => note.includes('logits'))).toBe(hasSoftmax);
  });

  it('is told what is read in another way than it stands in the file', async () => {
    const { artifacts } = await prepared('embedding of a text');
    expect(fromLayersModel(artifacts).notes).toEqual([
      expect.stringMatching(/^layer spatial_dropout1d\S* drops whole channels; as a Dropout it drops single/),
    ]);
    const model = models['a perceptron with a softmax']!();
    model.layers[0]!.trainable = false;
    (model.layers[1] as unknown as { kernelRegularizer: unknown }).kernelRegularizer =
      layers.regularizers.l2();
    const { notes } = fromLayersModel(await saved(model));
    expect(notes.map((note) => note.replace(/layer \S+?:? /, ''))).toEqual([
      'was frozen; here it is trained like the others',
      'its softmax is taken off, the network’s outputs are logits',
      'kernel_regularizer are not kept',
    ]);
  });

  it('is read where an optimizer’s numbers follow its own, and from weights in several pieces', async () => {
    const { artifacts } = await prepared('a perceptron with a softmax');
    const weights = artifacts.weightData as ArrayBuffer;
    const expected = fromLayersModel(artifacts).network;
    const iterations = { name: 'iter', shape: [], dtype: 'int32' as const, group: 'optimizer' as const };
    const trained = {
      ...artifacts,
      weightSpecs: [...artifacts.weightSpecs!, iterations],
      weightData: [weights, new ArrayBuffer(4)],
    };
    expect(fromLayersModel(trained).network).toEqual(expected);
    const pieces = [weights.slice(0, 7), weights.slice(7)];
    expect(fromLayersModel({ ...artifacts, weightData: pieces }).network).toEqual(expected);
    const buffer = Buffer.from(Buffer.from(weights));
    expect(fromLayersModel({ ...artifacts, weightData: buffer }).network).toEqual(expected);
  });

  it('of Keras, through its converter, is read as well', async () => {
    const { artifacts } = await prepared('batch norm');
    const { config } = artifacts.modelTopology as {
      config: { layers: { config: Record<string, unknown> }[] };
    };
    const axes = config.layers.filter((layer) => 'axis' in layer.config);
    for (const layer of axes) layer.config.axis = [3];
    const keras = { keras_version: '2.15.0', backend: 'tensorflow', model_config: artifacts.modelTopology };
    expect(fromLayersModel({ ...artifacts, modelTopology: keras }).network).toEqual(
      fromLayersModel(artifacts).network,
    );
    const newer = JSON.parse(JSON.stringify(keras).replaceAll('batch_input_shape', 'batch_shape'));
    expect(fromLayersModel({ ...artifacts, modelTopology: newer }).network).toEqual(
      fromLayersModel(artifacts).network,
    );
    const older = { class_name: 'Sequential', config: config.layers };
    expect(fromLayersModel({ ...artifacts, modelTopology: older }).network).toEqual(
      fromLayersModel(artifacts).network,
    );
  });

  it('may leave one extent of a reshape open, as Keras does', async () => {
    const { artifacts } = await prepared('reshape');
    const text = JSON.stringify(artifacts.modelTopology);
    for (const target of ['[-1,18]', '[4,null]'])
      expect(
        fromLayersModel({ ...artifacts, modelTopology: JSON.parse(text.replace('[4,18]', target)) }).network,
      ).toEqual(fromLayersModel(artifacts).network);
  });

  it('a layer’s activation gets a free name', () => {
    const random = createRandom(1);
    const model = toLayersModel({
      inputShape: [2],
      nodes: chain(
        ['a', { type: 'dense', kernel: randomParameter(random, 2, 2), bias: null }],
        ['a_relu', { type: 'flatten' }],
        ['head', { type: 'dense', kernel: randomParameter(random, 2, 2), bias: null }],
      ),
    });
    const text = JSON.stringify(model.modelTopology).replace('"activation":"linear"', '"activation":"relu"');
    const { network } = fromLayersModel({ ...model, modelTopology: JSON.parse(text) });
    expect(network.nodes.map(({ name }) => name)).toEqual(['a', 'a_relu_', 'a_relu', 'head']);
  });
});

const imported = async (name: string) => fromLayersModel((await prepared(name)).artifacts).network;

describe('an exported network', () => {
  it('is loaded by tfjs-layers and gives the same outputs', async () => {
    const networks = [residualNetwork(1), textNetwork(2)];
    for (const name of ['pooling', 'all activations', 'reshape', 'separable convolution', 'layer norm'])
      networks.push(await imported(name));
    for (const network of networks) {
      const model = await layers.loadLayersModel(tf.io.fromMemory(toLayersModel(network)));
      const x = inputsFor(model, n, 3);
      expectClose(predictions(model, x), outputsOf(network, x), close);
    }
  });

  it('is read back as it was', async () => {
    const networks = [residualNetwork(1), textNetwork(2)];
    for (const name of Object.keys(models))
      if (name !== 'dilated separable convolution') networks.push(await imported(name));
    for (const network of networks) {
      const { network: back, notes } = fromLayersModel(toLayersModel(network));
      expect(back).toEqual(network);
      expect(notes).toEqual([]);
    }
  });

  it('travels as model.json and one file of weights', () => {
    const network = residualNetwork(1);
    const model = toLayersModel(network);
    const { modelTopology, weightSpecs, weightFiles } = readModelJson(modelJson(model));
    expect(weightFiles).toEqual(['weights.bin']);
    expect(fromLayersModel({ modelTopology, weightSpecs, weightData: model.weightData }).network).toEqual(
      network,
    );
  });

  it('names its weights after its layers', () => {
    expect(toLayersModel(textNetwork(1)).weightSpecs.map(({ name }) => name)).toEqual([
      'words/embeddings',
      'norm/gamma',
      'norm/beta',
      'head/kernel',
      'head/bias',
    ]);
  });

  it('with a dilated depthwise convolution is refused: tfjs-layers would pass over the dilation', async () => {
    const network = await imported('dilated separable convolution');
    expect(() => toLayersModel(network)).toThrow(
      /layer separable\S+_depthwise: TensorFlow.js passes over dilations/,
    );
  });
});
