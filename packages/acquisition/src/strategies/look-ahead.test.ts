import { cholesky, choleskySolve, createRandom, matmul64 } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { argmaxRow, KernelPosterior, marginsOf, oneHot, probabilitiesOf } from '@tangent/ntk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strategyNamed } from '../registry.js';
import { type Candidates, scoreCandidates, selectBatch } from '../select-batch.js';
import { type PoolProblem, pool } from '../testing/pools.js';

type Pool = ReturnType<typeof pool>;

const k = 3;
const relevance = Float64Array.from({ length: 8 }, (_, e) => (1 + e) / 8);
const tight = { rtol: 1e-7, atol: 1e-10 };
const scoresOf = (name: string, candidates: Candidates) => scoreCandidates(strategyNamed(name), candidates);
const law = (body: (seed: number) => void) =>
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), body), { numRuns: 6 });

const row = (values: ArrayLike<number>, i: number) => Array.from(values).slice(i * k, (i + 1) * k);
const length = (v: readonly number[]) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
const minus = (a: readonly number[], b: readonly number[]) => a.map((x, j) => x - b[j]!);
const weighted = (f: (e: number) => number) => relevance.reduce((sum, w, e) => sum + w * f(e), 0);

/** m(E) by solving (K_LL + λI) anew with the label y of the item at position t. */
function afterLabel({ posterior, view }: Pool, t: number, y: number): Float64Array {
  const { evaluation, ridge } = posterior;
  const labels = new Map(posterior.observations).set(t, oneHot(y, k));
  const items = [...labels.keys()];
  const n = items.length;
  const prior = view.outputs;
  const kLL = Float64Array.from(view.gram.block(items, items)).map(
    (value, at) => value + (at % (n + 1) === 0 ? ridge : 0),
  );
  const residuals = items.flatMap((item) => minus([...labels.get(item)!], row(prior, item)));
  const weights = choleskySolve(cholesky(kLL, n), Float64Array.from(residuals), k);
  const kEL = Float64Array.from(view.gram.block(evaluation, items));
  const change = matmul64(kEL, weights, { m: evaluation.length, k: n, n: k });
  return change.map((value, at) => value + prior[evaluation[Math.floor(at / k)]! * k + (at % k)]!);
}

/** Σ_y p_y · value(y) with the true labels of every candidate, over the likeliest classes that hold the mass. */
function expectedOverClasses(
  candidates: Pool,
  { mass }: { readonly mass: number },
  value: (after: Float64Array) => number,
) {
  const { posterior, positions } = candidates;
  return Float64Array.from(positions, (t) => {
    const p = [...probabilitiesOf(posterior.mean.slice(t * k, (t + 1) * k), k)];
    const top: number[] = [];
    let held = 0;
    for (const y of [...p.keys()].sort((a, b) => p[b]! - p[a]!)) {
      if (held >= mass) break;
      top.push(y);
      held += p[y]!;
    }
    return top.reduce((sum, y) => sum + (p[y]! / held) * value(afterLabel(candidates, t, y)), 0);
  });
}

test('lookahead is the drop of variance, weighted by one minus the margin', () => {
  const candidates = pool(4);
  const state = candidates.posterior.restrict(candidates.positions);
  const margins = marginsOf(probabilitiesOf(state.mean, k), k);
  const wanted = state.varianceDrops().map((drop, i) => drop * (1 - margins[i]!));
  // A margin near 1 leaves little of 1 − margin, and the rounding of all of it.
  const close = { rtol: 1e-9, atol: 1e-14 };
  expectClose(scoresOf('lookahead', candidates), wanted, close);
  expectClose(scoresOf('lookahead-infinite-ntk', candidates), wanted, close);
  expect(strategyNamed('lookahead-infinite-ntk').kernel).toBe('infinite-width');
});

test('vtl and the first scores of bait are the variance that a label takes off the evaluation set', () => {
  const candidates = pool(5, { relevance });
  const wanted = Float64Array.from(candidates.positions, (t) => {
    const { posterior } = pool(5, { relevance });
    const before = posterior.totalVariance();
    posterior.assume(t);
    return before - posterior.totalVariance();
  });
  expectClose(scoresOf('vtl', candidates), wanted, tight);
  expectClose(scoresOf('bait', candidates), wanted, tight);
});

test('mlmoc is how far the outputs move by solving anew with the pseudo-label, in both norms', () => {
  law((seed) => {
    const candidates = pool(seed, { relevance });
    const { posterior, positions } = candidates;
    const before = posterior.evaluationMean.slice();
    for (const norm of ['l1', 'l2'] as const) {
      const wanted = Float64Array.from(positions, (t) => {
        const after = afterLabel(candidates, t, argmaxRow(posterior.mean, t, k));
        return weighted((e) => length(minus(row(after, e), row(before, e))) ** (norm === 'l1' ? 1 : 2));
      });
      expectClose(scoresOf('mlmoc', { ...candidates, norm }), wanted, { rtol: 1e-6, atol: 1e-10 });
    }
  });
});

