import { chooseEngine, createRandom, symmetricEigenvalues } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { normals } from '../testing/examples.js';
import { infiniteDenseGram } from './infinite-dense.js';
import { wideDenseKernel } from './testing/wide-dense.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const all = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const variances = fc.record({
  numHidden: fc.integer({ min: 0, max: 4 }),
  weightVariance: fc.double({ min: 0.5, max: 3, noNaN: true }),
  biasVariance: fc.constantFrom(0, 0.05, 0.7),
});

/**
 * E[f(u) g(v)] of a normal pair by the trapezoid rule in u and, where the rectifier of v has its kink, the exact inner
 * integral: v given u is N(mu, s²), E relu(v) = mu·P + s·φ and P(v > 0) = Φ(mu/s).
 */
function gaussianIntegral(q: number, qPrime: number, c: number, isDerivative: boolean): number {
  const s = Math.sqrt(Math.max(0, qPrime - (c * c) / q));
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  // Φ by its own integral from −9 to t.
  const steps = 4_000;
  const cumulative = new Float64Array(steps + 1);
  const width = 18 / steps;
  for (let i = 1; i <= steps; i++)
    cumulative[i] =
      cumulative[i - 1]! +
      (width / 6) *
        (density(-9 + (i - 1) * width) + 4 * density(-9 + (i - 0.5) * width) + density(-9 + i * width));
  const phi = (t: number) => {
    const at = Math.min(steps, Math.max(0, (t + 9) / width));
    const below = Math.min(steps - 1, Math.floor(at));
    return cumulative[below]! + (at - below) * (cumulative[below + 1]! - cumulative[below]!);
  };
  const inner = (u: number) => {
    const mu = (c / q) * u;
    if (s < 1e-12) return isDerivative ? Number(mu > 0) : Math.max(0, mu);
    return isDerivative ? phi(mu / s) : mu * phi(mu / s) + s * density(mu / s);
  };
  let sum = 0;
  const points = 6_000;
  for (let i = 0; i < points; i++) {
    const t = (9 * (i + 0.5)) / points;
    const u = Math.sqrt(q) * t;
    sum += density(t) * (isDerivative ? 1 : u) * inner(u) * (9 / points);
  }
  return sum;
}

/** Σ and Θ as they are written in the papers, with integrals instead of closed forms. */
function numericKernel(
  x: readonly number[],
  y: readonly number[],
  options: { numHidden: number; weightVariance: number; biasVariance: number },
): number {
  const { weightVariance: w, biasVariance: b, numHidden } = options;
  const first = (u: readonly number[], v: readonly number[]) =>
    (w * u.reduce((sum, value, t) => sum + value * v[t]!, 0)) / u.length + b;
  let [q, qPrime, c] = [first(x, x), first(y, y), first(x, y)];
  let theta = c;
  for (let l = 0; l < numHidden; l++) {
    const derivative = w * gaussianIntegral(q, qPrime, c, true);
    c = w * gaussianIntegral(q, qPrime, c, false) + b;
    [q, qPrime] = [
      w * gaussianIntegral(q, q, q, false) + b,
      w * gaussianIntegral(qPrime, qPrime, qPrime, false) + b,
    ];
    theta = c + theta * derivative;
  }
  return theta;
}

test('the closed form equals the recursion by numeric Gaussian integrals', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), variances, (seed, network) => {
      const x = normals(createRandom(seed), 6);
      const [u, v] = [Array.from(x.subarray(0, 3)), Array.from(x.subarray(3))];
      const gram = infiniteDenseGram(x, 3, network);
      expectClose(
        [...gram.column([0, 1], 1), ...gram.diagonal],
        [
          numericKernel(u, v, network),
          numericKernel(v, v, network),
          numericKernel(u, u, network),
          numericKernel(v, v, network),
        ],
        { rtol: 2e-3, atol: 2e-4 },
      );
    }),
    { numRuns: 12 },
  );
});

test('the mean tangent kernel of wide random networks tends to it, as a whole and layer by layer', () => {
  const [n, p] = [4, 5];
  const x = normals(createRandom(3), n * p);
  const network = { numHidden: 2, weightVariance: 1.7, biasVariance: 0.3 };
  const [sizes, draws] = [[p, 300, 300, 1], 30];
  const layers = Array.from({ length: draws }, (_, seed) => wideDenseKernel(x, n, sizes, network, seed));
  const mean = (l: number) =>
    Array.from(
      { length: n * n },
      (_, e) => layers.reduce((sum, byLayer) => sum + byLayer[l]![e]!, 0) / draws,
    );
  const parts = [0, 1, 2].map(mean);
  const total = parts[0]!.map((_, e) => parts.reduce((sum, part) => sum + part[e]!, 0));
  const gram = infiniteDenseGram(x, p, network);
  const scale = Math.max(...gram.diagonal);
  expectClose(total, Array.from(gram.block(all(n), all(n))), { rtol: 0.03, atol: 0.02 * scale });
  const trace = (part: readonly number[]) => all(n).reduce((sum, i) => sum + part[i * n + i]!, 0);
  expectClose(
    parts.map((part) => trace(part) / trace(total)),
    gram.shares,
    { rtol: 0.03, atol: 0 },
  );
});

