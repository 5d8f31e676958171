import { createRandom } from '@tangent/compute';
import type { TrainingData } from '../training/training-data.js';

/** Noisy images [size, size, 1] of horizontal (0) and vertical (1) stripes at random places. */
export function stripes(n: number, size: number, seed: number): TrainingData {
  const random = createRandom(seed);
  const classes = Int32Array.from({ length: n }, (_, i) => i % 2);
  const x = new Float32Array(n * size * size);
  classes.forEach((c, i) => {
    const phase = random.integer(4);
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++)
        x[(i * size + row) * size + column] =
          (((c === 0 ? row : column) + phase) % 4 < 2 ? 1 : -1) + 0.3 * random.normal();
  });
  return { x, classes };
}
