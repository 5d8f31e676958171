import { describe, expect, it } from 'vitest';
import { fitting } from './decode-image';

const pictures = (...megapixels: readonly number[]) =>
  megapixels.map((size, n) => ({ src: `/${n}`, numPixels: size * 1e6 }));
const numFitting = (...megapixels: readonly number[]) => fitting(pictures(...megapixels)).length;

describe('images decoded ahead', () => {
  it('are all that wait while they are small, and fewer the larger they are', () => {
    expect(numFitting(...Array<number>(11).fill(2))).toBe(11);
    expect(numFitting(...Array<number>(11).fill(12))).toBe(10);
    expect(numFitting(...Array<number>(11).fill(40))).toBe(3);
  });

  it('are the first of those that wait, none left out between', () => {
    const waiting = pictures(40, 40, 40, 40, 1, 1);
    expect(fitting(waiting)).toEqual(waiting.slice(0, 3));
  });

  it('are the one on screen and the next, whatever they measure', () => {
    expect(numFitting(300, 300, 1)).toBe(2);
    expect(numFitting()).toBe(0);
  });
});
