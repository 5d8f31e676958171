import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { type Network, parametersOf } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { countCorrect } from '../accuracy.js';
import { buildNetwork, type NetworkConfig } from '../architectures/build-network.js';
import { predictNetwork } from '../predict-network.js';
import { naiveLoss } from '../testing/naive-mlp.js';
import { stripes } from '../testing/stripes.js';
import { twoMoons } from '../testing/two-moons.js';
import { TrainingDivergedError, trainNetwork } from './train-network.js';
import { defaultTraining, type TrainingConfig } from './training-config.js';
import type { TrainingData } from './training-data.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const adam = { ...defaultTraining.optimizer, learningRate: 1e-2 };
const sgd = { type: 'sgd', learningRate: 0.1, momentum: 0, weightDecay: 0 } as const;
const config: TrainingConfig = { ...defaultTraining, optimizer: adam, steps: 200 };
const moonsNetwork = (seed: number, hidden = [16]) =>
  buildNetwork({ kind: 'mlp', hidden, activation: 'relu' }, [2], 2, seed);
const arraysOf = ({ nodes }: Network) =>
  nodes.flatMap(({ operation }) => Object.values(parametersOf(operation)).map(({ values }) => values));

const squaredLoss = (outputs: Float32Array, classes: Int32Array) =>
  outputs.reduce((sum, f, i) => sum + (f - (classes[i >> 1] === (i & 1) ? 1 : 0)) ** 2, 0) / classes.length;

describe('a step', () => {
  it.each(['squared', 'cross-entropy'] as const)('goes down the slopes of the mean %s loss', (loss) => {
    const data = twoMoons(6, 3);
    const network = buildNetwork(
      { kind: 'mlp', hidden: [5, 4], activation: 'relu', headScale: 1 },
      [2],
      2,
      4,
    );
    const one = { ...config, loss, steps: 1, optimizer: { ...sgd, learningRate: 1 } };
    const after = trainNetwork(network, data, one, 4);
    expectClose([after.loss], [naiveLoss(network, data, loss)], { rtol: 1e-5, atol: 1e-6 });
    const moved = arraysOf(after.network);
    arraysOf(network).forEach((parameters, p) => {
      const slopes = Array.from(parameters, (value, i) => {
        const at = (v: number) => {
          parameters[i] = v;
          return naiveLoss(network, data, loss);
        };
        const [up, down] = [Math.fround(value + 1e-4), Math.fround(value - 1e-4)];
        const slope = (at(up) - at(down)) / (up - down);
        parameters[i] = value;
        return slope;
      });
      expectClose(
        parameters.map((value, i) => value - moved[p]![i]!),
        slopes,
        { rtol: 1e-3, atol: 1e-4 },
      );
    });
  });

  it('of Adam goes the learning rate against the sign of each gradient at first', () => {
    const data = twoMoons(10, 5);
    const before = moonsNetwork(6);
    const steps = { ...config, steps: 1 };
    const slid = trainNetwork(before, data, { ...steps, optimizer: { ...sgd, learningRate: 1 } }, 6);
    const gone = trainNetwork(before, data, { ...steps, optimizer: { ...adam, learningRate: 1e-3 } }, 6);
    arraysOf(before).forEach((values, p) => {
      const expected = values.map((w, i) => {
        const g = w - arraysOf(slid.network)[p]![i]!;
        return w - (1e-3 * g) / (Math.abs(g) + 1e-8);
      });
      // Where the gradient is rounding, its sign is too.
      const isClear = (i: number) => Math.abs(values[i]! - arraysOf(slid.network)[p]![i]!) > 1e-5;
      const clear = [...values.keys()].filter(isClear);
      expect(clear.length).toBeGreaterThan(0);
      expectClose(
        clear.map((i) => arraysOf(gone.network)[p]![i]!),
        clear.map((i) => expected[i]!),
        { rtol: 1e-4, atol: 1e-6 },
      );
    });
  });

  it('shrinks the weights by the decay', () => {
    const network = moonsNetwork(1);
    const data = { ...twoMoons(4, 1), x: new Float32Array(8) };
    const decayed = (optimizer: TrainingConfig['optimizer']) =>
      arraysOf(trainNetwork(network, data, { ...config, steps: 1, optimizer }, 1).network)[0]!;
    // Inputs of 0 give the first layer no gradient.
    const expected = arraysOf(network)[0]!.map((w) => w * (1 - 0.1 * 0.5));
    for (const optimizer of [adam, sgd])
      expectClose(decayed({ ...optimizer, learningRate: 0.1, weightDecay: 0.5 }), expected, {
        rtol: 1e-6,
        atol: 1e-8,
      });
  });
});

