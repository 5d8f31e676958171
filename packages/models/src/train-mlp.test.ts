import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { countCorrect } from './accuracy.js';
import { createMlp, defaultMlpConfig, type Mlp, type MlpConfig } from './mlp.js';
import { batchOf, lossGradients } from './mlp-tensors.js';
import { predictMlp } from './predict-mlp.js';
import { twoMoons } from './testing/two-moons.js';
import { type TrainingData, TrainingDivergedError, trainMlp } from './train-mlp.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const small: MlpConfig = { ...defaultMlpConfig, hidden: [16], steps: 200, learningRate: 1e-2 };

/** f(x) in float64, by its definition. */
function naiveOutputs({ layers }: Mlp, x: ArrayLike<number>): number[] {
  return layers.reduce(
    (input: number[], { weights, bias, numInputs, numOutputs, activation }) =>
      Array.from({ length: numOutputs }, (_, o) => {
        let z = bias[o]!;
        for (let i = 0; i < numInputs; i++) z += input[i]! * weights[i * numOutputs + o]!;
        return activation === 'relu' ? Math.max(0, z) : z;
      }),
    Array.from(x),
  );
}

function naiveLoss(model: Mlp, { x, classes, numInputs }: TrainingData, loss: MlpConfig['loss']): number {
  let sum = 0;
  classes.forEach((c, i) => {
    const f = naiveOutputs(model, x.subarray(i * numInputs, (i + 1) * numInputs));
    const logSum = Math.log(f.reduce((s, v) => s + Math.exp(v), 0));
    if (loss === 'cross-entropy') sum += logSum - f[c]!;
    else
      f.forEach((v, j) => {
        sum += (v - (j === c ? 1 : 0)) ** 2;
      });
  });
  return sum / classes.length;
}

describe('a fresh perceptron', () => {
  it('has He variance in the hidden layers and a small head', () => {
    const { layers } = createMlp(400, 10, { ...defaultMlpConfig, hidden: [300, 200] }, 1);
    expect(layers.map((l) => [l.name, l.numInputs, l.numOutputs, l.activation])).toEqual([
      ['hidden1', 400, 300, 'relu'],
      ['hidden2', 300, 200, 'relu'],
      ['head', 200, 10, 'linear'],
    ]);
    const variances = layers.map((l) => l.weights.reduce((s, w) => s + w * w, 0) / l.weights.length);
    expectClose(variances, [2 / 400, 2 / 300, 0.01 / 200], { rtol: 0.08, atol: 0 });
    for (const { bias } of layers) expect(bias.every((b) => b === 0)).toBe(true);
  });

  it('is the same for the same seed and another for another', () => {
    const create = (seed: number) => createMlp(5, 3, small, seed);
    expect(create(7)).toEqual(create(7));
    expect(create(7).layers[0]!.weights).not.toEqual(create(8).layers[0]!.weights);
  });
});

describe('the gradients', () => {
  it.each(['squared', 'cross-entropy'] as const)('are the slopes of the mean %s loss', (loss) => {
    const data = twoMoons(6, 3);
    const config = { ...small, hidden: [5, 4], headScale: 1, loss };
    const model = createMlp(2, 2, config, 4);
    const batch = batchOf(
      data,
      Int32Array.from({ length: 6 }, (_, i) => i),
    );
    const found = lossGradients(model.layers, batch, loss);
    tf.dispose({ ...batch });
    expectClose([found.loss], [naiveLoss(model, data, loss)], { rtol: 1e-5, atol: 1e-6 });
    model.layers.forEach((layer, l) => {
      for (const [parameters, gradient] of [
        [layer.weights, found.layers[l]!.weights],
        [layer.bias, found.layers[l]!.bias],
      ] as const) {
        const slopes = Array.from(parameters, (value, i) => {
          const at = (v: number) => {
            parameters[i] = v;
            return naiveLoss(model, data, loss);
          };
          const [up, down] = [Math.fround(value + 1e-4), Math.fround(value - 1e-4)];
          const slope = (at(up) - at(down)) / (up - down);
          parameters[i] = value;
          return slope;
        });
        expectClose(gradient, slopes, { rtol: 1e-3, atol: 1e-4 });
      }
    });
  });
});

