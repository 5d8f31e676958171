import { createRandom } from '@tangent/compute';
import { takeRows } from '@tangent/ntk';
import { loadDigits } from '../digits.js';
import type { DataSet, Split } from './load-set.js';

/** The 10,000 digits of npm as a data set: a fixed half to label, the other half held out. */
export async function digitsSet(): Promise<DataSet> {
  const { pixels, classes } = await loadDigits();
  const order = createRandom('digits of npm').permutation(classes.length);
  const half = Math.floor(classes.length / 2);
  const bytes = Float32Array.from(pixels, (value) => 255 * value);
  const split = (rows: Int32Array): Split => ({
    inputs: {
      kind: 'images',
      pixels: Uint8Array.from(takeRows(bytes, 784, rows), Math.round),
      height: 28,
      width: 28,
      channels: 1,
    },
    classes: Int32Array.from(rows, (i) => classes[i]!),
  });
  return {
    name: 'digits of npm',
    classNames: Array.from({ length: 10 }, (_, i) => String(i)),
    train: split(order.slice(0, half)),
    test: split(order.slice(half)),
  };
}
