import { createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation, Posterior } from '../posterior/posterior.js';
import { oneHot } from '../probabilities.js';
import { fullChange, fullSolve } from './full-solve.js';
import type { Example } from './posterior-examples.js';

const tight = { rtol: 1e-8, atol: 1e-9 };
const seeds = fc.integer({ min: 0, max: 1e6 });

/** The state equals the full solve with these labels: means (unless some labels are only assumed), variances, changes. */
function expectSolved(
  example: Example,
  posterior: Posterior,
  observations: readonly Observation[],
  { withMeans = true, relevance = new Float64Array(example.evaluation.length).fill(1) } = {},
): void {
  const { k, evaluation, kernel, prior } = example;
  const { ridge, tracked } = posterior;
  const wanted = fullSolve(kernel, prior, observations, ridge);
  const rowsOf = (values: Float64Array, items: ArrayLike<number>) =>
    Array.from(items, (item) => [...values.subarray(item * k, (item + 1) * k)]).flat();
  if (withMeans) {
    expectClose(posterior.mean, rowsOf(wanted.mean, tracked), tight);
    expectClose(posterior.evaluationMean, rowsOf(wanted.mean, evaluation), tight);
  }
  expectClose(
    posterior.variance,
    Array.from(tracked, (item) => wanted.variance[item]!),
    tight,
  );
  const total = (variance: Float64Array) =>
    evaluation.reduce((sum, item, e) => sum + relevance[e]! * variance[item]!, 0);
  expectClose([posterior.totalVariance()], [total(wanted.variance)], tight);

  const random = createRandom('residuals');
  const residuals = Float64Array.from({ length: tracked.length * k }, () => random.normal());
  const isWhole = evaluation.length === example.n;
  const drops = posterior.varianceDrops();
  const squares = posterior.outputChanges(residuals, 'l2');
  const lengths = isWhole ? null : posterior.outputChanges(residuals, 'l1');
  const known = new Set(observations.map((o) => o.item));
  for (const t of [0, Math.floor(tracked.length / 2), tracked.length - 1]) {
    const item = tracked[t]!;
    const residual = residuals.slice(t * k, (t + 1) * k);
    const change = fullChange(wanted, item, residual, ridge);
    const look = posterior.lookAt(t);
    expectClose(look.trackedChange(residual), rowsOf(change, tracked), tight);
    expectClose(look.evaluationChange(residual), rowsOf(change, evaluation), tight);
    const lengthAt = (e: number) =>
      Math.hypot(...change.subarray(evaluation[e]! * k, (evaluation[e]! + 1) * k));
    const sum = (f: (e: number) => number) =>
      Array.from(evaluation, (_, e) => relevance[e]! * f(e)).reduce((a, b) => a + b, 0);
    expectClose([squares[t]!], [sum((e) => lengthAt(e) ** 2)], tight);
    if (lengths) expectClose([lengths[t]!], [sum(lengthAt)], tight);
    if (known.has(item)) continue;
    const after = fullSolve(kernel, prior, [...observations, { item, target: oneHot(0, k) }], ridge);
    expectClose([drops[t]!], [total(wanted.variance) - total(after.variance)], { rtol: 1e-6, atol: 1e-8 });
  }
}

