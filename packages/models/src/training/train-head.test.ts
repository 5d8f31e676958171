import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '../architectures/build-network.js';
import { embeddingsOf, predictNetwork } from '../predict-network.js';
import { stripes } from '../testing/stripes.js';
import { trainHead } from './train-head.js';
import { defaultTraining } from './training-config.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const network = buildNetwork({ kind: 'wide-resnet', blocksPerLayer: 1, width: 4 }, [8, 8, 1], 2, 1);
const data = stripes(10, 8, 1);
const config = {
  ...defaultTraining,
  steps: 40,
  optimizer: { ...defaultTraining.optimizer, learningRate: 0.05 },
};

describe('training the head', () => {
  const trained = trainedHead();
  function trainedHead() {
    let result: ReturnType<typeof trainHead> | undefined;
    return () => (result ??= trainHead(network, data, config, 1));
  }

  it('lowers the loss and leaves every other parameter the same', () => {
    expect(trained().loss).toBeLessThan(0.9 * trainHead(network, data, { ...config, steps: 1 }, 1).loss);
    network.nodes.slice(0, -1).forEach((node, i) => {
      expect(trained().network.nodes[i]).toBe(node);
    });
    const { inputs, name } = trained().network.nodes.at(-1)!;
    expect({ inputs, name }).toEqual({ inputs: ['pool'], name: 'head' });
    expect(trained().network.nodes.at(-1)).not.toEqual(network.nodes.at(-1));
  });

  it('is linear regression on the embeddings', () => {
    const { values, width } = embeddingsOf(network, data.x, 10);
    const { operation } = trained().network.nodes.at(-1)!;
    if (operation.type !== 'dense') throw new Error('no head');
    const expected = Array.from({ length: 20 }, (_, i) => {
      const [row, j] = [Math.floor(i / 2), i % 2];
      let f = operation.bias!.values[j]!;
      for (let u = 0; u < width; u++) f += values[row * width + u]! * operation.kernel.values[2 * u + j]!;
      return f;
    });
    expectClose(predictNetwork(trained().network, data.x, 10), expected, { rtol: 1e-4, atol: 1e-5 });
  });

  it('names itself when data does not fit', () => {
    expect(() => trainHead(network, { ...data, classes: new Int32Array() }, config, 1)).toThrow(
      'trainHead: no examples to train on',
    );
  });
});
