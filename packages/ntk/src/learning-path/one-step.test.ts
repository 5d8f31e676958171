import { createRandom, softmaxRows } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { expect, test } from 'vitest';
import { predictedStep } from './one-step.js';

const [p, h, k] = [3, 7, 4];

/** f(x) = V tanh(Wx): smooth, so that the error of a step is of second order everywhere. θ = [W (h, p), V (k, h)]. */
function outputsOf(theta: Float64Array, x: Float64Array): Float64Array {
  const a = hiddenOf(theta, x);
  return Float64Array.from({ length: k }, (_, j) =>
    a.reduce((sum, v, u) => sum + theta[h * p + j * h + u]! * v, 0),
  );
}

const hiddenOf = (theta: Float64Array, x: Float64Array) =>
  Float64Array.from({ length: h }, (_, u) =>
    Math.tanh(x.reduce((sum, v, t) => sum + theta[u * p + t]! * v, 0)),
  );

/** ∂f_j/∂θ, [k][parameters]. */
function jacobianOf(theta: Float64Array, x: Float64Array): Float64Array[] {
  const a = hiddenOf(theta, x);
  return Array.from({ length: k }, (_, j) => {
    const gradient = new Float64Array(theta.length);
    for (let u = 0; u < h; u++) {
      gradient[h * p + j * h + u] = a[u]!;
      for (let t = 0; t < p; t++) gradient[u * p + t] = theta[h * p + j * h + u]! * (1 - a[u]! ** 2) * x[t]!;
    }
    return gradient;
  });
}

const random = createRandom('one step');
const normals = (n: number) => Float64Array.from({ length: n }, () => random.normal());
const theta = normals(h * p + k * h);
const watched = Array.from({ length: 5 }, () => normals(p));
const trained = Array.from({ length: 2 }, () => normals(p));
const targets = [Float64Array.of(0, 1, 0, 0), Float64Array.of(0.1, 0.1, 0.7, 0.1)];

const probabilitiesAt = (parameters: Float64Array, items: readonly Float64Array[]) =>
  softmaxRows(
    items.flatMap((x) => Array.from(outputsOf(parameters, x))),
    k,
  );
const before = probabilitiesAt(theta, watched);
const residuals = probabilitiesAt(theta, trained).map((q, at) => targets[Math.floor(at / k)]![at % k]! - q);

const rows = watched.flatMap((x) => jacobianOf(theta, x));
const columns = trained.flatMap((x) => jacobianOf(theta, x));
const blocks = Float64Array.from(
  rows.flatMap((r) => columns.map((c) => r.reduce((sum, v, t) => sum + v * c[t]!, 0))),
);

/** The change of the probabilities by a real step: θ ← θ + η Σ_i J(x_i)ᵀ (p_i − q_i). */
function realStep(learningRate: number): Float64Array {
  const stepped = theta.map((v, t) => {
    let ascent = 0;
    columns.forEach((gradient, c) => {
      ascent += gradient[t]! * residuals[c]!;
    });
    return v + learningRate * ascent;
  });
  return probabilitiesAt(stepped, watched).map((q, at) => q - before[at]!);
}

const predicted = (learningRate: number) =>
  predictedStep({ blocks, probabilities: before, residuals, numClasses: k, learningRate });

test('the predicted step differs from a real step of gradient descent by O(η²)', () => {
  const rates = [1e-2, 1e-3, 1e-4];
  const errors = rates.map((rate) => {
    const real = realStep(rate);
    return Math.hypot(...predicted(rate).map((v, at) => v - real[at]!));
  });
  const slope = (i: number) => Math.log(errors[i]! / errors[i + 1]!) / Math.log(rates[i]! / rates[i + 1]!);
  for (const i of [0, 1]) {
    expect(slope(i)).toBeGreaterThan(1.9);
    expect(slope(i)).toBeLessThan(2.1);
  }
  const small = realStep(1e-4);
  expect(errors[2]! / Math.hypot(...small)).toBeLessThan(1e-2);
});

test('the change of a row’s probabilities sums to 0, and is linear in η', () => {
  const change = predicted(0.1);
  expectClose(
    watched.map((_, row) => change.subarray(row * k, (row + 1) * k).reduce((a, b) => a + b, 0)),
    watched.map(() => 0),
    { rtol: 0, atol: 1e-15 },
  );
  expectClose(
    change,
    predicted(0.2).map((v) => v / 2),
    { rtol: 1e-12, atol: 0 },
  );
});

test('blocks that do not join the items are refused', () => {
  expect(() =>
    predictedStep({
      blocks: blocks.slice(1),
      probabilities: before,
      residuals,
      numClasses: k,
      learningRate: 1,
    }),
  ).toThrow(/blocks of 159 numbers do not join 20 probabilities and 8 residuals of 4 classes/);
});
