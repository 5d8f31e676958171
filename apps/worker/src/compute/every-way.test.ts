import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { unhindered } from '@tangent/compute/testing/unhindered';
import { kernelConfig, modelConfig } from '@tangent/contracts';
import { buildNetwork, defaultTraining, trainNetwork } from '@tangent/models';
import { encodeCheckpoint } from '@tangent/networks';
import { beforeAll, describe, expect, test } from 'vitest';
import { computeFeatures } from './compute-features.js';
import { type FeaturePlan, headOf } from './feature-plan.js';
import { explainLive } from './live-answers.js';
import { applyLive } from './live-changes.js';
import { rankLiveState } from './live-ranking.js';
import { dropLive, type LoadInput, loadLive, type Showable } from './live-state.js';
import { selectFromPool } from './select-from-pool.js';
import { showLive } from './show-live.js';
import { weighLayers } from './weigh-layers.js';

// Every look-ahead strategy, with every kernel, balanced or not, exact or sketched: a greedy batch, then the live order
// before and after a label and when it is undone. On a tiny perceptron, by the worker’s own functions.

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [n, width, k, numLabeled] = [18, 5, 3, 6];
const random = createRandom(1).fork('items');
const x = Float32Array.from({ length: n * width }, () => random.normal());
const classes = Int32Array.from({ length: n }, (_, i) => (i < numLabeled ? i % k : -1));
const evaluation = Int32Array.from({ length: 8 }, (_, e) => numLabeled + e);
const candidates = Int32Array.from({ length: n - numLabeled }, (_, i) => numLabeled + i);
const model = modelConfig.parse({ hidden: [8], steps: 20 });
const network = () =>
  trainNetwork(
    buildNetwork({ kind: 'mlp', hidden: [8], activation: 'relu' }, [width], k, 1),
    { x: x.slice(0, numLabeled * width), classes: classes.slice(0, numLabeled) },
    { ...defaultTraining, steps: 20, optimizer: { ...defaultTraining.optimizer, learningRate: 0.02 } },
    1,
  ).network;

const ways = (['trace', 'pntk-sum', 'pntk-first', 'pntk-sign', 'entk', 'last-layer'] as const).flatMap(
  (type) =>
    [true, false].flatMap((balanced) =>
      (['exact', 'sketch'] as const).map((features) => ({ type, balanced, features })),
    ),
);
const strategies = [
  { strategy: 'lookahead', norm: 'l1' },
  { strategy: 'mlmoc', norm: 'l1' },
  { strategy: 'mlmoc', norm: 'l2' },
  { strategy: 'emoc', norm: 'l1' },
  { strategy: 'emoc', norm: 'l2' },
  { strategy: 'eer', norm: 'l1' },
  { strategy: 'vtl', norm: 'l1' },
  { strategy: 'bait', norm: 'l1' },
  { strategy: 'label-flips', norm: 'l1' },
] as const;

