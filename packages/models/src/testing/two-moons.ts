import { createRandom } from '@tangent/compute';
import type { TrainingData } from '../training/training-data.js';

/** Points of two interleaved half circles: a small problem that no linear model solves. */
export function twoMoons(n: number, seed: number): TrainingData {
  const random = createRandom(seed);
  const x = new Float32Array(2 * n);
  const classes = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const angle = Math.PI * random.uniform();
    const isUpper = i % 2 === 0;
    x[2 * i] = (isUpper ? Math.cos(angle) : 1 - Math.cos(angle)) + 0.1 * random.normal();
    x[2 * i + 1] = (isUpper ? Math.sin(angle) : 0.5 - Math.sin(angle)) + 0.1 * random.normal();
    classes[i] = isUpper ? 0 : 1;
  }
  return { x, classes };
}
