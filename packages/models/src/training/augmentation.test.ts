import { createRandom } from '@tangent/compute';
import { describe, expect, it } from 'vitest';
import { type Augmentation, augmentImages } from './augmentation.js';

const nothing: Augmentation = { shift: 0, rotation: 0, scale: 0, mirror: false };
const [height, width, channels] = [9, 12, 2];
const shape = [height, width, channels] as const;
const noise = createRandom(1);
const images = Float32Array.from({ length: 40 * height * width * channels }, () => noise.normal());
const augment = (x: Float32Array, changed: Partial<Augmentation>, seed = 7) =>
  augmentImages(x, shape, { ...nothing, ...changed }, createRandom(seed));

/** n images with a bright Gaussian spot at [y, x] in both channels. */
function spots(n: number, [spotY, spotX]: readonly [number, number]): Float32Array {
  return Float32Array.from({ length: n * height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels) % (height * width);
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    return Math.exp(-((y - spotY) ** 2 + (x - spotX) ** 2) / 2);
  });
}
/** Centre of mass and mass of the first channel of each image. */
function masses(x: Float32Array) {
  const size = height * width * channels;
  return Array.from({ length: x.length / size }, (_, image) => {
    let [mass, y, across] = [0, 0, 0];
    for (let pixel = 0; pixel < height * width; pixel++) {
      const value = x[image * size + pixel * channels]!;
      mass += value;
      y += value * Math.floor(pixel / width);
      across += value * (pixel % width);
    }
    return { mass, y: y / mass, x: across / mass };
  });
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('augmented images', () => {
  it('are the images where nothing may move', () => {
    expect(augment(images, {})).toEqual(images);
  });

  it('are mirrored whole or not at all, each about as often', () => {
    const size = height * width * channels;
    const moved = augment(images, { mirror: true });
    const isMirrored = Array.from({ length: 40 }, (_, n) => {
      const [before, after] = [images, moved].map((x) => x.subarray(n * size, (n + 1) * size));
      const mirrored = before!.map((_, i) => {
        const [pixel, channel] = [Math.floor(i / channels), i % channels];
        const [y, x] = [Math.floor(pixel / width), pixel % width];
        return before![(y * width + width - 1 - x) * channels + channel]!;
      });
      if (String(after) === String(before)) return false;
      expect(after).toEqual(mirrored);
      return true;
    });
    const numMirrored = isMirrored.filter(Boolean).length;
    expect(numMirrored).toBeGreaterThan(8);
    expect(numMirrored).toBeLessThan(32);
  });

  it('move by at most the share of each side, either way', () => {
    const moved = masses(augment(spots(300, [4, 5.5]), { shift: 0.1 }));
    const [down, across] = [moved.map(({ y }) => y - 4), moved.map(({ x }) => x - 5.5)];
    for (const [moves, side] of [
      [down, height],
      [across, width],
    ] as const) {
      expect(Math.max(...moves)).toBeLessThan(0.1 * side + 0.02);
      expect(Math.max(...moves)).toBeGreaterThan(0.08 * side);
      expect(Math.min(...moves)).toBeGreaterThan(-0.1 * side - 0.02);
      expect(Math.min(...moves)).toBeLessThan(-0.08 * side);
      expect(Math.abs(mean(moves))).toBeLessThan(0.02 * side);
    }
  });

  it('turn about the centre, by at most the angle, and keep their distance from it', () => {
    const moved = masses(augment(spots(300, [4, 8]), { rotation: 20 }));
    const angles = moved.map(({ y, x }) => (Math.atan2(y - 4, x - 5.5) * 180) / Math.PI);
    expect(Math.max(...angles)).toBeLessThan(20.5);
    expect(Math.max(...angles)).toBeGreaterThan(18);
    expect(Math.min(...angles)).toBeLessThan(-18);
    for (const { y, x } of moved) expect(Math.abs(Math.hypot(y - 4, x - 5.5) - 2.5)).toBeLessThan(0.1);
  });

  // A spot of few pixels is a rough scale: hence the wider bounds.
  it('grow and shrink by at most the factor', () => {
    const { mass } = masses(spots(1, [4, 5.5]))[0]!;
    const factors = masses(augment(spots(300, [4, 5.5]), { scale: 0.2 })).map((m) =>
      Math.sqrt(m.mass / mass),
    );
    expect(Math.max(...factors)).toBeLessThan(1.25);
    expect(Math.max(...factors)).toBeGreaterThan(1.12);
    expect(Math.min(...factors)).toBeGreaterThan(1 / 1.25);
    expect(Math.min(...factors)).toBeLessThan(0.9);
  });

  it('hold no number beyond those of the image, are the same for a seed, and leave the image as it is', () => {
    const everything = { shift: 0.4, rotation: 180, scale: 1, mirror: true };
    const before = images.slice();
    const moved = augment(images, everything);
    expect(images).toEqual(before);
    expect(Math.max(...moved)).toBeLessThanOrEqual(Math.max(...images));
    expect(Math.min(...moved)).toBeGreaterThanOrEqual(Math.min(...images));
    expect(augment(images, everything)).toEqual(moved);
    expect(augment(images, everything, 8)).not.toEqual(moved);
  });
});
