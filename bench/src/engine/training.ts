import { adam, captureTraining, constantRate, sgd } from '@tangent/tfjs-onnxruntime';
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from './networks.js';
import { numbers } from './numbers.js';

/** Milliseconds of captured training steps on a batch that stays the same, after a warm-up. */
export function timeTraining(
  build: () => Network,
  options: { readonly batch: number; readonly optimiser: 'adam' | 'sgd'; readonly runs: number },
): number[] {
  const { batch, optimiser, runs } = options;
  const network = build();
  const make = optimiser === 'adam' ? adam : sgd;
  const step = captureTraining({
    inputs: {
      x: { shape: [batch, ...network.inputShape], dtype: 'float32' },
      y: { shape: [batch], dtype: 'int32' },
    },
    parameters: network.parameters,
    others: network.others,
    loss: ({ x, y }) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(y!, network.numClasses), network.f(x!, true)) as tf.Scalar,
    optimizer: make(network.parameters, { rate: constantRate(optimiser === 'adam' ? 1e-3 : 0.1) }),
  });
  const x = numbers([batch, ...network.inputShape]);
  const y = Int32Array.from({ length: batch }, (_, i) => i % network.numClasses);
  const runsMs: number[] = [];
  let firstLoss = Number.NaN;
  let loss = Number.NaN;
  for (let i = -5; i < runs; i++) {
    const from = performance.now();
    loss = step.run({ x, y }, i + 5);
    if (i === -5) firstLoss = loss;
    if (i >= 0) runsMs.push(performance.now() - from);
  }
  step.dispose();
  tf.dispose([...network.parameters, ...network.others]);
  if (!(loss < firstLoss)) throw new Error(`the loss went from ${firstLoss} to ${loss}: this is no training`);
  return runsMs;
}

/** Milliseconds of forward passes. */
export function timeForward(build: () => Network, batch: number, runs: number): number[] {
  const network = build();
  const x = tf.tensor(numbers([batch, ...network.inputShape]), [batch, ...network.inputShape]);
  const runsMs: number[] = [];
  for (let i = -2; i < runs; i++) {
    const from = performance.now();
    tf.tidy(() => network.f(x, false).dataSync());
    if (i >= 0) runsMs.push(performance.now() - from);
  }
  tf.dispose([x, ...network.parameters, ...network.others]);
  return runsMs;
}
