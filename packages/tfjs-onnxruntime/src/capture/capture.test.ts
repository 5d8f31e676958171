import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  adam,
  CaptureError,
  captureStep,
  captureTraining,
  constantRate,
  cosineRate,
  type OnnxRuntimeBackend,
  sgd,
} from '../index.js';
import { relativeError, useOnnxRuntime, wave } from '../testing/backends.js';

let backend: OnnxRuntimeBackend;
beforeEach(async () => {
  backend = await useOnnxRuntime();
});

const [batch, numInputs, numClasses] = [6, 5, 3];
const inputs = {
  x: { shape: [batch, numInputs], dtype: 'float32' },
  y: { shape: [batch], dtype: 'int32' },
} as const;
const network = () => {
  const parameters = [
    tf.variable(wave([numInputs, 8], 1)),
    tf.variable(tf.zeros([8])),
    tf.variable(wave([8, numClasses], 2)),
    tf.variable(tf.zeros([numClasses])),
  ];
  const [w1, b1, w2, b2] = parameters as unknown as tf.Tensor2D[];
  const f = (x: tf.Tensor) =>
    tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w1!), b1!)) as tf.Tensor2D, w2!), b2!);
  const loss = ({ x, y }: Readonly<Record<string, tf.Tensor>>) =>
    tf.losses.softmaxCrossEntropy(tf.oneHot(y!, numClasses), f(x!)) as tf.Scalar;
  return { parameters, loss };
};
const dataOf = (step: number) => ({
  x: wave([batch, numInputs], step).dataSync() as Float32Array,
  y: Int32Array.from({ length: batch }, (_, i) => (i + step) % numClasses),
});

