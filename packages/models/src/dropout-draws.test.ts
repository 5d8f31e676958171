import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from './architectures/build-network.js';
import { dropoutDraws } from './dropout-draws.js';
import { predictNetwork } from './predict-network.js';
import { classProbabilities } from './probabilities.js';
import { twoMoons } from './testing/two-moons.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const { x } = twoMoons(6, 1);
const plain = buildNetwork({ kind: 'mlp', hidden: [12], activation: 'relu', headScale: 2 }, [2], 3, 1);
const withDropout = (dropout: number) =>
  buildNetwork({ kind: 'mlp', hidden: [12, 8], activation: 'relu', dropout, headScale: 2 }, [2], 3, 1);
const options = { numDraws: 4, seed: 1, loss: 'cross-entropy' } as const;
const drawOf = (draws: Float32Array, draw: number, numDraws = 4) =>
  Array.from({ length: 18 }, (_, i) => draws[(Math.floor(i / 3) * numDraws + draw) * 3 + (i % 3)]!);

describe('dropout draws', () => {
  it.each([
    ['on dropout nodes', withDropout(0.4)],
    ['before the last layer', plain],
  ])('%s are distributions, differ, and do not depend on chunks', (_, network) => {
    const numTensors = tf.memory().numTensors;
    const draws = dropoutDraws(network, x, 6, options);
    expect(draws).toHaveLength(6 * 4 * 3);
    for (let row = 0; row < draws.length; row += 3)
      expectClose([draws[row]! + draws[row + 1]! + draws[row + 2]!], [1], { rtol: 1e-6, atol: 0 });
    expect(drawOf(draws, 0)).not.toEqual(drawOf(draws, 1));
    expectClose(dropoutDraws(network, x, 6, { ...options, chunk: 4 }), draws, { rtol: 1e-5, atol: 1e-6 });
    expect(dropoutDraws(network, x, 6, options)).toEqual(draws);
    expect(dropoutDraws(network, x, 6, { ...options, seed: 2 })).not.toEqual(draws);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('without any dropout are the prediction', () => {
    for (const loss of ['squared', 'cross-entropy'] as const) {
      const expected = classProbabilities(predictNetwork(plain, x, 6), 3, loss);
      const draws = dropoutDraws(plain, x, 6, { ...options, loss, rate: 0 });
      for (const draw of [0, 3]) expectClose(drawOf(draws, draw), expected, { rtol: 1e-5, atol: 1e-6 });
    }
  });

  it('of a network whose dropout nodes drop nothing are masked before the last layer', () => {
    const network = withDropout(0.4);
    const idle = {
      ...network,
      nodes: network.nodes.map((node) =>
        node.operation.type === 'dropout' ? { ...node, operation: { ...node.operation, rate: 0 } } : node,
      ),
    };
    const draws = dropoutDraws(idle, x, 6, options);
    expect(drawOf(draws, 0)).not.toEqual(drawOf(draws, 1));
  });

  it('treat equal examples equally within a draw', () => {
    const twice = Float32Array.from([...x, ...x]);
    for (const network of [plain, withDropout(0.4)]) {
      const draws = dropoutDraws(network, twice, 12, options);
      expectClose(draws.subarray(72), draws.subarray(0, 72), { rtol: 1e-5, atol: 1e-6 });
    }
  });

  it('keep the mean of what the last layer reads', () => {
    const numDraws = 2000;
    const network = buildNetwork({ kind: 'linear', headScale: 0.2 }, [2], 3, 1);
    const draws = dropoutDraws(network, x, 6, { numDraws, seed: 1, rate: 0.5, loss: 'cross-entropy' });
    const logits = Array.from({ length: 3 }, (_, j) => {
      let sum = 0;
      for (let d = 0; d < numDraws; d++) sum += Math.log(draws[d * 3 + j]!) - Math.log(draws[d * 3]!);
      return sum / numDraws;
    });
    const f = predictNetwork(network, x, 6).subarray(0, 3);
    expectClose(logits, [0, f[1]! - f[0]!, f[2]! - f[0]!], { rtol: 0, atol: 0.02 });
  });

  it('refuse options that make no sense', () => {
    expect(() => dropoutDraws(plain, x, 6, { ...options, numDraws: 0 })).toThrow('numDraws is 0');
    expect(() => dropoutDraws(plain, x, 6, { ...options, rate: 1 })).toThrow('rate is 1');
    expect(() => dropoutDraws(plain, x, 7, options)).toThrow('12 numbers do not make 7 examples');
  });
});
