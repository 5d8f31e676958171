import { createRandom, softmaxRows } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argmaxes } from '../probabilities.js';
import { FilterPaths } from './filter-paths.js';
import { findSuspects, suspicionScores } from './suspects.js';

const k = 3;
const idsOf = (n: number) => Array.from({ length: n }, (_, i) => `item ${i}`);

test('flagged are exactly the items whose belief has its largest entry elsewhere, most suspect first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const n = 20;
      const random = createRandom(seed);
      const beliefs = Float64Array.from({ length: n * k }, () => random.normal());
      const classes = Int32Array.from({ length: n }, () => random.integer(k));
      const suspects = findSuspects(beliefs, classes, idsOf(n), k);
      const best = argmaxes(beliefs, k);
      const wanted = Array.from(best.keys()).filter((i) => best[i] !== classes[i]);
      expect(suspects.map(({ index }) => index).sort((a, b) => a - b)).toEqual(wanted);
      for (const { index, id, label, other, score } of suspects) {
        expect([id, label, other]).toEqual([`item ${index}`, classes[index], best[index]]);
        expectClose([score], [beliefs[index * k + other]! - beliefs[index * k + label]!], {
          rtol: 1e-12,
          atol: 0,
        });
      }
      const scores = suspects.map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    }),
  );
});

test('equal suspicion is ordered by id, and a tie with the label is no suspicion', () => {
  const beliefs = [1, 0, 0, 1, 0, 0, 0.5, 0.5, 0];
  const suspects = findSuspects(beliefs, [1, 1, 1], ['b', 'a', 'c'], k);
  expect(suspects.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(suspicionScores(beliefs, [1, 1, 1], k)[2]).toBe(0);
});

test('a path is the exponential average of the softmax along the visits, from the first one on', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      (seed, newestWeight, numVisits) => {
        const random = createRandom(seed);
        const paths = new FilterPaths({ numItems: 2, numClasses: k, newestWeight, temperature: 2 });
        const seen = Array.from({ length: numVisits }, () => {
          const outputs = Float32Array.from({ length: k }, () => 4 * random.normal());
          paths.visit([1], outputs);
          return softmaxRows(outputs, k, 2);
        });
        const wanted = Array.from({ length: k }, (_, j) =>
          seen.reduce((sum, q, t) => {
            const weight = t === 0 ? 1 : newestWeight;
            return sum + weight * (1 - newestWeight) ** (numVisits - 1 - t) * q[j]!;
          }, 0),
        );
        expectClose(paths.beliefs([0, 0]).subarray(k), wanted, { rtol: 1e-9, atol: 1e-12 });
        expect([paths.numVisitsOf(0), paths.numVisitsOf(1)]).toEqual([0, numVisits]);
      },
    ),
  );
});

test('an item that was long seen in another class stays suspect after the network has learned its label by heart', () => {
  const paths = new FilterPaths({ numItems: 2, numClasses: k });
  for (let epoch = 0; epoch < 20; epoch++) {
    const isLearned = epoch > 14;
    paths.visit([0, 1], [5, 0, 0, ...(isLearned ? [0, 6, 0] : [4, 0, 0])]);
  }
  const suspects = paths.suspects([0, 1], ['clean', 'wrong']);
  expect(suspects.map(({ id, label, other }) => ({ id, label, other }))).toEqual([
    { id: 'wrong', label: 1, other: 0 },
  ]);
  expectClose(Array.from(paths.suspicionScores([0, 1]).subarray(1)), [suspects[0]!.score], {
    rtol: 0,
    atol: 0,
  });
});

test('an item that was never visited is not suspect, and its target is its label', () => {
  const paths = new FilterPaths({ numItems: 2, numClasses: k });
  paths.visit([0], [3, 0, 0]);
  expect(paths.suspects([1, 2], ['a', 'b']).map(({ id }) => id)).toEqual(['a']);
  expect(paths.suspicionScores([1, 2])[1]).toBe(-1);
  expect(Array.from(paths.distilledTargets([1, 2]).subarray(k))).toEqual([0, 0, 1]);
});

test('distilled targets run from the labels to the paths and stay distributions', () => {
  const paths = new FilterPaths({ numItems: 2, numClasses: k });
  paths.visit([0, 1], [1, 2, 3, 0, 0, 1]);
  const classes = [0, 1];
  expect(Array.from(paths.distilledTargets(classes, 0))).toEqual([1, 0, 0, 0, 1, 0]);
  expect(paths.distilledTargets(classes)).toEqual(paths.beliefs(classes));
  const half = paths.distilledTargets(classes, 0.5);
  expectClose([half[0]! + half[1]! + half[2]!, half[3]! + half[4]! + half[5]!], [1, 1], {
    rtol: 1e-12,
    atol: 0,
  });
});

test('paths that were written down go on where they were, bit for bit', () => {
  const random = createRandom(4);
  const draw = () => Float32Array.from({ length: 2 * k }, () => random.normal());
  const paths = new FilterPaths({ numItems: 3, numClasses: k, newestWeight: 0.3, temperature: 1.5 });
  paths.visit([2, 0], draw());
  const restored = FilterPaths.fromJSON(JSON.parse(JSON.stringify(paths)));
  const outputs = draw();
  paths.visit([0, 1], outputs);
  restored.visit([0, 1], outputs);
  expect(restored.toJSON()).toEqual(paths.toJSON());
});

test('what does not fit is named', () => {
  const paths = new FilterPaths({ numItems: 2, numClasses: k });
  const before = paths.toJSON();
  expect(() => paths.visit([2], [0, 0, 0])).toThrow(/item 2 is not one of 0 … 1/);
  expect(() => paths.visit([0, 1], [0, 0, 0, 0, Number.NaN, 0])).toThrow(/output 1 of row 1 is NaN/);
  expect(() => paths.visit([0], [0])).toThrow(/1 outputs of 3 classes for 1 items/);
  expect(paths.toJSON()).toEqual(before);
  expect(() => new FilterPaths({ numItems: 1, numClasses: k, newestWeight: 0 })).toThrow(
    /weight 0 .* is not in \(0, 1\]/,
  );
  expect(() => FilterPaths.fromJSON({ ...before, paths: [1] })).toThrow(
    /2 visits and 1 numbers do not make 2 paths/,
  );
  expect(() => findSuspects([0, Number.NaN, 0], [0], ['a'], k)).toThrow(/belief 1 of row 0 is NaN/);
  expect(() => findSuspects([0, 0, 0], [0], [], k)).toThrow(/0 ids for 1 labels/);
  for (const label of [-1, 3, 0.5, Number.NaN])
    expect(() => suspicionScores([0, 0, 0, 0, 0, 0], [0, label], k)).toThrow(
      `the class of row 1 is ${label}, not one of 0 … 2`,
    );
});
