import { createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { expect, test } from 'vitest';
import {
  argmaxes,
  entropiesOf,
  marginsOf,
  marginsOfMeans,
  oneHot,
  probabilitiesOf,
} from './probabilities.js';

test('outputs are clipped and normalised to probabilities', () => {
  const p = probabilitiesOf([-1, 2, 0.5, 0.2, 0.2, 0.1], 3);
  expectClose([p[0]! + p[1]! + p[2]!, p[3]! + p[4]! + p[5]!], [1, 1], { rtol: 1e-12, atol: 0 });
  expectClose(p.slice(0, 3), [0, 1 / 1.5, 0.5 / 1.5], { rtol: 1e-5, atol: 1e-5 });
});

test('margin, entropy and the largest entry', () => {
  const p = Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.1, 0.8);
  expectClose(marginsOf(p, 3), [0.2, 0.7], { rtol: 1e-12, atol: 1e-12 });
  expectClose(marginsOf(Float64Array.of(1), 1), [1], { rtol: 0, atol: 0 });
  expect([...marginsOf(Float64Array.of(0.5, Number.NaN, 0.5, Number.NaN, 0, 1), 2)]).toEqual([
    Number.NaN,
    Number.NaN,
    1,
  ]);
  expect([...marginsOf(Float64Array.of(Number.NaN), 1)]).toEqual([Number.NaN]);
  expectClose(entropiesOf(Float64Array.of(0.5, 0.5), 2), [Math.log(2)], { rtol: 1e-12, atol: 0 });
  expect([...argmaxes(p, 3)]).toEqual([0, 2]);
  expect([...argmaxes([1, 1], 2)]).toEqual([0]);
  expect([...oneHot(1, 3)]).toEqual([0, 1, 0]);
});

test('the margins of means are those of their probabilities', () => {
  const random = createRandom('means');
  for (const k of [1, 2, 3, 10]) {
    const mean = Float64Array.from({ length: 60 * k }, () => random.normal());
    // A row of twins, one below zero, one above one.
    mean
      .fill(0.3, 0, k)
      .fill(-2, k, 2 * k)
      .fill(7, 2 * k, 3 * k);
    expectClose(marginsOfMeans(mean, k), marginsOf(probabilitiesOf(mean, k), k), {
      rtol: 1e-13,
      atol: 1e-15,
    });
  }
  expect([...marginsOfMeans([0.5, Number.NaN, 0.2, 0.1], 2)].map(Number.isNaN)).toEqual([true, false]);
});
