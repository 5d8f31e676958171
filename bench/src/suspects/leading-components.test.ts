import { createRandom } from '@tangent/compute';
import { expect, test } from 'vitest';
import { leadingComponents } from './leading-components.js';

test('of features with few directions and a little noise, the components keep the cosines of all pairs', () => {
  const [n, d, r] = [40, 60, 5];
  const random = createRandom('components');
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const [left, right] = [normals(n * r), normals(r * d)];
  const x = Float32Array.from({ length: n * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    let sum = 1e-3 * random.normal();
    for (let t = 0; t < r; t++) sum += left[i * r + t]! * right[t * d + j]!;
    return sum;
  });
  const z = leadingComponents(x, d, r, 1);
  const product = (values: Float32Array, width: number, i: number, j: number) => {
    let sum = 0;
    for (let t = 0; t < width; t++) sum += values[i * width + t]! * values[j * width + t]!;
    return sum;
  };
  for (let i = 0; i < n; i++) {
    expect(product(z, r, i, i)).toBeCloseTo(64, 3);
    for (let j = 0; j < i; j++) {
      const cosine = product(x, d, i, j) / Math.sqrt(product(x, d, i, i) * product(x, d, j, j));
      expect(product(z, r, i, j) / 64).toBeCloseTo(cosine, 3);
    }
  }
});