describe('training', () => {
  it.each([
    ['squared', adam],
    ['cross-entropy', adam],
    ['squared', { ...sgd, momentum: 0.9 }],
  ] as const)('by %s loss learns what no linear model can (%o)', (loss, optimizer) => {
    const { network } = trainNetwork(
      moonsNetwork(1),
      twoMoons(200, 1),
      { ...config, steps: 400, loss, optimizer },
      1,
    );
    const test = twoMoons(400, 2);
    expect(countCorrect(predictNetwork(network, test.x, 400), test.classes, 2)).toBeGreaterThan(385);
  });

  const architectures: NetworkConfig[] = [
    { kind: 'linear' },
    { kind: 'mlp', hidden: [8], activation: 'tanh', dropout: 0.1 },
    { kind: 'cnn', channels: [4], hidden: 8 },
    { kind: 'wide-resnet', blocksPerLayer: 1, width: 4 },
    { kind: 'resnet18', width: 2 },
  ];
  it.each(architectures)('lowers the loss of $kind', (architecture) => {
    const data = stripes(12, 8, 1);
    const fresh = buildNetwork(architecture, [8, 8, 1], 2, 1);
    const losses: number[] = [];
    const { network, loss } = trainNetwork(fresh, data, { ...config, steps: 30 }, 1, {
      onVisit: ({ outputs }) => losses.push(squaredLoss(outputs, data.classes)),
    });
    expectClose([losses.at(-1)!], [loss], { rtol: 1e-4, atol: 1e-6 });
    expect(loss).toBeLessThan(0.6 * losses[0]!);
    expect(countCorrect(predictNetwork(network, data.x, 12), data.classes, 2)).toBeGreaterThanOrEqual(9);
  });

  it('gives the same weights for the same seed, bit for bit, and leaves the given network as it is', () => {
    const fresh = buildNetwork({ kind: 'mlp', hidden: [8], activation: 'relu', dropout: 0.3 }, [2], 2, 1);
    const kept = structuredClone(fresh);
    const train = (seed: number) =>
      trainNetwork(fresh, twoMoons(40, 1), { ...config, steps: 30, batchSize: 16 }, seed);
    expect(train(3)).toEqual(train(3));
    expect(train(3).network).not.toEqual(train(4).network);
    expect(fresh).toEqual(kept);
  });

  it('moves images anew in every step, and learns what holds wherever they lie', () => {
    // One image of each class, whose pattern lies elsewhere in every image of the test.
    const bar = (n: number, place: (i: number) => number) => {
      const x = new Float32Array(n * 64);
      for (let i = 0; i < n; i++)
        for (let step = 1; step < 7; step++)
          x[i * 64 + (i % 2 === 0 ? place(i) * 8 + step : step * 8 + place(i))] = 1;
      return { x, classes: Int32Array.from({ length: n }, (_, i) => i % 2) };
    };
    const augmentation = { shift: 0.4, rotation: 0, scale: 0, mirror: false };
    const fresh = buildNetwork({ kind: 'cnn', channels: [8], hidden: 16 }, [8, 8, 1], 2, 1);
    const train = (changed: Partial<TrainingConfig>) => {
      const seen = new Set<number>();
      const onVisit = ({ outputs }: { outputs: Float32Array }) => void seen.add(outputs[0]!);
      const { network } = trainNetwork(
        fresh,
        bar(2, () => 3),
        { ...config, ...changed },
        1,
        { onVisit },
      );
      const test = bar(16, (i) => i >> 1);
      const numRight = countCorrect(predictNetwork(network, test.x, 16), test.classes, 2);
      return { numRight, seen, network };
    };
    const moved = train({ augmentation });
    expect(moved.seen.size).toBe(config.steps);
    expect(moved.numRight).toBeGreaterThan(train({}).numRight);
    expect(moved.numRight).toBeGreaterThanOrEqual(14);
    expect(train({ augmentation }).network).toEqual(moved.network);
  });

  it('drops units anew in every step, whatever the layers are called', () => {
    const { inputShape, nodes } = buildNetwork(
      { kind: 'mlp', hidden: [8], activation: 'relu', dropout: 0.5, headScale: 1 },
      [2],
      2,
      1,
    );
    const renamed = (name: string) => (name === 'dropout1' ? 'x' : name);
    const network = {
      inputShape,
      nodes: nodes.map((node) => ({ ...node, name: renamed(node.name), inputs: node.inputs.map(renamed) })),
    };
    const still = { ...config, steps: 2000, optimizer: { ...sgd, learningRate: 1e-9 } };
    const data = twoMoons(2, 1);
    const sum = new Float64Array(4);
    const seen = new Set<number>();
    trainNetwork(network, data, still, 1, {
      onVisit: ({ outputs }) => {
        seen.add(outputs[0]!);
        outputs.forEach((f, i) => {
          sum[i]! += f / still.steps;
        });
      },
    });
    expect(seen.size).toBeGreaterThan(20);
    expectClose(sum, predictNetwork(network, data.x, 2), { rtol: 0, atol: 0.05 });
  });

  it('goes on from a trained network as if it had never stopped', () => {
    const architecture: NetworkConfig = { kind: 'wide-resnet', blocksPerLayer: 1, width: 2 };
    const fresh = buildNetwork(architecture, [4, 4, 1], 2, 1);
    const data = stripes(8, 4, 1);
    const train = (network: Network, steps: number) =>
      trainNetwork(network, data, { ...config, optimizer: sgd, steps }, 1).network;
    const [inTwo, atOnce] = [train(train(fresh, 3), 4), train(fresh, 7)];
    arraysOf(atOnce).forEach((values, p) => {
      expectClose(arraysOf(inTwo)[p]!, values, { rtol: 1e-4, atol: 1e-5 });
    });
  });

  it('leaves no tensor behind, not even when it is stopped', () => {
    const before = tf.memory().numTensors;
    const data = twoMoons(40, 1);
    const { network } = trainNetwork(moonsNetwork(1), data, { ...config, steps: 5, batchSize: 16 }, 1);
    predictNetwork(network, data.x, 40, 7);
    const checkCancelled = () => {
      throw new Error('enough');
    };
    expect(() => trainNetwork(moonsNetwork(1), data, config, 1, { checkCancelled })).toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reports every step and stops between steps', () => {
    const seen: string[] = [];
    let numChecks = 0;
    const train = () =>
      trainNetwork(moonsNetwork(1), twoMoons(10, 1), { ...config, steps: 9 }, 1, {
        onProgress: (done, total) => seen.push(`${done}/${total}`),
        checkCancelled: () => {
          if (++numChecks === 4) throw new Error('stop');
        },
      });
    expect(train).toThrow('stop');
    expect(seen).toEqual(['1/9', '2/9', '3/9']);
  });

  it('shows the outputs of every visit as they were before the update', () => {
    const data = twoMoons(10, 1);
    const fresh = moonsNetwork(1);
    const visits: { readonly step: number; readonly rows: number[]; readonly outputs: Float32Array }[] = [];
    trainNetwork(fresh, data, { ...config, steps: 3, batchSize: 4 }, 1, {
      onVisit: ({ step, rows, outputs }) => visits.push({ step, rows: [...rows], outputs }),
    });
    expect(visits.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const { rows, outputs } of visits) {
      expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
      expect(outputs).toHaveLength(8);
    }
    const all = predictNetwork(fresh, data.x, 10);
    const first = visits[0]!.rows.flatMap((row) => [...all.subarray(2 * row, 2 * row + 2)]);
    expectClose(visits[0]!.outputs, first, { rtol: 1e-5, atol: 1e-6 });
    expect(visits[2]!.outputs).not.toEqual(visits[1]!.outputs);
  });

  it('says so when it diverges', () => {
    const data = twoMoons(10, 1);
    const large = { ...data, x: data.x.map((v) => v * 1e30) };
    const train = () => trainNetwork(moonsNetwork(1), large, config, 1);
    expect(train).toThrow(TrainingDivergedError);
    expect(train).toThrow(/training diverged: .* at step \d+; lower the learning rate \(0\.01\)/);
  });

  it('refuses data and settings that do not fit', () => {
    const data = twoMoons(4, 1);
    const train = (change: Partial<TrainingData>, settings: Partial<TrainingConfig> = {}) => {
      return () => trainNetwork(moonsNetwork(1), { ...data, ...change }, { ...config, ...settings }, 1);
    };
    expect(train({ classes: new Int32Array() })).toThrow('no examples to train on');
    expect(train({ x: data.x.slice(1) })).toThrow('7 numbers do not make 4 examples of 2 inputs');
    expect(train({ classes: Int32Array.of(0, 1, 2, 0) })).toThrow('class 2 is not one of 0 … 1');
    expect(train({ x: data.x.map((v, i) => (i === 5 ? Number.NaN : v)) })).toThrow('example 2 holds NaN');
    expect(train({ softTargets: new Float32Array(7) })).toThrow('7 soft targets are not 4 examples of 2');
    expect(train({ softTargets: new Float32Array(8).fill(Infinity) })).toThrow('example 0 hold Infinity');
    expect(train({}, { steps: 0 })).toThrow('steps is 0; it must be a whole number from 1 on');
    expect(train({}, { labelSmoothing: 1 })).toThrow('labelSmoothing is 1; it must be at least 0 and below');
    const earlyStopping = { share: 0.9, everySteps: 1, patience: 1 };
    expect(train({}, { earlyStopping })).toThrow('of 4 examples, 4 would be held out and none trained on');
    const augmentation = { shift: 0.1, rotation: 0, scale: 0, mirror: false };
    expect(train({}, { augmentation })).toThrow('inputs of shape [2] are no images');
    expect(train({}, { augmentation: { ...augmentation, shift: 0.6 } })).toThrow(
      'augmentation.shift is 0.6; it must be from 0 to 0.5',
    );
  });
});

