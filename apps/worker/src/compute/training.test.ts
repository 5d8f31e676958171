import { orderByScore, scoreCandidates, strategyNamed } from '@tangent/acquisition';
import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { unhindered } from '@tangent/compute/testing/unhindered';
import { kernelConfig, type ModelConfig, modelConfig } from '@tangent/contracts';
import { buildNetwork } from '@tangent/models';
import { decodeCheckpoint, encodeCheckpoint, type Network, parametersOf } from '@tangent/networks';
import { gradientFactors } from '@tangent/ntk';
import { beforeAll, describe, expect, test } from 'vitest';
import { computeFeatures } from './compute-features.js';
import { noMatrix } from './pool-features.js';
import { poolState } from './pool-state.js';
import { selectFromPool } from './select-from-pool.js';
import { shownProbabilities } from './shown-probabilities.js';
import { trainRound } from './train-round.js';
import { networkToTrain } from './training.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [width, k] = [6, 2];

/** Two clouds, of which the class says which; noise: the class says nothing. */
function items(n: number, { scale = 1, isNoise = false } = {}) {
  const random = createRandom(3).fork('items');
  const classes = Int32Array.from({ length: n }, (_, i) => (isNoise ? random.integer(k) : i % k));
  const x = Float32Array.from({ length: n * width }, (_, at) => {
    const centre = isNoise ? 0 : classes[Math.floor(at / width)]! - 0.5;
    return scale * (2 * centre + random.normal());
  });
  return { x, classes };
}

function trained(
  { x, classes }: ReturnType<typeof items>,
  model: Partial<ModelConfig>,
  holdout = { x: new Float32Array(), classes: new Int32Array() },
) {
  const n = classes.length;
  return trainRound(
    {
      x,
      classes,
      controlRows: new Int32Array(),
      holdoutX: holdout.x,
      holdoutClasses: holdout.classes,
      sampleX: x,
      numSample: n,
      inputShape: [width],
      numClasses: k,
      model: modelConfig.parse({ hidden: [16], steps: 60, ...model }),
      kernel: kernelConfig.parse({}),
      strategy: 'margin',
      numPool: n,
      numCandidates: n,
      numEvaluation: 10,
      seed: 1,
      base: new Uint8Array(),
      before: new Uint8Array(),
    },
    unhindered,
  );
}

describe('early stopping', () => {
  const model = { steps: 400, learningRate: 0.02 };
  const noise = (n: number) => items(n, { isNoise: true });

  test('of a project ends the training of a round where held-back labels no longer gain', () => {
    expect(trained(noise(60), model).numSteps).toBe(400);
    expect(trained(noise(60), { ...model, earlyStopping: true }).numSteps).toBeLessThan(200);
  });

  test('waits until a tenth of the labels can be held back', () => {
    expect(trained(noise(49), { ...model, earlyStopping: true }).numSteps).toBe(400);
  });
});

describe('the calibration of a round', () => {
  test('is on held-out items where there are enough', () => {
    const { calibration } = trained(items(30), {}, items(50));
    expect(calibration).toMatchObject({ on: 'holdout', numExamples: 50 });
    expect(trained(items(30), {}, items(49)).calibration).toBeNull();
  });

  test('is on a fifth of the labels that another network has not seen, or there is none', () => {
    const model = { hidden: [64], steps: 200, learningRate: 0.01 };
    const { calibration, trainAccuracy } = trained(items(250, { isNoise: true }), model);
    expect(calibration).toMatchObject({ on: 'split', numExamples: 50 });
    // What was learnt by heart says nothing of others: on its own labels the network would look sure.
    expect(trainAccuracy).toBeGreaterThan(0.9);
    expect(calibration!.temperature).toBeGreaterThan(2);
    expect(calibration!.eceAfter).toBeLessThan(calibration!.eceBefore);
    expect(trained(items(249), {}).calibration).toBeNull();
  });

  test('makes what people see: of outputs by softmax, of probabilities by their logarithms', () => {
    const close = { rtol: 1e-4, atol: 1e-4 };
    const mean = Float64Array.of(0.9, 0.1, 0.5, 0.5);
    const shown = (temperature: number | null, loss: ModelConfig['loss']) =>
      shownProbabilities(mean, 2, { temperature, loss });
    const e = Math.exp(0.8 / 0.5);
    expectClose(shown(0.5, 'squared'), [e / (e + 1), 1 / (e + 1), 0.5, 0.5], close);
    expectClose(shown(1, 'cross-entropy'), mean, close);
    // T = 1/2 squares the odds.
    expectClose(shown(0.5, 'cross-entropy'), [81 / 82, 1 / 82, 0.5, 0.5], close);
    for (const loss of ['squared', 'cross-entropy'] as const) {
      expectClose(shown(null, loss), mean, close);
      const beyond = shownProbabilities(Float64Array.of(1.3, -0.2), 2, { temperature: null, loss });
      expectClose(beyond, [1, 0], close);
    }
  });
});

