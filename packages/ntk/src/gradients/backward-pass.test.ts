import { chooseEngine } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { entkGram } from '../entk-gram.js';
import { factorBytes, gradientFactors } from '../gradient-factors.js';
import { exactGram } from '../gram.js';
import { jacobianSketch, sketchFeatures } from '../sketches/sketch-features.js';
import { inputsOf, namedNetworks } from '../testing/named-networks.js';
import { reachingOutput } from './differentiable.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

test.each(['separable', 'few positions, many channels', 'texts'])(
  'no tensor outlives gradients, kernels and sketches: %s',
  (name) => {
    const network = namedNetworks[name]!(1);
    const x = inputsOf(network, 3, 1);
    const before = tf.memory().numTensors;
    const factors = gradientFactors(network, x, 3, { type: 'outputs' }, { chunk: 2 });
    const weights = factors.layers.map(() => 1);
    exactGram(factors, weights).block([0, 1], [2]);
    entkGram(factors, weights).block([0, 1], [2]);
    sketchFeatures(network, x, 3, { type: 'trace' }, weights, { dimension: 8, seed: 1, chunk: 2 });
    jacobianSketch(network, x, 3, weights, { dimension: 8, seed: 1, method: 'kronecker' });
    factorBytes(network, { type: 'sum' });
    const broken = { ...network, nodes: network.nodes.slice(0, -1) };
    expect(() => factorBytes(broken, { type: 'sum' })).toThrow(/must be dense/);
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('nodes that the output does not depend on have no factors', () => {
  const network = namedNetworks.texts!(1);
  const [first, ...rest] = network.nodes;
  const side = { ...rest[1]!, name: 'side', inputs: [first!.name] };
  const withSide = { ...network, nodes: [first!, side, ...rest] };
  expect(reachingOutput(withSide)).toEqual(network.nodes);
  const x = inputsOf(network, 2, 1);
  expect(gradientFactors(withSide, x, 2, { type: 'sum' })).toEqual(
    gradientFactors(network, x, 2, { type: 'sum' }),
  );
});
