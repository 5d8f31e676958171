import { createRandom, matmul64 } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { expect, test } from 'vitest';
import { symmetriseInPlace } from './symmetric.js';
import { QuadraticForms, WeightedGram } from './symmetric-panels.js';

const close = { rtol: 1e-11, atol: 1e-10 };

// One panel, a whole number of them, and a rest.
test.each([5, 256, 300])('panels of symmetric matrices change no number, d = %i', (d) => {
  const random = createRandom(d);
  const n = 40;
  const x = Float64Array.from({ length: n * d }, () => random.normal());
  const weights = Float64Array.from({ length: n }, () => random.uniform());
  const whole = new WeightedGram(d);
  const weighted = new WeightedGram(d);
  for (const [from, to] of [
    [0, 25],
    [25, 40],
  ] as const) {
    whole.add(x.subarray(from * d, to * d), to - from, null);
    weighted.add(x.subarray(from * d, to * d), to - from, weights.subarray(from, to));
  }
  const shape = { m: d, k: n, n: d, transposeA: true };
  expectClose(whole.sum(), matmul64(x, x, shape), close);
  const scaled = x.map((value, i) => value * weights[Math.floor(i / d)]!);
  expectClose(weighted.sum(), matmul64(x, scaled, shape), close);
  expectClose([whole.trace()], [x.reduce((sum, value) => sum + value * value, 0)], close);

  const [a, b] = [0, 1].map(() => {
    const matrix = Float64Array.from({ length: d * d }, () => random.normal());
    symmetriseInPlace(matrix, d);
    return matrix;
  });
  const both = new QuadraticForms(d);
  both.set(b!, a!);
  both.set(a!, b!);
  const forms = both.of(x, n);
  [a!, b!].forEach((matrix, which) => {
    const product = matmul64(x, matrix, { m: n, k: d, n: d });
    const wanted = Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += x[i * d + j]! * product[i * d + j]!;
      return sum;
    });
    expectClose(
      forms.filter((_, i) => i % 2 === which),
      wanted,
      { rtol: 1e-9, atol: 1e-8 },
    );
  });
  x[7] = Number.NaN;
  whole.add(x, n, null);
  expect(whole.trace()).toBeNaN();
});