test('blocks, columns and the diagonal agree, for items that are the same, nearly so, opposite and zero', () => {
  const p = 40;
  const random = createRandom(11);
  const base = normals(random, p);
  const rows = [
    base,
    base.slice(),
    base.map((v) => v * (1 + 1e-6 * random.normal())),
    base.map((v) => v + 1e-3 * random.normal()),
    base.map((v) => -v),
    new Float32Array(p),
    normals(random, p),
    normals(random, p),
  ];
  const x = Float32Array.from(rows.flatMap((row) => Array.from(row)));
  const n = rows.length;
  for (const biasVariance of [0, 0.2]) {
    const gram = infiniteDenseGram(x, p, { numHidden: 3, biasVariance });
    const block = gram.block(all(n), all(n));
    const columns = Array.from({ length: n }, (_, j) => gram.column(all(n), j));
    const scale = gram.diagonal[0]!;
    expectClose(
      block,
      Array.from({ length: n * n }, (_, e) => columns[e % n]![Math.floor(e / n)]!),
      { rtol: 0, atol: 1e-5 * scale },
    );
    expectClose(
      Array.from({ length: n }, (_, i) => block[i * n + i]!),
      gram.diagonal,
      { rtol: 1e-7, atol: 0 },
    );
    expect(block.every(Number.isFinite)).toBe(true);
  }
});

test('the kernel is symmetric and positive semidefinite', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), variances, fc.boolean(), (seed, network, isBalanced) => {
      const n = 14;
      const gram = infiniteDenseGram(normals(createRandom(seed), n * 6), 6, { ...network, isBalanced });
      const columns = Array.from({ length: n }, (_, j) => gram.column(all(n), j));
      const kernel = Float64Array.from({ length: n * n }, (_, e) => columns[e % n]![Math.floor(e / n)]!);
      const eigenvalues = symmetricEigenvalues(kernel, n);
      expect(eigenvalues[0]!).toBeGreaterThan(-1e-6 * eigenvalues[n - 1]!);
    }),
    { numRuns: 30 },
  );
});

test('without biases the kernel is homogeneous: inputs times s give kernels times s²', () => {
  const x = normals(createRandom(5), 6 * 4);
  const [one, three] = [1, 3].map((s) =>
    infiniteDenseGram(
      x.map((v) => s * v),
      4,
      { numHidden: 2 },
    ).block(all(6), all(6)),
  );
  expectClose(
    three!,
    Array.from(one!, (v) => 9 * v),
    { rtol: 1e-4, atol: 1e-5 },
  );
});

test('balanced, every layer has mean trace 1', () => {
  const [n, numHidden] = [9, 3];
  const gram = infiniteDenseGram(normals(createRandom(6), n * 4), 4, {
    numHidden,
    biasVariance: 0.1,
    isBalanced: true,
  });
  expectClose([gram.diagonal.reduce((a, b) => a + b, 0) / n], [numHidden + 1], { rtol: 1e-12, atol: 0 });
  expectClose([gram.shares.reduce((a, b) => a + b, 0)], [1], { rtol: 1e-12, atol: 0 });
});

test('without hidden layers it is the linear kernel', () => {
  const gram = infiniteDenseGram(Float32Array.of(1, 2, 3, 4), 2, { numHidden: 0, biasVariance: 0.5 });
  expectClose([...gram.diagonal, ...gram.column([0], 1)], [5.5, 25.5, 11.5], { rtol: 1e-12, atol: 0 });
});

test('what it cannot work with is named', () => {
  const x = new Float32Array(6);
  expect(() => infiniteDenseGram(x, 4, { numHidden: 1 })).toThrow(/6 numbers do not make rows of 4 inputs/);
  expect(() => infiniteDenseGram(x, 3, { numHidden: 1.5 })).toThrow(/1.5 hidden layers/);
  expect(() => infiniteDenseGram(x, 3, { numHidden: 1, weightVariance: 0 })).toThrow(
    /variances 0 of weights/,
  );
  expect(() => infiniteDenseGram(Float32Array.of(1, Number.NaN), 1, { numHidden: 1 })).toThrow(
    /item 1 holds NaN/,
  );
});
