import { cholesky, choleskySolve, createRandom, matmul64 } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crossLogitCosine } from './cross-logit-cosine.js';
import { kernelReport } from './kernel-report.js';
import { regressSample } from './sample-regression.js';
import { spectrumOf } from './spectrum.js';

const [n, k, d] = [12, 3, 40];
const train = Int32Array.from({ length: 8 }, (_, i) => i);
const held = Int32Array.of(8, 9, 10, 11);

/** Gradients of every logit, [nk, d], and classes; the eNTK is JJᵀ. */
function problem(seed: number) {
  const random = createRandom(seed).fork('report');
  const jacobian = Float64Array.from({ length: n * k * d }, () => random.normal());
  const classes = Int32Array.from({ length: n }, () => random.integer(k));
  const prior = Float64Array.from({ length: n * k }, () => 0.2 * random.normal());
  return { jacobian, classes, prior, entk: gramOf(jacobian, n * k) };
}

const gramOf = (rows: Float64Array, count: number) =>
  matmul64(rows, rows, { m: count, k: d, n: count, transposeB: true });

/** K ⊗ I, item-major. */
const timesIdentity = (kernel: Float64Array) =>
  Float64Array.from({ length: (n * k) ** 2 }, (_, at) => {
    const [r, c] = [Math.floor(at / (n * k)), at % (n * k)];
    return r % k === c % k ? kernel[Math.floor(r / k) * n + Math.floor(c / k)]! : 0;
  });

test('a pseudo-NTK that is the eNTK has no error, and gives the same regression', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const { jacobian, classes, prior } = problem(seed);
      const features = jacobian.subarray(0, n * d);
      const pntk = gramOf(features, n);
      const report = kernelReport({
        entk: timesIdentity(pntk),
        pntk,
        sketch: { features, dimension: d },
        numItems: n,
        numClasses: k,
        classes,
        prior,
        train,
        test: held,
      });
      expectClose([report.crossLogitCosine!], [0], { rtol: 0, atol: 1e-12 });
      for (const figures of [report.pntk, report.sketch!]) {
        const { frobeniusError, largestEigenvalueError, smallestEigenvalueError, conditionNumberError } =
          figures;
        expectClose(
          [
            frobeniusError,
            largestEigenvalueError,
            smallestEigenvalueError!,
            conditionNumberError!,
            figures.maxDifference,
            figures.meanDifference,
          ],
          [0, 0, 0, 0, 0, 0],
          { rtol: 0, atol: 1e-8 },
        );
        expect(figures.equalArgmaxShare).toBe(1);
        expect(figures.accuracy).toBe(report.entk.accuracy);
        expectClose([figures.ridge], [report.entk.ridge], { rtol: 1e-12, atol: 0 });
      }
    }),
    { numRuns: 20 },
  );
});

test('the ridge follows each kernel’s own scale: a pseudo-NTK ten times too large predicts the same', () => {
  const { jacobian, classes } = problem(2);
  const pntk = gramOf(jacobian.subarray(0, n * d), n);
  const report = kernelReport({
    entk: timesIdentity(pntk),
    pntk: pntk.map((v) => 10 * v),
    numItems: n,
    numClasses: k,
    classes,
    train,
    test: held,
  });
  expectClose([report.pntk.frobeniusError, report.pntk.largestEigenvalueError], [9, 9], {
    rtol: 1e-9,
    atol: 0,
  });
  expectClose(
    [report.pntk.maxDifference, report.pntk.conditionNumberError!, report.pntk.ridge],
    [0, 0, 10 * report.entk.ridge],
    { rtol: 1e-9, atol: 1e-8 },
  );
});

test('the eNTK’s regression equals ridge regression in parameter space', () => {
  const { jacobian, classes, prior, entk } = problem(3);
  const { predictions, ridge } = regressSample(
    { values: entk, width: k },
    { numItems: n, numClasses: k, prior, classes, train, test: held, ridgeRelative: 0.03 },
  );
  // θ = (JᵀJ + λI)⁻¹ Jᵀ r over the training rows.
  const rows = train.length * k;
  const left = jacobian.subarray(0, rows * d);
  const normal = matmul64(left, left, { m: d, k: rows, n: d, transposeA: true });
  for (let i = 0; i < d; i++) normal[i * d + i]! += ridge;
  const residual = Float64Array.from(
    { length: rows },
    (_, at) => Number(classes[Math.floor(at / k)] === at % k) - prior[at]!,
  );
  const theta = choleskySolve(
    cholesky(normal, d),
    matmul64(left, residual, { m: d, k: rows, n: 1, transposeA: true }),
    1,
  );
  const change = matmul64(jacobian.subarray(rows * d), theta, { m: held.length * k, k: d, n: 1 });
  expectClose(
    predictions,
    change.map((v, at) => v + prior[rows + at]!),
    { rtol: 1e-8, atol: 1e-9 },
  );
});