/** What every posterior must obey, whichever form it has. */
export function describePosteriorLaws(name: string, make: (seed: number) => Example): void {
  const law = (body: (seed: number, example: Example) => void, numRuns = 8) =>
    fc.assert(
      fc.property(seeds, (seed) => body(seed, make(seed))),
      { numRuns },
    );

  describe(`a posterior ${name}`, () => {
    test('is the full solve with its first labels', () => {
      law((_, example) => expectSolved(example, example.build(), example.observations));
    });

    test('is the full solve after any sequence of labels, undone labels and assumed labels', () => {
      const steps = fc.array(
        fc.tuple(fc.constantFrom('observe', 'forget', 'assume'), fc.nat(23), fc.nat(2)),
        {
          maxLength: 12,
        },
      );
      fc.assert(
        fc.property(seeds, steps, (seed, sequence) => {
          const example = make(seed);
          const posterior = example.build();
          const labels = new Map(example.observations.map(({ item, target }) => [item, target]));
          const assumed: Observation[] = [];
          for (const [step, item, classIndex] of sequence) {
            const target = oneHot(classIndex, example.k);
            if (step === 'forget') {
              if (!labels.has(item) || labels.size === 1) continue;
              posterior.forget(item);
              labels.delete(item);
            } else if (!labels.has(item)) {
              if (step === 'observe') {
                posterior.observe(item, target);
                labels.set(item, target);
              } else {
                posterior.assume(item, target);
                assumed.push({ item, target });
              }
            }
          }
          const known = [...labels].map(([item, target]) => ({ item, target }));
          expect([...posterior.observations.keys()].sort()).toEqual([...labels.keys()].sort());
          // An item that was assumed and labeled, or assumed twice, has two rows in the system.
          expectSolved(example, posterior, [...known, ...assumed]);
        }),
        { numRuns: 20 },
      );
    });

    test('is restored by an undone label', () => {
      law((_, example) => {
        const before = example.build();
        const posterior = example.build();
        const item = example.unlabeled[0]!;
        posterior.observe(item, oneHot(1, example.k));
        posterior.forget(item);
        expectClose(posterior.mean, before.mean, tight);
        expectClose(posterior.variance, before.variance, tight);
        expectClose(posterior.varianceDrops(), before.varianceDrops(), { rtol: 1e-6, atol: 1e-8 });
        expect(posterior.observations.has(item)).toBe(false);
      });
    });

    test('keeps what looking ahead promised, and looking changes nothing', () => {
      law((seed, example) => {
        const posterior = example.build();
        const t = example.unlabeled[1]!;
        const { k } = example;
        const target = oneHot(seed % k, k);
        const mean = posterior.mean.slice();
        const residual = target.map((y, j) => y - mean[t * k + j]!);
        const look = posterior.lookAt(t);
        const change = look.trackedChange(residual);
        const evaluationMean = posterior.evaluationMean.slice();
        const evaluationChange = look.evaluationChange(residual);
        expect(posterior.mean).toEqual(mean);
        posterior.observe(t, target);
        expectClose(
          posterior.mean,
          mean.map((m, i) => m + change[i]!),
          tight,
        );
        expectClose(
          posterior.evaluationMean,
          evaluationMean.map((m, i) => m + evaluationChange[i]!),
          tight,
        );
      });
    });

    test('loses exactly n/(q + λ) of the variance over E by a label', () => {
      law((_, example) => {
        const posterior = example.build();
        const t = example.unlabeled[2]!;
        const promised = posterior.varianceDrops()[t]!;
        const before = posterior.totalVariance();
        posterior.assume(t);
        expectClose([before - posterior.totalVariance()], [promised], tight);
      });
    });

    test('does not depend on the order of labels or of tracked items', () => {
      law((_, example) => {
        const { k, n } = example;
        const tracked = Int32Array.from({ length: n }, (_item, i) => n - 1 - i);
        const observations = [...example.observations].reverse();
        const [there, back] = [example.build(), example.build({ observations, tracked })];
        const labels = example.unlabeled.slice(0, 5).map((item, i) => [item, oneHot(i % k, k)] as const);
        for (const [item, target] of labels) there.observe(item, target);
        for (const [item, target] of labels.toReversed()) back.observe(n - 1 - item, target);
        const reversed = (values: Float64Array, width: number) =>
          Array.from(tracked, (item) => [...values.subarray(item * width, (item + 1) * width)]).flat();
        expectClose(back.mean, reversed(there.mean, k), tight);
        expectClose(back.variance, reversed(there.variance, 1), tight);
        expectClose(back.varianceDrops(), reversed(there.varianceDrops(), 1), tight);
      });
    });

    test('goes on over some of its items like over all, and leaves the whole one alone', () => {
      law((_, example) => {
        const { k } = example;
        for (const size of [4, 9]) {
          const whole = example.build();
          whole.observe(example.unlabeled[11]!, oneHot(0, k));
          const positions = Int32Array.from(example.unlabeled.slice(0, size));
          const part = whole.restrict(positions);
          const [mean, variance] = [whole.mean.slice(), whole.variance.slice()];
          part.observe(2, oneHot(1, k));
          expect(whole.mean).toEqual(mean);
          expect(whole.variance).toEqual(variance);
          expect(whole.observations.has(positions[2]!)).toBe(false);
          expect([...part.tracked]).toEqual([...positions]);
          const known = [...part.observations].map(([item, target]) => ({ item, target }));
          expectSolved(example, part, known);
        }
      });
    });

    test('is the same when it is factorised anew, but for rounding', () => {
      law((_, example) => {
        const posterior = example.build();
        for (const t of example.unlabeled.slice(0, 6)) posterior.observe(t, oneHot(t % 3, example.k));
        posterior.forget(example.observations[0]!.item);
        const anew = posterior.refactorised();
        expect([posterior.numUpdates, anew.numUpdates]).toEqual([7, 0]);
        expect([anew.ridge, anew.ridgeRelative]).toEqual([posterior.ridge, posterior.ridgeRelative]);
        expectClose(anew.mean, posterior.mean, tight);
        expectClose(anew.evaluationMean, posterior.evaluationMean, tight);
        expectClose(anew.variance, posterior.variance, tight);
        expectClose(anew.varianceDrops(), posterior.varianceDrops(), { rtol: 1e-6, atol: 1e-8 });
        const known = [...posterior.observations].map(([item, target]) => ({ item, target }));
        expectSolved(example, anew, known);
        const atOnce = example.build().refactorised(known);
        expect(atOnce.ridge).toBe(posterior.ridge);
        expectSolved(example, atOnce, known);
      });
    });

    test('weighs the evaluation items by relevance', () => {
      law((_, example) => {
        const relevance = Float64Array.from(example.evaluation, (_item, e) => (e % 3) / 2);
        const posterior = example.build({ relevance });
        const t = example.unlabeled[0]!;
        posterior.observe(t, oneHot(0, example.k));
        const known = [...example.observations, { item: t, target: oneHot(0, example.k) }];
        expectSolved(example, posterior, known, { relevance });
      });
    });

    test('moves no mean by an assumed label without a target', () => {
      const example = make(9);
      const posterior = example.build();
      const [t] = example.unlabeled;
      const mean = posterior.mean.slice();
      posterior.assume(t!);
      expect(posterior.mean).toEqual(mean);
      const labels = [...example.observations, { item: t!, target: oneHot(0, example.k) }];
      expectSolved(example, posterior, labels, { withMeans: false });
    });

    test('finds the labeled items that are most alike by the cosine of the kernel’s traces', () => {
      const example = make(12);
      const { k, n, kernel } = example;
      const trace = (x: number, y: number) =>
        Array.from({ length: k }, (_, j) => kernel[(x * k + j) * n * k + y * k + j]!).reduce(
          (a, b) => a + b,
          0,
        );
      const t = example.unlabeled[3]!;
      const cosine = (other: number) => trace(t, other) / Math.sqrt(trace(t, t) * trace(other, other));
      const wanted = example.observations.map((o) => o.item).sort((a, b) => cosine(b) - cosine(a));
      const found = example.build().nearestLabeled(t, 3);
      expect(found.map((f) => f.item)).toEqual(wanted.slice(0, 3));
      expectClose(
        found.map((f) => f.similarity),
        wanted.slice(0, 3).map(cosine),
        tight,
      );
    });

    test('refuses numbers that are none, and names their item', () => {
      const example = make(5);
      const { k, observations, unlabeled } = example;
      const labeled = observations[2]!.item;
      for (const broken of [labeled, unlabeled[4]!]) expect(() => example.build({ broken })).toThrow(/NaN/);
      const target = Float64Array.from({ length: k }, (_, j) => (j === 1 ? Number.NaN : 0));
      const withNaN = observations.map((o) => (o.item === labeled ? { ...o, target } : o));
      const message = `the target of item ${labeled} holds NaN for class 1; it must be finite`;
      expect(() => example.build({ observations: withNaN })).toThrow(message);
      const posterior = example.build();
      expect(() => posterior.observe(unlabeled[0]!, target)).toThrow(/holds NaN for class 1/);
      expect(() => posterior.assume(unlabeled[0]!, target)).toThrow(/holds NaN for class 1/);
      expect(posterior.observations.has(unlabeled[0]!)).toBe(false);
      const prior = example.prior.slice();
      prior[unlabeled[1]! * k] = Number.NaN;
      expect(() => example.build({ prior })).toThrow(
        `the network’s output for item ${unlabeled[1]} is NaN; it must be finite`,
      );
    });

    test('says what cannot be done', () => {
      const example = make(2);
      const { k, observations, unlabeled } = example;
      const posterior = example.build();
      const labeled = observations[0]!.item;
      expect(() => posterior.observe(labeled, oneHot(0, k))).toThrow(/has a label already/);
      expect(() => posterior.forget(unlabeled[0]!)).toThrow(/no label to forget/);
      expect(() => posterior.observe(unlabeled[0]!, new Float64Array(k + 1))).toThrow(
        `a target of ${k + 1} numbers for ${k} classes`,
      );
      expect(() => example.build({ observations: [] })).toThrow(/at least one labeled item/);
      const single = example.build({ observations: observations.slice(0, 1) });
      expect(() => single.forget(labeled)).toThrow(/only label/);
    });
  });
}