describe('training', () => {
  it.each(['squared', 'cross-entropy'] as const)('by %s loss learns what no linear model can', (loss) => {
    const { model } = trainMlp(twoMoons(200, 1), { ...small, steps: 400, loss }, 1);
    const test = twoMoons(400, 2);
    expect(countCorrect(predictMlp(model, test.x, 400), test.classes, 2)).toBeGreaterThan(385);
  });

  it('gives the same weights for the same seed, bit for bit', () => {
    const train = (seed: number) => trainMlp(twoMoons(40, 1), { ...small, steps: 30, batchSize: 16 }, seed);
    expect(train(3)).toEqual(train(3));
    expect(train(3).model).not.toEqual(train(4).model);
  });

  it('takes the first Adam step of the learning rate against the sign of each gradient', () => {
    const data = twoMoons(10, 5);
    const config = { ...small, headScale: 1, steps: 1, learningRate: 1e-3 };
    const before = createMlp(2, 2, config, 6);
    const batch = batchOf(
      data,
      Int32Array.from({ length: 10 }, (_, i) => i),
    );
    const gradients = lossGradients(before.layers, batch, 'squared');
    tf.dispose({ ...batch });
    const { model } = trainMlp(data, config, 6);
    model.layers.forEach(({ weights }, l) => {
      const expected = before.layers[l]!.weights.map((w, i) => {
        const g = gradients.layers[l]!.weights[i]!;
        return w - (1e-3 * g) / (Math.abs(g) + 1e-8);
      });
      expectClose(weights, expected, { rtol: 1e-5, atol: 1e-7 });
    });
  });

  it('leaves no tensor behind, not even when it is stopped', () => {
    const before = tf.memory().numTensors;
    const data = twoMoons(40, 1);
    const { model } = trainMlp(data, { ...small, steps: 5, batchSize: 16 }, 1);
    predictMlp(model, data.x, 40, 7);
    const checkCancelled = () => {
      throw new Error('enough');
    };
    expect(() => trainMlp(data, small, 1, { checkCancelled })).toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reports every step and stops between steps', () => {
    const seen: string[] = [];
    let numChecks = 0;
    const run = () =>
      trainMlp(twoMoons(10, 1), { ...small, steps: 9 }, 1, {
        onProgress: (done, total) => seen.push(`${done}/${total}`),
        checkCancelled: () => {
          if (++numChecks === 4) throw new Error('stop');
        },
      });
    expect(run).toThrow('stop');
    expect(seen).toEqual(['1/9', '2/9', '3/9']);
  });

  it('says so when it diverges', () => {
    const data = twoMoons(10, 1);
    const large = { ...data, x: data.x.map((v) => v * 1e30) };
    expect(() => trainMlp(large, small, 1)).toThrow(TrainingDivergedError);
    expect(() => trainMlp(large, small, 1)).toThrow(
      /training diverged: .* at step \d+; lower the learning rate \(0\.01\)/,
    );
  });

  it('refuses data that does not fit', () => {
    const data = twoMoons(4, 1);
    const train = (change: Partial<TrainingData>) => () => trainMlp({ ...data, ...change }, small, 1);
    expect(train({ classes: new Int32Array() })).toThrow('no examples to train on');
    expect(train({ numInputs: 3 })).toThrow('8 numbers do not make 4 examples of 3 inputs');
    expect(train({ classes: Int32Array.of(0, 1, 2, 0) })).toThrow('class 2 is not one of 0 … 1');
    expect(train({ x: data.x.map((v, i) => (i === 5 ? Number.NaN : v)) })).toThrow('example 2 holds NaN');
  });
});

describe('prediction', () => {
  it('is that of the definition, whatever the chunks', () => {
    const { x } = twoMoons(10, 2);
    const model = createMlp(2, 3, { ...small, hidden: [7, 5], headScale: 1 }, 3);
    const expected = Array.from({ length: 10 }, (_, i) =>
      naiveOutputs(model, x.subarray(2 * i, 2 * i + 2)),
    ).flat();
    for (const chunk of [1, 3, 10, 4096])
      expectClose(predictMlp(model, x, 10, chunk), expected, { rtol: 1e-4, atol: 1e-5 });
    expect(predictMlp(model, new Float32Array(), 0)).toHaveLength(0);
    expect(() => predictMlp(model, x, 11)).toThrow('20 numbers do not make 11 examples of 2 inputs');
  });
});
