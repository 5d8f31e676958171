import { chooseEngine, createRandom } from '@tangent/compute';
import { unhindered } from '@tangent/compute/testing/unhindered';
import { kernelConfig, type ModelConfig, modelConfig } from '@tangent/contracts';
import { buildNetwork } from '@tangent/models';
import { decodeCheckpoint, encodeCheckpoint, type Network, parametersOf } from '@tangent/networks';
import { beforeAll, describe, expect, test } from 'vitest';
import { mostSteps } from './fit-network.js';
import { trainRound } from './train-round.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [width, k] = [6, 3];

/** A cloud for each class. */
function clouds(n: number) {
  const random = createRandom(5).fork('clouds');
  const centres = Float32Array.from({ length: k * width }, () => random.normal());
  const classes = Int32Array.from({ length: n }, (_, i) => i % k);
  const x = Float32Array.from(
    { length: n * width },
    (_, at) => centres[classes[Math.floor(at / width)]! * width + (at % width)]! + 0.7 * random.normal(),
  );
  return { x, classes };
}

/** Stands for a pretrained one: its classes are others. */
const pretrained = buildNetwork({ kind: 'mlp', hidden: [16], activation: 'relu' }, [width], 5, 7);

function round(n: number, model: Partial<ModelConfig>, before: Uint8Array = new Uint8Array()) {
  const { x, classes } = clouds(n);
  const shown: [done: number, total: number][] = [];
  const settings = modelConfig.parse({ kind: 'imported', networkId: null, steps: 40, ...model });
  const trained = trainRound(
    {
      x,
      classes,
      controlRows: new Int32Array(),
      holdoutX: new Float32Array(),
      holdoutClasses: new Int32Array(),
      sampleX: x,
      numSample: n,
      inputShape: [width],
      numClasses: k,
      model: settings,
      kernel: kernelConfig.parse({}),
      strategy: 'margin',
      numPool: n,
      numCandidates: n,
      numEvaluation: 10,
      seed: 1,
      base: encodeCheckpoint(pretrained),
      before,
    },
    { ...unhindered, progress: (done, total) => shown.push([done, total]) },
  );
  expect(shown.every(([done, total]) => done <= total && total === mostSteps(settings))).toBe(true);
  return { ...trained, network: decodeCheckpoint(trained.checkpoint) };
}

const weightsOf = ({ nodes }: Network, at: number) =>
  Object.values(parametersOf(nodes.at(at)!.operation)).map(({ values }) => [...values]);
/** The hidden layer, below the activation and the head. */
const hiddenOf = (network: Network) =>
  weightsOf(
    network,
    network.nodes.findIndex(({ operation }) => operation.type === 'dense'),
  );

describe('an imported network', () => {
  test('is trained whole, or its last layer only, with no feature moved', () => {
    const whole = round(45, {});
    expect(hiddenOf(whole.network)).not.toEqual(hiddenOf(pretrained));
    const head = round(45, { tunes: 'head', steps: 200 });
    expect(hiddenOf(head.network)).toEqual(hiddenOf(pretrained));
    expect(head.numSteps).toBe(200);
    expect(head.trainAccuracy).toBeGreaterThan(0.8);
    for (const { head: report } of [whole, head]) expect(report).toBeNull();
  });

  test('moves its features the less, the longer its head is trained before', () => {
    const sgd = { optimizer: 'sgd', learningRate: 0.05 } as const;
    const rounds = [5, 400].map((headSteps) => round(45, { ...sgd, headSteps }));
    const [short, long] = rounds.map(({ head }) => head!);
    expect(short!.steps).toBe(5);
    expect(long!.energy).toBeLessThan(short!.energy);
    const moved = rounds.map(({ network }) =>
      Math.hypot(...hiddenOf(network).flatMap((v, a) => v.map((x, i) => x - hiddenOf(pretrained)[a]![i]!))),
    );
    expect(moved[1]).toBeLessThan(moved[0]!);
  });

  test('has the length chosen by held-back labels, where there are enough of them', () => {
    const { head } = round(60, { headSteps: 'auto' });
    const { steps, tried } = head!;
    expect(tried.map((probe) => probe.steps)).toEqual([0, 5, 20, 80, 320].slice(0, tried.length));
    expect(tried.length).toBeGreaterThan(1);
    const best = Math.max(...tried.map(({ accuracy }) => accuracy));
    expect(tried.find(({ accuracy }) => accuracy === best)!.steps).toBe(steps);
    expect(round(49, { headSteps: 'auto' }).head).toMatchObject({ steps: 20, tried: [] });
  });

  test('goes on from the round before without another preparation', () => {
    const before = round(45, { headSteps: 20 });
    expect(before.head).not.toBeNull();
    expect(round(45, { headSteps: 20 }, before.checkpoint).head).toBeNull();
  });
});

test('other kinds of model have no head to prepare', () => {
  const model = modelConfig.parse({ kind: 'mlp', hidden: [8], steps: 10, headSteps: 20, tunes: 'head' });
  expect(mostSteps(model)).toBe(10);
});