test('emoc is the expectation of that movement over the classes that hold 99.9% of the probability', () => {
  law((seed) => {
    const candidates = pool(seed, { relevance });
    const before = candidates.posterior.evaluationMean.slice();
    for (const norm of ['l1', 'l2'] as const) {
      const wanted = expectedOverClasses(candidates, { mass: 0.999 }, (after) =>
        weighted((e) => length(minus(row(after, e), row(before, e))) ** (norm === 'l1' ? 1 : 2)),
      );
      expectClose(scoresOf('emoc', { ...candidates, norm }), wanted, { rtol: 1e-6, atol: 1e-10 });
    }
  });
});

function negativeEntropy(outputs: readonly number[]): number {
  const f = outputs.map((value) => Math.min(1, Math.max(1e-4, value)));
  const sum = f.reduce((a, b) => a + b, 0);
  return f.reduce((h, value) => h + (value / sum) * Math.log(value / sum), 0);
}

test('eer is minus the entropy that is left by solving anew with each of the three likeliest labels', () => {
  law((seed) => {
    const candidates = pool(seed, { relevance });
    const wanted = expectedOverClasses(candidates, { mass: 1 }, (after) =>
      weighted((e) => negativeEntropy(row(after, e))),
    );
    expectClose(scoresOf('eer', candidates), wanted, { rtol: 1e-6, atol: 1e-9 });
  });
});

test('label-flips counts the predictions that turn by solving anew, and orders the others by residual', () => {
  law((seed) => {
    const candidates = pool(seed, { relevance });
    const { posterior, positions } = candidates;
    const before = posterior.evaluationMean.slice();
    const flips = expectedOverClasses(candidates, { mass: 1 }, (after) =>
      weighted((e) => (argmaxRow(after, e, k) === argmaxRow(before, e, k) ? 0 : 1)),
    );
    const wanted = flips.map((count, i) => {
      const t = positions[i]!;
      const target = [...oneHot(argmaxRow(posterior.mean, t, k), k)];
      return count + 1e-6 * length(minus(target, row(posterior.mean, t)));
    });
    expectClose(scoresOf('label-flips', candidates), wanted, { rtol: 1e-9, atol: 1e-9 });
  });
});

test('eer and label-flips look at the three likeliest of twenty classes', () => {
  const candidates = pool(3, { k: 20 });
  const { posterior, positions } = candidates;
  const t = positions[0]!;
  const p = probabilitiesOf(posterior.mean.slice(t * 20, (t + 1) * 20), 20);
  const top = [...p.keys()].sort((a, b) => p[b]! - p[a]!).slice(0, 3);
  const mass = top.reduce((sum, y) => sum + p[y]!, 0);
  let flips = 0;
  for (const y of top) {
    const { posterior: after } = pool(3, { k: 20 });
    after.observe(t, oneHot(y, 20));
    for (let e = 0; e < 8; e++)
      if (argmaxRow(after.evaluationMean, e, 20) !== argmaxRow(posterior.evaluationMean, e, 20))
        flips += p[y]! / mass;
  }
  expect(scoresOf('label-flips', candidates)[0]).toBeCloseTo(flips, 4);
});

test('eer looks at 256 of a larger evaluation set, drawn by the seed', () => {
  const candidates = pool(3, { n: 310, numEvaluation: 300 });
  const one = { ...candidates, positions: Int32Array.of(9), ids: ['nine'] };
  const drawn = candidates.random.fork('eer-evaluation').sample(300, 256);
  const wanted = expectedOverClasses({ ...candidates, positions: Int32Array.of(9) }, { mass: 1 }, (after) =>
    drawn.reduce((sum, e) => sum + negativeEntropy(row(after, e)), 0),
  );
  expectClose(scoresOf('eer', one), wanted, { rtol: 1e-6, atol: 1e-9 });
});

test('relevance weights that are not those of the evaluation set are refused', () => {
  expect(() => scoresOf('eer', { ...pool(3), relevance: new Float64Array(5) })).toThrow(
    /strategy eer: 5 relevance weights for 8 evaluation items/,
  );
});