describe('every look-ahead strategy', () => {
  let trained: ReturnType<typeof network>;
  beforeAll(() => {
    trained = network();
  });

  /** The state of a round, as a worker loads it. */
  function inputFor(
    way: (typeof ways)[number],
    { hasInputs = false }: { readonly hasInputs?: boolean } = {},
  ): Omit<LoadInput, 'strategy' | 'norm'> {
    const kernel = kernelConfig.parse({ ...way, dimension: 64, signDraws: 2 });
    const plan: FeaturePlan = { kernel: way.features, hasDraws: false, hasInputs };
    const { weights } = weighLayers(trained, x, n, headOf(kernel, 1), kernel.balanced, unhindered);
    const checkpoint = encodeCheckpoint(trained);
    const features = computeFeatures(
      { checkpoint, x, numItems: n, kernel, loss: 'squared', weights, plan, seed: 1 },
      unhindered,
    );
    return {
      projectId: 'project',
      itemIds: Array.from({ length: n }, (_, i) => `item ${i}`),
      isSkipped: new Array<boolean>(n).fill(false),
      isNotRelevant: new Array<boolean>(n).fill(false),
      hasRelevance: false,
      classNames: ['a', 'b', 'c'],
      prefilter: null,
      ridgeRelative: null,
      kernel,
      model,
      plan,
      numClasses: k,
      seed: 1,
      checkpoint,
      features: [features],
      // A sketch has its layers weighed and summed already.
      weights: way.features === 'sketch' ? [1] : weights,
      classes,
      evaluation,
      relevance: new Float64Array(evaluation.length).fill(1),
      temperature: null,
    };
  }

  let loaded: Showable;
  const load = (settings: LoadInput) => {
    loaded = loadLive(settings);
  };
  const live = () => ({
    ...rankLiveState({ projectId: 'project', pending: new Int32Array(), numReasons: 1 }, unhindered),
    ...showLive({ ...loaded, numClasses: k, temperature: null, loss: 'squared' }, unhindered),
  });
  const label = (classIndex: number) => {
    const change = { item: candidates[3]!, classIndex, isSkipped: false, isNotRelevant: false };
    loaded = { ...loaded, ...applyLive({ projectId: 'project', changes: [change] }) };
  };
  /** Scores by item. */
  const byItem = ({ order, scores }: ReturnType<typeof live>) => {
    const found = new Float64Array(n);
    order.forEach((item, rank) => {
      found[item] = scores[rank]!;
    });
    return found;
  };

  test.each(ways)('on the $features kernel $type (balanced: $balanced)', (way) => {
    const input = inputFor(way);
    for (const { strategy, norm } of strategies) {
      const name = `${strategy}, ${norm}`;
      const settings = { ...input, strategy, norm };
      const batch = selectFromPool(
        {
          ...settings,
          candidates,
          candidateIds: Array.from(candidates, (i) => `item ${i}`),
          firstScores: new Float64Array(candidates.length),
          batchSize: 4,
        },
        unhindered,
      );
      expect(batch.numSelected, name).toBe(4);
      expect(new Set(batch.order).size, name).toBe(candidates.length);
      expect(batch.scores.every(Number.isFinite), name).toBe(true);

      load(settings);
      const before = live();
      label(1);
      const labeled = live();
      expect(before.order, name).toHaveLength(candidates.length);
      expect(
        [...labeled.order].sort((a, b) => a - b),
        name,
      ).toEqual([...candidates].filter((item) => item !== candidates[3]));
      expect(labeled.probabilities, name).not.toEqual(before.probabilities);
      label(-1);
      const undone = live();
      expectClose(undone.probabilities, before.probabilities, { rtol: 1e-5, atol: 1e-6 });
      expectClose(byItem(undone), byItem(before), { rtol: 1e-4, atol: 1e-6 });
      dropLive({ projectId: 'project' });
    }
  });

  test('that tells why by the probabilities that people see', () => {
    const input = inputFor({ type: 'trace', balanced: true, features: 'exact' });
    load({ ...input, strategy: 'lookahead', norm: 'l1', temperature: 0.2 });
    const item = live().order[0]!;
    const { reason, probabilities } = explainLive({
      projectId: 'project',
      itemId: `item ${item}`,
      numNearest: 1,
    })!;
    expect(reason).toContain(`(${(100 * Math.max(...probabilities)).toFixed(0)}%`);
    dropLive({ projectId: 'project' });
  });

  test('that trains for every candidate goes on live in its closed form', () => {
    const input = inputFor({ type: 'trace', balanced: true, features: 'exact' }, { hasInputs: true });
    load({ ...input, strategy: 'lookahead-retrain', norm: 'l2' });
    const retrained = live();
    load({ ...input, strategy: 'mlmoc', norm: 'l1' });
    expect(retrained).toEqual(live());
    dropLive({ projectId: 'project' });
  });
});