describe('captured training', () => {
  const optimizers = {
    'adam, as the optimizer of tfjs': {
      ours: (p: tf.Variable[]) => adam(p, { rate: constantRate(0.01), epsilon: 1e-7 }),
      theirs: () => tf.train.adam(0.01, 0.9, 0.999, 1e-7),
    },
    'sgd, as the optimizer of tfjs': {
      ours: (p: tf.Variable[]) => sgd(p, { rate: constantRate(0.1) }),
      theirs: () => tf.train.sgd(0.1),
    },
    'momentum, as the optimizer of tfjs': {
      ours: (p: tf.Variable[]) => sgd(p, { rate: constantRate(0.1), momentum: 0.9 }),
      theirs: () => tf.train.momentum(0.1, 0.9),
    },
  };
  it.each(Object.entries(optimizers))('with %s, does the steps that tfjs does', (_, { ours, theirs }) => {
    const [captured, eager] = [network(), network()];
    const training = captureTraining({ inputs, ...captured, optimizer: ours(captured.parameters) });
    const optimizer = theirs();
    for (let step = 0; step < 12; step++) {
      const data = dataOf(step);
      const loss = training.run(data, step);
      const expected = tf.tidy(() => {
        const tensors = { x: tf.tensor(data.x, [batch, numInputs]), y: tf.tensor(data.y, [batch], 'int32') };
        return optimizer.minimize(() => eager.loss(tensors), true, eager.parameters)!.dataSync()[0]!;
      });
      expect(loss).toBeCloseTo(expected, 4);
    }
    captured.parameters.forEach((parameter, at) => {
      expect(relativeError(parameter.dataSync(), eager.parameters[at]!.dataSync())).toBeLessThan(2e-4);
    });
  });

  it('decays the weights, apart from the gradient with adam, in it with sgd', () => {
    const decayed = (make: typeof adam | typeof sgd) => {
      const p = tf.variable(tf.tensor1d([1, -2]));
      const training = captureTraining({
        inputs: {},
        parameters: [p],
        loss: () => tf.sum(tf.mul(p, 0)) as tf.Scalar,
        optimizer: make([p], { rate: constantRate(0.1), weightDecay: 0.5 }),
      });
      training.run({}, 0);
      return Array.from(p.dataSync());
    };
    for (const make of [adam, sgd]) {
      const [a, b] = decayed(make);
      expect(a).toBeCloseTo(0.95, 6);
      expect(b).toBeCloseTo(-1.9, 6);
    }
  });

  it('lets the rate follow a schedule', () => {
    const schedule = cosineRate({ rate: 1, numSteps: 10, warmup: 2 });
    expect([0, 1, 2, 6, 10, 50].map(schedule)).toEqual(
      [0.5, 1, 1, 0.5, 0, 0].map((v) => expect.closeTo(v, 12)),
    );
    const p = tf.variable(tf.tensor1d([0]));
    const training = captureTraining({
      inputs: {},
      parameters: [p],
      loss: () => tf.sum(p) as tf.Scalar,
      optimizer: sgd([p], { rate: schedule }),
    });
    for (const step of [0, 1, 10]) training.run({}, step);
    expect(p.dataSync()[0]).toBeCloseTo(-1.5, 6);
  });

  it('does not touch what was read from its variables', () => {
    const { parameters, loss } = network();
    const training = captureTraining({
      inputs,
      parameters,
      loss,
      optimizer: sgd(parameters, { rate: constantRate(0.5) }),
    });
    const copy = parameters[0]!.clone();
    const read = parameters[0]!.dataSync();
    const before = Float32Array.from(read);
    for (let step = 0; step < 5; step++) training.run(dataOf(step), step);
    expect(read).toEqual(before);
    expect(copy.dataSync()).toEqual(before);
    expect(parameters[0]!.dataSync()).not.toEqual(before);
  });

  it('leaves as many tensors as it found', () => {
    const { parameters, loss } = network();
    const training = captureTraining({
      inputs,
      parameters,
      loss,
      optimizer: adam(parameters, { rate: constantRate(0.01) }),
    });
    training.run(dataOf(0), 0);
    const data = dataOf(1);
    const { numTensors } = tf.memory();
    for (let step = 1; step < 20; step++) training.run(data, step);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('refuses parameters that hold NaN, and names tensor and place', () => {
    const p = tf.variable(tf.tensor2d([[1, Number.NaN]]), true, 'dense/kernel');
    const capture = () =>
      captureTraining({
        inputs: {},
        parameters: [p],
        loss: () => tf.sum(p) as tf.Scalar,
        optimizer: sgd([p], { rate: constantRate(1) }),
      });
    expect(capture).toThrow(/dense\/kernel.*\[1,2\].*NaN at place 1/);
  });
});

describe('a captured step', () => {
  const double = { inputs: { x: { shape: [3], dtype: 'float32' } }, variables: [] } as const;

  it('takes its inputs anew every time', () => {
    const step = captureStep({ ...double, step: ({ x }) => ({ y: tf.mul(x!, 2) }) });
    expect(step.run({ x: Float32Array.of(1, 2, 3) }).y).toEqual(Float32Array.of(2, 4, 6));
    expect(step.run({ x: Float32Array.of(4, 5, 6) }).y).toEqual(Float32Array.of(8, 10, 12));
  });

  it('refuses an array made in JavaScript that was not declared, and names the operation', () => {
    const mask = () => tf.tensor1d([1, 0, 1]);
    const undeclared = () => captureStep({ ...double, step: ({ x }) => ({ y: tf.mul(x!, mask()) }) });
    expect(undeclared).toThrow(CaptureError);
    expect(undeclared).toThrow(/kernel Multiply.*float32\[3\]/);
    const declared = mask();
    const step = captureStep({
      ...double,
      constants: [declared],
      step: ({ x }) => ({ y: tf.mul(x!, declared) }),
    });
    expect(step.run({ x: Float32Array.of(1, 2, 3) }).y).toEqual(Float32Array.of(1, 0, 3));
  });

  it('refuses a number that changes between recordings', () => {
    let rate = 0.1;
    const halved = () => {
      rate /= 2;
      return rate;
    };
    const changing = () => captureStep({ ...double, step: ({ x }) => ({ y: tf.mul(x!, halved()) }) });
    expect(changing).toThrow(/a scalar of the step was 0\.05.* at first and 0\.025.* the second time/);
  });

  it('refuses to be read while it is recorded', () => {
    const reading = () =>
      captureStep({ ...double, step: ({ x }) => ({ y: tf.mul(x!, tf.add(x!, 1).dataSync()[0]!) }) });
    expect(reading).toThrow('reads numbers while it is recorded');
    expect(tf.square(3).dataSync()[0]).toBe(9);
  });

  it('refuses inputs that do not fit, and goes on working', () => {
    const step = captureStep({ ...double, step: ({ x }) => ({ y: tf.mul(x!, 2) }) });
    expect(() => step.run({})).toThrow('without its input “x”');
    expect(() => step.run({ x: new Float32Array(4) })).toThrow(
      /“x” is float32 of shape \[3\], 3 numbers.*of 4/,
    );
    expect(() => step.run({ x: new Int32Array(3) })).toThrow('Int32Array');
    expect(step.run({ x: Float32Array.of(1, 2, 3) }).y).toEqual(Float32Array.of(2, 4, 6));
  });

  it('gives variables that are assigned one result an array that stays', () => {
    const [a, b] = [tf.variable(tf.zeros([3])), tf.variable(tf.zeros([3]))];
    const step = captureStep({
      inputs: { x: { shape: [3], dtype: 'float32' } },
      variables: [a, b],
      step: ({ x }) => {
        const y = tf.mul(x!, 2);
        a.assign(y);
        b.assign(y);
        return {};
      },
    });
    step.run({ x: Float32Array.of(1, 2, 3) });
    a.assign(tf.zeros([3])); // lets go of its half of the array
    for (let i = 0; i < 5; i++) tf.tidy(() => tf.add(wave([3], i), i).dataSync());
    expect(Array.from(b.dataSync())).toEqual([2, 4, 6]);
  });

  it('refuses to be captured on another backend, and names the one it needs', async () => {
    await tf.setBackend('cpu');
    expect(() => captureStep({ ...double, step: ({ x }) => ({ y: tf.mul(x!, 2) }) })).toThrow(
      "backend onnxruntime, and cpu is in use: tf.setBackend('onnxruntime') first",
    );
  });

  it('leaves its variables as they are while it is recorded', () => {
    const v = tf.variable(tf.tensor1d([1, 2, 3]));
    const step = captureStep({
      inputs: { x: { shape: [3], dtype: 'float32' } },
      variables: [v],
      step: ({ x }) => {
        v.assign(tf.add(v, x!));
        return { sum: tf.sum(v) };
      },
    });
    expect(Array.from(v.dataSync())).toEqual([1, 2, 3]);
    expect(step.run({ x: Float32Array.of(1, 1, 1) }).sum![0]).toBe(9);
    expect(Array.from(v.dataSync())).toEqual([2, 3, 4]);
    expect(backend.stats().numRuns).toBeGreaterThan(0);
  });
});
