import { createRandom, softmaxRows } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, calibrationError } from './calibration.js';

/** Logits, and classes drawn from softmax(logits): right at T = 1. */
function drawn(n: number, numClasses: number, seed: number) {
  const random = createRandom(seed);
  const outputs = Float64Array.from({ length: n * numClasses }, () => 2 * random.normal());
  const p = softmaxRows(outputs, numClasses);
  const classes = Int32Array.from({ length: n }, (_, i) => {
    let left = random.uniform();
    for (let j = 0; j < numClasses; j++) {
      left -= p[i * numClasses + j]!;
      if (left < 0) return j;
    }
    return numClasses - 1;
  });
  return { outputs, classes, numClasses };
}

describe('temperature scaling', () => {
  const truth = drawn(4000, 4, 1);

  it.each([0.25, 1, 3])('finds the factor %d that outputs were stretched by', (factor) => {
    const found = calibrate({ ...truth, outputs: truth.outputs.map((f) => f * factor) });
    expectClose([found.temperature], [factor], { rtol: 0.06, atol: 0 });
    expect(found.eceAfter).toBeLessThan(0.025);
    if (factor !== 1) expect(found.eceBefore).toBeGreaterThan(0.08);
    expect(found.nllAfter).toBeLessThanOrEqual(found.nllBefore);
  });

  it('serves outputs of squared loss, which lie near 0 and 1', () => {
    // Of 1,000 answers, 900 are right: softmax of (1, 0)/T must be 0.9.
    const n = 1000;
    const outputs = Float64Array.from({ length: 2 * n }, (_, i) => 1 - (i % 2));
    const classes = Int32Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 1 : 0));
    const found = calibrate({ outputs, classes, numClasses: 2 });
    expectClose([found.temperature], [1 / Math.log(9)], { rtol: 1e-6, atol: 0 });
    expectClose([found.eceBefore, found.eceAfter], [0.9 - 1 / (1 + Math.exp(-1)), 0], {
      rtol: 1e-6,
      atol: 1e-6,
    });
    expectClose([found.nllAfter], [-0.9 * Math.log(0.9) - 0.1 * Math.log(0.1)], { rtol: 1e-9, atol: 0 });
  });

  it('is never less likely than any other temperature', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (seed, log) => {
          const few = drawn(12, 3, seed);
          const t = 10 ** log;
          const other = calibrate({ ...few, outputs: few.outputs.map((f) => f / t) });
          expect(calibrate(few).nllAfter).toBeLessThanOrEqual(other.nllBefore + 1e-9);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('refuses nothing, what does not fit, and NaN', () => {
    const one = { outputs: [1, 0], classes: [0], numClasses: 2 };
    expect(() => calibrate({ ...one, outputs: [], classes: [] })).toThrow('no held-out examples');
    expect(() => calibrate({ ...one, outputs: [1] })).toThrow('1 outputs are not 1 examples of 2 classes');
    expect(() => calibrate({ ...one, classes: [2] })).toThrow('class 2 is not one of 0 … 1');
    expect(() => calibrate({ ...one, outputs: [1, Number.NaN] })).toThrow('example 0 hold NaN');
  });
});

describe('the expected calibration error', () => {
  it('is the gap between confidence and accuracy, weighted by the bins', () => {
    // Two at 0.8, one right; two at 0.6, both right: (|1 − 1.6| + |2 − 1.2|) / 4.
    const p = [0.8, 0.2, 0.8, 0.2, 0.6, 0.4, 0.4, 0.6];
    expectClose([calibrationError(p, { classes: [0, 1, 0, 1], numClasses: 2 })], [0.35], {
      rtol: 1e-9,
      atol: 0,
    });
  });

  it('is refused for probabilities that are no numbers', () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => calibrationError([1, 0, 0, broken], { classes: [0, 1], numClasses: 2 })).toThrow(
        `the probability of class 1 of example 1 is ${broken}`,
      );
  });

  it('is 0 for certain and right answers', () => {
    expect(calibrationError([1, 0, 0, 1], { classes: [0, 1], numClasses: 2 })).toBe(0);
  });
});
