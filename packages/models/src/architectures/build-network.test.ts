import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { assertNetwork, countParameters, type Network, shapesOf } from '@tangent/networks';
import { beforeAll, describe, expect, it } from 'vitest';
import { predictNetwork } from '../predict-network.js';
import { buildNetwork, type NetworkConfig } from './build-network.js';
import { defaultMlp } from './mlp.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const weightsOf = ({ nodes }: Network) =>
  nodes.flatMap(({ name, operation }) =>
    operation.type === 'dense' || operation.type === 'conv2d' ? [{ name, ...operation.kernel }] : [],
  );
const varianceOf = (values: Float32Array) => values.reduce((s, w) => s + w * w, 0) / values.length;

const small: Record<NetworkConfig['kind'], NetworkConfig> = {
  linear: { kind: 'linear' },
  mlp: { kind: 'mlp', hidden: [5, 4], activation: 'gelu', dropout: 0.2 },
  cnn: { kind: 'cnn', channels: [3, 4], hidden: 6, dropout: 0.5 },
  'wide-resnet': { kind: 'wide-resnet', blocksPerLayer: 2, width: 4 },
  resnet18: { kind: 'resnet18', width: 2 },
};

describe('a fresh perceptron', () => {
  it('has He variance in the hidden layers and a small head', () => {
    const network = buildNetwork({ kind: 'mlp', hidden: [300, 200], activation: 'relu' }, [400], 10, 1);
    expect(network.nodes.map(({ name }) => name)).toEqual([
      'hidden1',
      'hidden1-relu',
      'hidden2',
      'hidden2-relu',
      'head',
    ]);
    const weights = weightsOf(network);
    expect(weights.map(({ shape }) => shape)).toEqual([
      [400, 300],
      [300, 200],
      [200, 10],
    ]);
    const variances = weights.map(({ values }) => varianceOf(values));
    expectClose(variances, [2 / 400, 2 / 300, 0.01 / 200], { rtol: 0.08, atol: 0 });
    for (const { operation } of network.nodes)
      if (operation.type === 'dense') expect(operation.bias!.values.every((b) => b === 0)).toBe(true);
  });

  it('is that of the measured recipe, number by number', () => {
    // From the first version of this service: results in bench/results stand on them.
    const [hidden, head] = weightsOf(buildNetwork(defaultMlp, [784], 10, 7));
    expectClose(
      hidden!.values.subarray(0, 3),
      [-0.019481176510453224, -0.01882283389568329, -0.015684526413679123],
      { rtol: 1e-7, atol: 0 },
    );
    expectClose(
      head!.values.subarray(0, 3),
      [0.0028897272422909737, -0.0034788071643561125, 0.0013224220601841807],
      { rtol: 1e-7, atol: 0 },
    );
  });
});

describe('an architecture', () => {
  it.each(Object.values(small))('$kind is a whole network that gives k numbers an example', (config) => {
    const network = buildNetwork(config, [8, 8, 1], 3, 1);
    assertNetwork(network);
    const outputs = predictNetwork(network, new Float32Array(128).fill(0.5), 2);
    expect(outputs).toHaveLength(6);
    expectClose(outputs.subarray(3), outputs.subarray(0, 3), { rtol: 1e-5, atol: 1e-6 });
  });

  it.each(Object.values(small))('$kind is the same for the same seed and another for another', (config) => {
    const build = (seed: number) => buildNetwork(config, [8, 8, 1], 3, seed);
    expect(build(7)).toEqual(build(7));
    expect(weightsOf(build(7))).not.toEqual(weightsOf(build(8)));
  });

  it('has the size of the papers', () => {
    // A quadratic in the width: three small ones give the large one, which would take seconds to draw.
    const sizeAt = (target: number, widths: readonly [number, number, number], config: NetworkConfig) => {
      const sizes = widths.map((width) =>
        countParameters(buildNetwork({ ...config, width } as NetworkConfig, [32, 32, 3], 10, 1)),
      );
      return widths.reduce((sum, w, i) => {
        const others = widths.filter((v) => v !== w);
        return sum + sizes[i]! * others.reduce((product, v) => product * ((target - v) / (w - v)), 1);
      }, 0);
    };
    // WRN-16-4: 2.7 million (Zagoruyko & Komodakis 2016, table 5). ResNet-18 with the small stem: 11.17 million.
    const wide = sizeAt(64, [18, 20, 24], { kind: 'wide-resnet', blocksPerLayer: 2, width: 0 });
    expect(wide).toBeCloseTo(2_748_890, 3);
    expect(sizeAt(64, [1, 2, 3], { kind: 'resnet18', width: 0 })).toBeCloseTo(11_173_962, 3);
  });

  it('reads large images through the stem of ImageNet, which makes them four times smaller', () => {
    const network = buildNetwork(small.resnet18, [96, 96, 1], 3, 1);
    const shapes = shapesOf(network);
    expect(['stem', 'stem-pool', 'stage4-block2-add'].map((name) => shapes.get(name))).toEqual([
      [48, 48, 2],
      [24, 24, 2],
      [3, 3, 16],
    ]);
    expect(weightsOf(network)[0]!.shape).toEqual([7, 7, 1, 2]);
    const outputs = predictNetwork(network, new Float32Array(96 * 96).fill(0.5), 1);
    expect(outputs.every(Number.isFinite)).toBe(true);
    expect(shapesOf(buildNetwork(small.resnet18, [95, 96, 1], 3, 1)).has('stem-pool')).toBe(false);
  });

  it('starts every weight of a convolution at He variance', () => {
    const network = buildNetwork({ kind: 'wide-resnet', blocksPerLayer: 1, width: 32 }, [8, 8, 3], 10, 1);
    for (const { shape, values } of weightsOf(network).slice(1, -1)) {
      const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1);
      expectClose([varianceOf(values)], [2 / fanIn], { rtol: 0.2, atol: 0 });
    }
  });

  it('that does not exist, or does not fit the inputs, is an error that says so', () => {
    const build = (config: unknown, shape: readonly number[] = [8, 8, 1], k = 3) => {
      return () => buildNetwork(config as NetworkConfig, shape, k, 1);
    };
    expect(build({ kind: 'transformer' })).toThrow(
      'there is no architecture “transformer”; choose one of linear, mlp, cnn, wide-resnet, resnet18',
    );
    for (const kind of ['cnn', 'wide-resnet', 'resnet18'] as const)
      expect(build(small[kind], [64])).toThrow(
        `a ${kind} reads images [height, width, channels]; given inputs`,
      );
    expect(build({ ...small.mlp, hidden: [5, 0] })).toThrow('hidden: 0 is no size');
    expect(build({ ...small.cnn, channels: [1.5] })).toThrow('channels: 1.5 is no size');
    expect(build({ ...small['wide-resnet'], blocksPerLayer: 3 })).toThrow('blocksPerLayer is 3');
    expect(build({ ...small.resnet18, width: -1 })).toThrow('width: -1 is no size');
    expect(build({ ...small.mlp, dropout: 1 })).toThrow('dropout is 1; it must be at least 0 and below 1');
    expect(build({ ...small.linear, headScale: 0 })).toThrow('headScale is 0');
    expect(build(small.linear, [])).toThrow('inputs need a shape');
    expect(build(small.linear, [8], Number.NaN)).toThrow('numClasses: NaN is no size');
  });
});