test('errors, bytes and times are as they are defined', () => {
  const { jacobian, classes, entk } = problem(4);
  const features = Float32Array.from(jacobian.subarray(0, n * d));
  const pntk = gramOf(Float64Array.from(features), n);
  const report = kernelReport({
    entk,
    pntk,
    sketch: { features, dimension: d },
    numItems: n,
    numClasses: k,
    classes,
    train,
    test: held,
    timingsMs: { entk: 14.4, pntk: 1.44 },
  });
  const difference = Math.hypot(...timesIdentity(pntk).map((v, at) => v - entk[at]!));
  expectClose([report.pntk.frobeniusError], [difference / Math.hypot(...entk)], { rtol: 1e-12, atol: 0 });
  expect([report.entk.bytes, report.pntk.bytes, report.sketch!.bytes]).toEqual([
    (n * k) ** 2 * 8,
    n * n * 8,
    n * d * 4,
  ]);
  expectClose([report.entk.microsecondsPerPair!, report.pntk.microsecondsPerPair!], [100, 10], {
    rtol: 1e-12,
    atol: 0,
  });
  expect(report.sketch!.microsecondsPerPair).toBe(null);
});

test('a spectrum sums to the trace, and its effective dimension falls from the rank to 0 as the ridge grows', () => {
  const { jacobian } = problem(5);
  const rank = 5;
  const root = jacobian.slice(0, n * rank);
  const kernel = matmul64(root, root, { m: n, k: rank, n, transposeB: true });
  const { eigenvalues, conditionNumber, largest, smallest } = spectrumOf(kernel, n);
  const trace = Array.from({ length: n }, (_, i) => kernel[i * n + i]!).reduce((a, b) => a + b, 0);
  expectClose([eigenvalues.reduce((a, b) => a + b, 0)], [trace], { rtol: 1e-12, atol: 0 });
  expect([eigenvalues[0], eigenvalues[n - 1]]).toEqual([largest, smallest]);
  expect(conditionNumber).toBe(null);
  const dimensions = [1e-7, 1e-2, 1, 1e4].map(
    (ridgeRelative) => spectrumOf(kernel, n, { ridgeRelative }).effectiveDimension,
  );
  expectClose([dimensions[0]!], [rank], { rtol: 1e-4, atol: 0 });
  expect(dimensions).toEqual([...dimensions].sort((a, b) => b - a));
  expect(dimensions[3]!).toBeLessThan(0.01);
});

test('logits that share a gradient have cosine 1, and logits that sum to zero −1/(k − 1)', () => {
  const { jacobian } = problem(6);
  const shared = Float64Array.from({ length: n * k * d }, (_, at) => {
    const [row, t] = [Math.floor(at / d), at % d];
    return (1 + (row % k)) * jacobian[Math.floor(row / k) * d + t]!;
  });
  expectClose([crossLogitCosine(gramOf(shared, n * k), n, k)!], [1], { rtol: 1e-12, atol: 0 });
  // The rows of I − 1/k, for every item: k vectors of equal length that sum to zero.
  const centred = Float64Array.from({ length: n * k * d }, (_, at) => {
    const [row, t] = [Math.floor(at / d), at % d];
    return t < k ? Number(t === row % k) - 1 / k : 0;
  });
  expectClose([crossLogitCosine(gramOf(centred, n * k), n, k)!], [-1 / (k - 1)], { rtol: 1e-12, atol: 0 });
  expect(crossLogitCosine(Float64Array.of(2), 1, 1)).toBe(null);
});

test('what does not fit is named', () => {
  const { entk, classes, jacobian } = problem(7);
  const pntk = gramOf(jacobian.subarray(0, n * d), n);
  const sample = { entk, pntk, numItems: n, numClasses: k, classes, train, test: held };
  expect(() => kernelReport({ ...sample, pntk: pntk.slice(1) })).toThrow(
    /the pNTK has 143 entries instead of 144/,
  );
  expect(() => kernelReport({ ...sample, test: [7, 8] })).toThrow(
    /item 7 is both a training and a test item/,
  );
  expect(() => kernelReport({ ...sample, test: [12] })).toThrow(/no item 12 of 12/);
  expect(() => kernelReport({ ...sample, classes: classes.map(() => 3) })).toThrow(/item 0 has class 3/);
  expect(() => kernelReport({ ...sample, prior: new Float64Array(n * k).fill(Number.NaN) })).toThrow(
    /prior of item 0 is NaN/,
  );
  expect(() => spectrumOf([1, Number.NaN, 0, 1], 2)).toThrow(/entry \(1, 0\) is not finite/);
  expect(() => spectrumOf([1, 0.5, 0, 1], 2)).toThrow(/not symmetric: two entries differ by 0.5/);
});
