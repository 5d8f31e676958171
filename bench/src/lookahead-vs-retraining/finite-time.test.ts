import { chooseEngine, createRandom } from '@tangent/compute';
import { buildNetwork, predictNetwork } from '@tangent/models';
import { beforeAll, expect, it } from 'vitest';
import { finiteTimeLookAhead } from './finite-time.js';
import { type Reference, retrainAll } from './retrain.js';
import { pseudoLabels, type Task } from './task.js';

beforeAll(async () => {
  await chooseEngine({});
});

const [numItems, numInputs, numClasses] = [30, 5, 3];

/** A linear network: its kernel never moves, so that flow and training are one. */
function linearTask(): Task {
  const random = createRandom(4);
  const x = Float32Array.from({ length: numItems * numInputs }, () => random.normal());
  const classes = Int32Array.from({ length: numItems }, () => random.integer(numClasses));
  const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    pool: { x, classes, numItems, numInputs, numClasses, inputShape: [numInputs] } as unknown as Task['pool'],
    network: buildNetwork({ kind: 'linear' }, [numInputs], numClasses, 1),
    labeled: range(0, 8),
    candidates: range(8, 14),
    evaluation: range(14, 30),
    open: range(8, 30),
    data: { x: x.slice(0, 8 * numInputs), classes: classes.slice(0, 8) },
  };
}

it.each([
  ['few steps', 3, 0],
  ['many steps', 100, 0],
  ['momentum', 100, 0.9],
])('is what retraining does to a linear network: %s', (_, epochs, momentum) => {
  const task = linearTask();
  const learningRate = momentum > 0 ? 4e-3 : 5e-2;
  const reference: Reference = {
    name: '',
    epochs,
    optimizer: { type: 'sgd', learningRate, momentum, weightDecay: 0 },
  };
  const { pool, network, candidates } = task;
  const { classes } = pseudoLabels(task, candidates, predictNetwork(network, pool.x, pool.numItems));
  const real = retrainAll(task, classes, reference).changes;
  const { changes } = finiteTimeLookAhead(task, reference);
  changes.forEach((change, c) => {
    expect(Math.abs(change - real[c]!) / real[c]!).toBeLessThan(1e-3);
  });
});

it('refuses an optimiser that is no gradient descent', () => {
  const reference: Reference = {
    name: '',
    epochs: 1,
    optimizer: { type: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.9, weightDecay: 0 },
  };
  expect(() => finiteTimeLookAhead(linearTask(), reference)).toThrow(RangeError);
});
