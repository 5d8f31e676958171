import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { parametersOf } from '@tangent/networks';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '../architectures/build-network.js';
import { twoMoons } from '../testing/two-moons.js';
import { withoutIdleInputs } from './idle-inputs.js';
import { trainNetwork } from './train-network.js';
import { defaultTraining } from './training-config.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [n, width] = [12, 9];
/** Two moons in columns 2 and 7 of nine; `rest` in one place of another column. */
function spread(rest: number) {
  const { x, classes } = twoMoons(n, 1);
  const wide = new Float32Array(n * width);
  for (let i = 0; i < n; i++) {
    wide[i * width + 2] = x[2 * i]!;
    wide[i * width + 7] = x[2 * i + 1]!;
  }
  for (const column of [0, 1, 3, 4]) wide[column] = rest;
  return { x: wide, classes };
}
const network = buildNetwork({ kind: 'mlp', hidden: [6], activation: 'relu' }, [width], 2, 1);
const kernel = (of: typeof network) => {
  const { kernel } = parametersOf(of.nodes[0]!.operation);
  return kernel!.values;
};

describe('inputs that are 0 in every example', () => {
  it.each([
    defaultTraining.optimizer,
    { type: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0 } as const,
  ])('make no difference to training by $type', (optimizer) => {
    const config = { ...defaultTraining, optimizer, steps: 40 };
    const reduced = trainNetwork(network, spread(0), config, 1);
    // Numbers too small to matter keep all the inputs in.
    const whole = trainNetwork(network, spread(1e-30), config, 1);
    expect(withoutIdleInputs(network, spread(0).x)).not.toBeNull();
    expect(withoutIdleInputs(network, spread(1e-30).x)).toBeNull();
    expectClose([reduced.loss], [whole.loss], { rtol: 1e-4, atol: 1e-6 });
    const used = (values: Float32Array) => values.filter((_, i) => [2, 7].includes(Math.floor(i / 6)));
    expectClose(used(kernel(reduced.network)), used(kernel(whole.network)), { rtol: 1e-3, atol: 1e-5 });
    const idle = (values: Float32Array) => values.filter((_, i) => ![2, 7].includes(Math.floor(i / 6)));
    expect(idle(kernel(reduced.network))).toEqual(idle(kernel(network)));
    expect(reduced.network.inputShape).toEqual([width]);
  });

  it('stay in where weights decay, where few are idle, and where no dense layer reads them', () => {
    const decaying = { ...defaultTraining.optimizer, weightDecay: 0.5 };
    const { network: decayed } = trainNetwork(
      network,
      spread(0),
      { ...defaultTraining, optimizer: decaying, steps: 1 },
      1,
    );
    expectClose([kernel(decayed)[0]!], [kernel(network)[0]! * (1 - 5e-4)], { rtol: 1e-6, atol: 0 });
    const image = buildNetwork({ kind: 'cnn', channels: [2], hidden: 3 }, [3, 3, 1], 2, 1);
    expect(withoutIdleInputs(image, spread(0).x)).toBeNull();
    expect(withoutIdleInputs(network, new Float32Array(n * width))).toBeNull();
  });
});
