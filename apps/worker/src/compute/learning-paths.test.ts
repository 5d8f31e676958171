import { chooseEngine, createRandom } from '@tangent/compute';
import {
  buildNetwork,
  countCorrect,
  defaultTraining,
  embeddingsOf,
  predictNetwork,
  type TrainingConfig,
  trainHead,
  trainNetwork,
} from '@tangent/models';
import { chooseHeadProbe, FilterPaths, headEnergy } from '@tangent/ntk';
import { beforeAll, expect, test } from 'vitest';

// Learning-path tools of packages/ntk on real trainings of packages/models, which do not know of each other.

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [width, k] = [20, 3];

/** Items of three clouds, which overlap a little; the clouds are those of the seed, the items those of `part`. */
function clouds(n: number, seed: number, part: string) {
  const random = createRandom(seed);
  const centres = random.fork('centres');
  const at = Array.from({ length: k * width }, () => 0.7 * centres.normal());
  const items = random.fork(part);
  const classes = Int32Array.from({ length: n }, (_, i) => i % k);
  const x = Float32Array.from(
    { length: n * width },
    (_, j) => at[classes[Math.floor(j / width)]! * width + (j % width)]! + items.normal(),
  );
  return { x, classes };
}

const training = (steps: number): TrainingConfig => ({
  ...defaultTraining,
  loss: 'cross-entropy',
  steps,
  batchSize: 64,
  optimizer: { ...defaultTraining.optimizer, learningRate: 3e-3 },
});

test('targets distilled from filtered paths teach more than the noisy labels that they come from', () => {
  for (const seed of [1, 2, 3]) {
    const data = clouds(240, seed, 'training');
    const held = clouds(900, seed, 'test');
    const random = createRandom(seed).fork('noise');
    const noisy = data.classes.map((c) => (random.uniform() < 0.4 ? (c + 1 + random.integer(k - 1)) % k : c));
    const network = buildNetwork({ kind: 'mlp', hidden: [64], activation: 'relu' }, [width], k, seed);
    const paths = new FilterPaths({ numItems: noisy.length, numClasses: k });
    const given = { x: data.x, classes: noisy };
    const accuracyOf = (trained: ReturnType<typeof trainNetwork>) =>
      countCorrect(predictNetwork(trained.network, held.x, 900), held.classes, k) / 900;
    const plain = trainNetwork(network, given, training(150), seed, {
      onVisit: ({ rows, outputs }) => paths.visit(rows, outputs),
    });
    const softTargets = Float32Array.from(paths.distilledTargets(noisy));
    const distilled = trainNetwork(network, { ...given, softTargets }, training(150), seed);
    expect(accuracyOf(distilled) - accuracyOf(plain)).toBeGreaterThan(0.03);
  }
});

test('the longer a head is probed, the less energy is left, and the less the features move', () => {
  // A backbone that has learnt to tell clouds, and a task whose classes are others.
  const backbone = trainNetwork(
    buildNetwork({ kind: 'mlp', hidden: [32], activation: 'relu' }, [width], k, 1),
    clouds(300, 1, 'before'),
    training(80),
    1,
  ).network;
  const [data, validation] = [clouds(90, 2, 'training'), clouds(300, 2, 'validation')];
  // Features move along gradients of the energy by plain descent; Adam moves them as far whatever is left.
  const descent = { type: 'sgd', learningRate: 0.02, momentum: 0, weightDecay: 0 } as const;
  const featuresOf = (network: typeof backbone) => embeddingsOf(network, data.x, 90).values;
  const before = featuresOf(backbone);
  const sweep = [0, 5, 20, 80, 320].map((numEpochs) => {
    const probed = numEpochs === 0 ? backbone : trainHead(backbone, data, training(numEpochs), 1).network;
    const tuned = trainNetwork(probed, data, { ...training(60), optimizer: descent }, 1).network;
    const right = countCorrect(predictNetwork(tuned, validation.x, 300), validation.classes, k);
    const moved = Math.hypot(...featuresOf(tuned).map((value, i) => value - before[i]!));
    const energy = headEnergy(predictNetwork(probed, data.x, 90), data.classes, k);
    return { numEpochs, energy, validationAccuracy: right / 300, moved };
  });
  for (let i = 1; i < sweep.length; i++) {
    expect(sweep[i]!.energy).toBeLessThan(sweep[i - 1]!.energy);
    expect(sweep[i]!.moved).toBeLessThan(sweep[i - 1]!.moved);
  }
  const { chosen } = chooseHeadProbe(sweep, { patience: sweep.length });
  expect(chosen.validationAccuracy).toBe(Math.max(...sweep.map((probe) => probe.validationAccuracy)));
});