describe('a round on a residual network', () => {
  // Of the width that projects have, a ResNet-18 takes a quarter of a minute: narrow ones, brought as imported networks are.
  test.each([
    { kind: 'resnet18', width: 2 },
    { kind: 'wide-resnet', blocksPerLayer: 2, width: 4 },
  ] as const)('%o: trained, with the features of every layer, and a batch', (architecture) => {
    const [n, numLabeled, side] = [16, 6, 8];
    const random = createRandom(5).fork('images');
    const x = Float32Array.from({ length: n * side * side }, () => random.normal());
    const classes = Int32Array.from({ length: n }, (_, i) => (i < numLabeled ? i % k : -1));
    const inputShape = [side, side, 1];
    const settings = {
      model: modelConfig.parse({ kind: 'imported', steps: 1 }),
      kernel: kernelConfig.parse({}),
      strategy: 'lookahead',
      numClasses: k,
      seed: 1,
    };
    const { checkpoint, layers, plan, loss } = trainRound(
      {
        ...settings,
        x: x.slice(0, numLabeled * side * side),
        classes: classes.slice(0, numLabeled),
        controlRows: new Int32Array(),
        holdoutX: new Float32Array(),
        holdoutClasses: new Int32Array(),
        sampleX: x,
        numSample: n,
        inputShape,
        numPool: n,
        numCandidates: n - numLabeled,
        numEvaluation: n - numLabeled,
        base: encodeCheckpoint(buildNetwork(architecture, inputShape, k, 1)),
        before: new Uint8Array(),
      },
      unhindered,
    );
    expect(loss).toBeGreaterThan(0);
    expect(plan.kernel).toBe('exact');
    expect(layers.names.length).toBeGreaterThan(20);
    expect(layers.shares.every((share) => share > 0)).toBe(true);
    const { weights } = layers;
    const features = computeFeatures(
      { ...settings, checkpoint, x, numItems: n, loss: 'squared', weights, plan },
      unhindered,
    );
    const candidates = Int32Array.from({ length: n - numLabeled }, (_, i) => numLabeled + i);
    const { order, scores, numSelected } = selectFromPool(
      {
        ...settings,
        checkpoint,
        features: [features],
        weights,
        plan,
        classes,
        evaluation: candidates,
        relevance: new Float64Array(candidates.length).fill(1),
        temperature: null,
        norm: 'l1',
        prefilter: null,
        ridgeRelative: null,
        candidates,
        candidateIds: Array.from(candidates, (i) => `item ${i}`),
        firstScores: new Float64Array(candidates.length),
        batchSize: 3,
        classNames: ['a', 'b'],
      },
      unhindered,
    );
    expect([numSelected, new Set(order).size]).toEqual([3, candidates.length]);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  test('has the channels of the paper, times the width that is set', () => {
    const start = { inputShape: [4, 4, 1], numClasses: 2, seed: 1, from: new Uint8Array() };
    const network = networkToTrain(modelConfig.parse({ kind: 'resnet18' }), start);
    expect(numInputsOfHead(network)).toBe(512);
    const wide = modelConfig.parse({ kind: 'wide-resnet', blocksPerLayer: 2, width: 2 });
    expect(numInputsOfHead(networkToTrain(wide, start))).toBe(128);
  });
});

const numInputsOfHead = ({ nodes }: Network) => parametersOf(nodes.at(-1)!.operation).kernel!.shape[0];

describe('naive retraining', () => {
  /** Scores of the others by two strategies, with a round's network of twelve labels: of one state, unbalanced. */
  function scores(scale: number) {
    const [n, numLabeled] = [40, 12];
    const { x, classes } = items(n, { scale });
    const labeled = { x: x.slice(0, numLabeled * width), classes: classes.slice(0, numLabeled) };
    const model = modelConfig.parse({ hidden: [16], steps: 60 });
    const { checkpoint } = trained(labeled, model);
    const factors = gradientFactors(decodeCheckpoint(checkpoint), x, n, { type: 'trace' });
    const candidates = Int32Array.from({ length: n - numLabeled }, (_, i) => numLabeled + i);
    const { posterior, view } = poolState(
      {
        strategy: 'lookahead-retrain',
        norm: 'l1',
        prefilter: null,
        ridgeRelative: null,
        kernel: kernelConfig.parse({}),
        model,
        plan: { kernel: 'exact', hasDraws: false, hasInputs: true },
        numClasses: k,
        seed: 1,
        checkpoint,
      },
      {
        features: { factors, draws: noMatrix, inputs: { values: x, width } },
        weights: factors.layers.map(() => 1),
        labels: Array.from(labeled.classes, (classIndex, item) => ({ item, classIndex })),
        evaluation: candidates,
        relevance: new Float64Array(candidates.length).fill(1),
      },
    );
    const ids = Array.from(candidates, (i) => `item ${i}`);
    const scoresOf = (name: string) =>
      scoreCandidates(strategyNamed(name), {
        posterior,
        positions: candidates,
        ids,
        random: createRandom(1),
        view,
      });
    return { byTraining: scoresOf('lookahead-retrain'), inClosedForm: scoresOf('mlmoc') };
  }

  test.each([0.1, 1, 30])(
    'finds a rate that serves inputs of scale %d, and ranks as its closed form',
    (scale) => {
      const { byTraining, inClosedForm } = scores(scale);
      expect(spearman(byTraining, inClosedForm)).toBeGreaterThan(0.4);
    },
  );
});

/** Rank correlation. */
function spearman(a: Float64Array, b: Float64Array): number {
  const ranksOf = (values: Float64Array) => {
    const ranks = new Float64Array(values.length);
    orderByScore(values, Array.from(values, String)).forEach((i, rank) => {
      ranks[i] = rank;
    });
    return ranks;
  };
  const [ra, rb] = [ranksOf(a), ranksOf(b)];
  const n = a.length;
  return 1 - (6 * ra.reduce((sum, rank, i) => sum + (rank - rb[i]!) ** 2, 0)) / (n * (n * n - 1));
}