/** f(x) after one step of gradient descent from `prior` on ½‖y − f(x′)‖², f = prior + Wx: [n, k]. */
function afterStep(
  { features, dimension: d, prior }: PoolProblem,
  item: number,
  target: Float64Array,
  learningRate: number,
): Float64Array {
  const outputs = (w: Float64Array) =>
    Float64Array.from(prior).map((f, at) => {
      const [x, j] = [Math.floor(at / k), at % k];
      let sum = f;
      for (let i = 0; i < d; i++) sum += features[x * d + i]! * w[j * d + i]!;
      return sum;
    });
  const loss = (w: Float64Array) => length(minus([...target], row(outputs(w), item))) ** 2 / 2;
  // Central differences of a quadratic are its gradient.
  const gradient = Float64Array.from({ length: k * d }, (_, i) => {
    const moved = (by: number) =>
      Float64Array.from({ length: k * d }, (_zero, other) => (other === i ? by : 0));
    return loss(moved(0.5)) - loss(moved(-0.5));
  });
  return outputs(gradient.map((g) => -learningRate * g));
}

test('lookahead-one-step is how far a real step of gradient descent on the pseudo-label moves a linear model', () => {
  let problem!: PoolProblem;
  const candidates = pool(6, {
    relevance,
    build: (given) => {
      problem = given;
      return KernelPosterior.build(given);
    },
  });
  const { posterior, positions, view } = candidates;
  const learningRate = 0.05;
  const wanted = Float64Array.from(positions, (item) => {
    const target = oneHot(argmaxRow(view.outputs, item, k), k);
    const after = afterStep(problem, item, target, learningRate);
    const moved = (e: number) =>
      length(minus(row(after, posterior.evaluation[e]!), row(view.outputs, posterior.evaluation[e]!)));
    return weighted(moved) / learningRate;
  });
  expectClose(scoresOf('lookahead-one-step', candidates), wanted, tight);
});

test('lookahead-retrain with exact retraining is mlmoc', () => {
  const candidates = pool(7, { relevance });
  expectClose(scoresOf('lookahead-retrain', candidates), scoresOf('mlmoc', candidates), tight);
});

test('lookahead-retrain subtracts a control: what training moves anyway counts nothing', () => {
  const candidates = pool(7);
  const { retrain } = candidates.view;
  const drift = createRandom(1);
  const noise = Float64Array.from({ length: 8 * k }, () => 10 * drift.normal());
  const drifting = (item: number | null, y: number) =>
    retrain(item, y).map((value, at) => value + noise[at]!);
  const view = { ...candidates.view, retrain: drifting };
  expectClose(
    scoresOf('lookahead-retrain', { ...candidates, view }),
    scoresOf('lookahead-retrain', candidates),
    { rtol: 1e-6, atol: 1e-9 },
  );
});

test('lookahead-retrain refuses more trainings than anybody waits for, and outputs of another shape', () => {
  const strategy = strategyNamed('lookahead-retrain');
  const context = {
    posterior: { tracked: new Int32Array(2001), evaluation: new Int32Array(1) },
    numClasses: k,
    relevance: null,
    view: { retrain: () => new Float64Array(k) },
  };
  expect(() => strategy.score(context as never)).toThrow(/2001 candidates are as many trainings.*mlmoc/);
  const candidates = pool(7);
  const view = { ...candidates.view, retrain: () => new Float64Array(2) };
  expect(() => scoresOf('lookahead-retrain', { ...candidates, view })).toThrow(
    /2 outputs for 8 evaluation items of 3 classes/,
  );
});

/** Σ_E w q that is left when these candidates have labels. */
function varianceLeft({ posterior, positions }: Candidates, picks: Iterable<number>): number {
  const copy = posterior.restrict(positions);
  for (const i of picks) copy.assume(i);
  return copy.totalVariance();
}

test('bait takes the picks out, one by one, whose absence the evaluation set feels least', () => {
  law((seed) => {
    const candidates = pool(seed, { relevance });
    const forward: number[] = [];
    const indices = Array.from(candidates.positions.keys());
    const bestBy = (options: number[], left: (i: number) => number) =>
      options.reduce((best, i) => (left(i) < left(best) ? i : best));
    while (forward.length < 6)
      forward.push(
        bestBy(
          indices.filter((i) => !forward.includes(i)),
          (i) => varianceLeft(candidates, [...forward, i]),
        ),
      );
    const kept = [...forward];
    while (kept.length > 3) {
      const out = bestBy(kept, (i) =>
        varianceLeft(
          candidates,
          kept.filter((other) => other !== i),
        ),
      );
      kept.splice(kept.indexOf(out), 1);
    }
    expect([...selectBatch(strategyNamed('bait'), candidates, 3).order]).toEqual(kept);
  });
});

test('on average bait leaves less variance than vtl', () => {
  const gains = Array.from({ length: 30 }, (_, seed) => {
    const candidates = pool(seed, { relevance });
    const left = (name: string) =>
      varianceLeft(candidates, selectBatch(strategyNamed(name), candidates, 3).order);
    return 1 - left('bait') / left('vtl');
  });
  expect(gains.reduce((a, b) => a + b, 0) / gains.length).toBeGreaterThan(0);
  expect(gains.filter((gain) => gain > 1e-6).length).toBeGreaterThan(2);
});
