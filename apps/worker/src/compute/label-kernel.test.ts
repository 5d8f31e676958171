import { type ComputeContext, chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { kernelConfig, modelConfig } from '@tangent/contracts';
import { FeaturePosterior, KernelPosterior } from '@tangent/ntk';
import { beforeAll, expect, test, vi } from 'vitest';
import { type LabelKernelInput, labelKernel } from './label-kernel.js';
import { applyLive } from './live-changes.js';
import { dropLive, loadLive, stateOf } from './live-state.js';
import { encodePoolFeatures, noMatrix } from './pool-features.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [d, k] = [8, 3];
const context = { transfer() {} } as unknown as ComputeContext;

/** A live state of n items with random features, the first twelve labeled, and an E of the others. */
function load(projectId: string, n: number) {
  const random = createRandom(n).fork('items');
  const phi = Float32Array.from({ length: n * d }, () => random.normal());
  const features = encodePoolFeatures({
    factors: {
      numExamples: n,
      head: { type: 'trace' },
      numHeads: 1,
      layers: [{ kind: 'features', name: 'sketch', width: d, values: phi }],
      outputs: new Float32Array(n * k),
      numClasses: k,
      embeddings: phi,
      embeddingWidth: d,
    },
    draws: noMatrix,
    inputs: noMatrix,
  });
  const evaluation = Int32Array.from({ length: n - 12 }, (_, e) => 12 + e);
  loadLive({
    projectId,
    itemIds: Array.from({ length: n }, (_, i) => `item ${i}`),
    isSkipped: Array.from({ length: n }, (_, i) => i === 20),
    isNotRelevant: Array.from({ length: n }, () => false),
    hasRelevance: false,
    classNames: ['a', 'b', 'c'],
    strategy: 'lookahead',
    norm: 'l2',
    prefilter: null,
    ridgeRelative: null,
    kernel: kernelConfig.parse({ features: 'sketch' }),
    model: modelConfig.parse({}),
    plan: { kernel: 'sketch', hasDraws: false, hasInputs: false },
    numClasses: k,
    seed: 1,
    checkpoint: new Uint8Array(),
    features: [features],
    weights: [1],
    classes: Int32Array.from({ length: n }, (_, i) => (i < 12 ? i % k : -1)),
    evaluation,
    relevance: Float64Array.from(evaluation, (i) => 1 / i),
    temperature: null,
  });
  return phi;
}

test.each([
  { form: KernelPosterior, n: 60 },
  { form: FeaturePosterior, n: 4600 },
])(
  'the kernel of labels, candidates and watched items is that of a $form.name, after its labels of now',
  ({ form, n }) => {
    const projectId = `project of ${n}`;
    const phi = load(projectId, n);
    expect(stateOf(projectId).pool.posterior).toBeInstanceOf(form);
    const change = { isSkipped: false, isNotRelevant: false };
    applyLive({
      projectId,
      changes: [
        { item: 3, classIndex: 2, ...change },
        { item: 30, classIndex: 1, ...change },
      ],
    });
    const ask = (input: Omit<LabelKernelInput, 'projectId'>) => {
      const answer = labelKernel({ projectId, ...input }, context);
      if (answer.kind !== 'kernel') throw new Error(`no kernel of ${answer.numKnown} labels`);
      return answer;
    };
    const found = ask({ mostLabels: 13, numCandidates: 7, numEvaluation: 5, numKnownWithin: [13, 13] });
    expect(found).toMatchObject({ numKnown: 13, numLabeled: 13, numCandidates: 7 });
    expect([...found.items.slice(0, 13)]).toEqual([...Array(12).keys(), 30]);
    expect([...found.classes]).toEqual([0, 1, 2, 2, 1, 2, 0, 1, 2, 0, 1, 2, 1]);
    for (const i of found.items.slice(13, 20))
      expect([i > 12, i === 20, i === 30]).toEqual([true, false, false]);
    expectClose(
      found.relevance,
      Array.from(found.items.slice(20), (i) => 1 / i),
      { rtol: 1e-12, atol: 0 },
    );
    const dot = (i: number, j: number) => {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += phi[i * d + c]! * phi[j * d + c]!;
      return sum;
    };
    const expected = Array.from(found.items).flatMap((i) => Array.from(found.items, (j) => dot(i, j)));
    expectClose(found.kernel, expected, { rtol: 1e-5, atol: 1e-5 });
    // Of more labels a sample, the same for the same seed.
    const few = () =>
      ask({ mostLabels: 5, numCandidates: 0, numEvaluation: 0, numKnownWithin: [10, 20] }).items;
    expect(few()).toEqual(few());
    expect(few()).toHaveLength(5);
    // More candidates than are computed at once: the kernel is symmetric across the strips as well.
    const many = ask({ mostLabels: 13, numCandidates: 600, numEvaluation: 0, numKnownWithin: [10, 20] });
    const size = many.items.length;
    expect(size).toBe(Math.min(613, n - 1));
    expect(many.kernel).toHaveLength(size * size);
    many.items.forEach((i, r) => {
      const row = Array.from(many.items, (j) => dot(i, j));
      expectClose(many.kernel.subarray(r * size, (r + 1) * size), row, { rtol: 1e-5, atol: 1e-5 });
    });
    dropLive({ projectId });
  },
);

test('of fewer labels than are asked for, or of more, no kernel is built', () => {
  const projectId = 'project without a kernel';
  load(projectId, 60);
  vi.spyOn(stateOf(projectId).pool.view.gram!, 'block').mockImplementation(() => {
    throw new Error('it was');
  });
  const asked = { projectId, mostLabels: 2000, numCandidates: 7, numEvaluation: 5 };
  for (const numKnownWithin of [[13, 2000] as const, [0, 11] as const])
    expect(labelKernel({ ...asked, numKnownWithin }, context)).toEqual({ kind: 'none', numKnown: 12 });
  expect(() => labelKernel({ ...asked, numKnownWithin: [12, 12] }, context)).toThrow('it was');
  dropLive({ projectId });
});
