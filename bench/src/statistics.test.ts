import { describe, expect, it } from 'vitest';
import {
  areaUnder,
  curveEstimates,
  estimate,
  estimateShare,
  labelsSaved,
  meanCurve,
  pointsOver,
  studentQuantile,
} from './statistics.js';

describe('an estimate', () => {
  it('has Student’s interval', () => {
    const { mean, plusMinus } = estimate([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(plusMinus).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 6);
    expect(estimate([7])).toEqual({ mean: 7, plusMinus: Infinity });
    expect(() => estimate([])).toThrow(RangeError);
  });

  it('has an interval that narrows to the normal one', () => {
    // Published quantiles for 40, 60 and 120 degrees of freedom.
    expect(studentQuantile(40)).toBeCloseTo(2.021, 3);
    expect(studentQuantile(60)).toBeCloseTo(2.0, 3);
    expect(studentQuantile(120)).toBeCloseTo(1.98, 3);
    for (let v = 1; v < 100; v++) expect(studentQuantile(v + 1)).toBeLessThan(studentQuantile(v));
  });
});

describe('a share of trials', () => {
  it('has Wilson’s interval', () => {
    // Wilson 1927 for 8 of 10: 0.4902 … 0.9433.
    const { mean, plusMinus } = estimateShare(8, 10);
    expect(mean).toBe(0.8);
    expect(2 * plusMinus).toBeCloseTo(0.9433 - 0.4902, 3);
    // No success is no certainty, and many trials are like the normal distribution.
    expect(estimateShare(0, 10).plusMinus).toBeGreaterThan(0.1);
    expect(estimateShare(6_000, 10_000).plusMinus).toBeCloseTo(1.96 * Math.sqrt(0.24 / 10_000), 5);
    expect(() => estimateShare(3, 2)).toThrow(RangeError);
  });
});

describe('curves', () => {
  const curves = new Map([
    [1, [0.5, 0.8, 0.9]],
    [2, [0.4, 0.7, 0.8]],
    [3, [0, 0, 0]],
  ]);
  const others = new Map([
    [2, [0.25, 0.5, 0.75]],
    [1, [0.75, 1, 0.75]],
  ]);

  it('are compared without the shared start, and in pairs by seed', () => {
    expect(areaUnder([0.5, 0.8, 0.9])).toBeCloseTo(0.85, 12);
    // 0.85 − 0.875 for seed 1, 0.75 − 0.625 for seed 2.
    const points = pointsOver(curves, others);
    expect(points.mean).toBeCloseTo(5, 9);
    expect(points.plusMinus).toBeCloseTo(12.706 * 7.5, 6);
  });

  it('have a mean and an interval at every training', () => {
    expect(meanCurve(others)).toEqual([0.5, 0.75, 0.75]);
    expect(curveEstimates(others).map(({ plusMinus }) => plusMinus)[2]).toBe(0);
  });

  it('save the labels that the other needed beyond', () => {
    const labels = [20, 40, 60];
    // As good as the other's end (0.6) half way between 20 and 40 labels.
    expect(labelsSaved([0.5, 0.7, 0.8], [0.5, 0.55, 0.6], labels)).toBeCloseTo(1 - 30 / 60, 12);
    expect(labelsSaved([0.5, 0.55, 0.6], [0.5, 0.55, 0.6], labels)).toBeCloseTo(0, 12);
    expect(labelsSaved([0.5, 0.5, 0.5], [0.5, 0.55, 0.6], labels)).toBeNull();
    expect(labelsSaved([0.7, 0.7, 0.7], [0.5, 0.55, 0.6], labels)).toBeCloseTo(2 / 3, 12);
  });
});
