import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from './random.js';

const draw = (n: number, f: () => number) => Array.from({ length: n }, f);
const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;

describe('seeded random numbers', () => {
  it('are the same for the same seed, on every machine', () => {
    const random = createRandom(1);
    // Written down once: a change here changes every batch and every model.
    expect(draw(3, random.uniform)).toEqual(draw(3, createRandom('1').uniform));
    expect(draw(3, createRandom(1).uniform)).toMatchInlineSnapshot(`
      [
        0.5539666855214243,
        0.9786730066764235,
        0.13310842746702578,
      ]
    `);
    expect([...createRandom('batch').permutation(8)]).toMatchInlineSnapshot(`
      [
        1,
        3,
        5,
        4,
        6,
        2,
        7,
        0,
      ]
    `);
  });

  it('have nothing in common for neighbouring seeds', () => {
    const first = draw(
      4000,
      (() => {
        let seed = 0;
        return () => createRandom(seed++).uniform();
      })(),
    );
    expect(Math.abs(mean(first) - 0.5)).toBeLessThan(0.02);
    const steps = first.slice(1).map((v, i) => (v - 0.5) * (first[i]! - 0.5));
    expect(Math.abs(mean(steps)) * 12).toBeLessThan(0.06);
  });

  it('have the moments of their distributions', () => {
    const random = createRandom('moments');
    const uniform = draw(20_000, random.uniform);
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.01);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    const normal = draw(20_000, random.normal);
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(mean(normal.map((v) => v * v)) - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(normal.map((v) => v ** 4)) - 3)).toBeLessThan(0.3);
    expect(Math.abs(mean(draw(20_000, random.sign)))).toBeLessThan(0.03);
  });

  it('cover the bound evenly', () => {
    const random = createRandom('bound');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) counts[random.integer(7)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(() => random.integer(0)).toThrow(RangeError);
    expect(() => random.integer(1.5)).toThrow(RangeError);
  });

  it('order and draw every number at most once', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(200), fc.nat(250), (seed, n, count) => {
        const random = createRandom(seed);
        expect([...random.permutation(n)].sort((a, b) => a - b)).toEqual(
          draw(
            n,
            (
              (i) => () =>
                i++
            )(0),
          ),
        );
        const sample = [...random.sample(n, count)];
        expect(sample).toHaveLength(Math.min(n, count));
        expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
        for (const i of sample) expect(i >= 0 && i < n).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('fork into generators that do not depend on what was drawn before', () => {
    const early = createRandom(5).fork('model');
    const parent = createRandom(5);
    draw(10, parent.uniform);
    const late = parent.fork('model');
    expect(draw(5, early.uniform)).toEqual(draw(5, late.uniform));
    expect(createRandom(5).fork('model').uniform()).not.toBe(createRandom(5).fork('batch').uniform());
    expect(createRandom(5).fork('model').uniform()).not.toBe(createRandom(6).fork('model').uniform());
  });
});