describe('targets', () => {
  const data = twoMoons(5, 1);
  const fitted = (change: Partial<TrainingData>, settings: Partial<TrainingConfig>) => {
    const long = { ...config, steps: 600, ...settings };
    const { network } = trainNetwork(moonsNetwork(1, [32]), { ...data, ...change }, long, 1);
    return predictNetwork(network, data.x, 5);
  };
  const softTargets = Float32Array.of(0.9, 0.1, 0.3, 0.7, 0.5, 0.5, 0.2, 0.8, 1, 0);

  it('may be soft', () => {
    expectClose(fitted({ softTargets }, {}), softTargets, { rtol: 0, atol: 0.02 });
    const f = fitted({ softTargets: softTargets.map((p) => 0.8 * p + 0.1) }, { loss: 'cross-entropy' });
    const p = softTargets.map((_, i) => 1 / (1 + Math.exp(f[i ^ 1]! - f[i]!)));
    expectClose(
      p,
      softTargets.map((t) => 0.8 * t + 0.1),
      { rtol: 0, atol: 0.02 },
    );
  });

  it('are smoothed on request', () => {
    const expected = [...data.classes].flatMap((c) => (c === 0 ? [0.9, 0.1] : [0.1, 0.9]));
    expectClose(fitted({}, { labelSmoothing: 0.2 }), expected, { rtol: 0, atol: 0.02 });
  });
});
