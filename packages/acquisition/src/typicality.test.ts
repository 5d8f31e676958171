import { createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { expect, test } from 'vitest';
import { typicalities } from './typicality.js';

const [n, width] = [200, 3];
const random = createRandom('typicality');
const points = Float64Array.from({ length: n * width }, () => random.normal());

/** 1 / (mean distance to the nearest of some others + 1e-5), the obvious way. */
function wanted(others: ArrayLike<number>, numNeighbours: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const distances = Array.from(others)
      .filter((j) => j !== i)
      .map((j) => Math.hypot(...[0, 1, 2].map((t) => points[i * width + t]! - points[j * width + t]!)))
      .sort((a, b) => a - b)
      .slice(0, numNeighbours);
    return 1 / (distances.reduce((a, b) => a + b, 0) / distances.length + 1e-5);
  });
}

const close = { rtol: 1e-6, atol: 0 };

test('up to the bound a point is compared with all others, to the last bit as without a bound', () => {
  const all = typicalities(points, width, { random, numNeighbours: 5 });
  expectClose(all, wanted([...Array(n).keys()], 5), close);
  expect(typicalities(points, width, { random, numNeighbours: 5, mostCompared: n })).toEqual(all);
});

test('above it, with one seeded subset of that size', () => {
  const options = { random, numNeighbours: 5, mostCompared: 60 };
  const subset = random.fork('typicality').sample(n, 60);
  const found = typicalities(points, width, options);
  expectClose(found, wanted(subset, 5), close);
  expect(typicalities(points, width, options)).toEqual(found);
  expect(typicalities(points, width, { ...options, random: createRandom(1) })).not.toEqual(found);
});
