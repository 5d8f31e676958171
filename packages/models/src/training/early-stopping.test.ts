import { chooseEngine, createRandom } from '@tangent/compute';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '../architectures/build-network.js';
import { twoMoons } from '../testing/two-moons.js';
import { BestNetwork } from './early-stopping.js';
import { trainNetwork } from './train-network.js';
import { defaultTraining, type TrainingConfig } from './training-config.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const network = buildNetwork({ kind: 'mlp', hidden: [32], activation: 'relu', headScale: 1 }, [2], 2, 1);
// Labels at random: whatever is learnt is wrong elsewhere.
const random = createRandom(3);
const data = { ...twoMoons(40, 1), classes: Int32Array.from({ length: 40 }, () => random.integer(2)) };
const config: TrainingConfig = {
  ...defaultTraining,
  loss: 'cross-entropy',
  optimizer: { ...defaultTraining.optimizer, learningRate: 3e-2 },
  steps: 300,
  earlyStopping: { share: 0.25, everySteps: 5, patience: 3 },
};

describe('early stopping', () => {
  it('stops when the held-out loss has not fallen for so many looks, and gives the best network back', () => {
    const trained = trainNetwork(network, data, config, 1);
    expect(trained.numSteps).toBe(trained.best!.step + 15);
    expect(trained.numSteps).toBeLessThan(300);
    const again = trainNetwork(network, data, { ...config, steps: trained.best!.step }, 1);
    expect(again.best).toEqual(trained.best);
    expect(again.network).toEqual(trained.network);
  });

  it('trains on no held-out item', () => {
    const visited = new Set<number>();
    trainNetwork(network, data, { ...config, steps: 20 }, 1, {
      onVisit: ({ rows }) => {
        for (const row of rows) visited.add(row);
      },
    });
    expect(visited.size).toBe(30);
  });

  it('looks at the last step too', () => {
    expect(trainNetwork(network, data, { ...config, steps: 3 }, 1).best!.step).toBe(3);
  });

  it('keeps the first of equal losses, and counts from the last minimum', () => {
    const best = new BestNetwork({ share: 0.1, everySteps: 1, patience: 2 });
    const losses = [3, 2, 2.5, 1, 1, 1.5, 0];
    const isStop = losses.map((loss, i) => best.look(loss, i + 1, () => ({ ...network, nodes: [] })));
    expect(isStop.indexOf(true)).toBe(5);
    expect(new BestNetwork(config.earlyStopping!).isDue(7, 9)).toBe(false);
  });
});
