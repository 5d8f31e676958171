import { chooseEngine, createRandom } from '@tangent/compute';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Digits } from './digits.js';
import { m20, type SimulationSettings, simulate } from './simulation-run.js';
import { areaUnder, estimate, meanCurve, pointsOver } from './simulation-statistics.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

/** Ten noisy patterns of 784 pixels. */
function patterns(n: number): Digits {
  const random = createRandom('patterns');
  const prototypes = Float32Array.from({ length: 7840 }, () => random.uniform());
  const classes = Int32Array.from({ length: n }, (_, i) => i % 10);
  const pixels = Float32Array.from(
    { length: n * 784 },
    (_, i) => 0.4 * prototypes[classes[Math.floor(i / 784)]! * 784 + (i % 784)]! + 0.6 * random.uniform(),
  );
  return { pixels, classes };
}

describe('a simulation', () => {
  const settings: Omit<SimulationSettings, 'strategy'> = {
    ...m20,
    seed: 1,
    poolSize: 80,
    numStart: 10,
    batchSize: 5,
    numTrainings: 3,
    evaluationSize: 20,
    model: { kind: 'mlp', hidden: [16], activation: 'relu' },
    training: { ...m20.training, steps: 60 },
  };
  const digits = patterns(140);
  const run = (strategy: string) => simulate(digits, { ...settings, strategy });

  it('starts all strategies from the same model, and repeats itself', () => {
    const lookahead = run('lookahead');
    expect(lookahead).toHaveLength(3);
    expect(run('lookahead')).toEqual(lookahead);
    expect(run('random')[0]).toBe(lookahead[0]);
  });

  it('learns from the labels that it is given', () => {
    const curve = run('vtl');
    expect(curve[2]).toBeGreaterThan(curve[0]!);
    expect(curve[2]).toBeGreaterThan(0.5);
  });
});

describe('the statistics of curves', () => {
  it('give Student’s interval', () => {
    const { mean, plusMinus } = estimate([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(plusMinus).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 6);
    expect(estimate([7])).toEqual({ mean: 7, plusMinus: Infinity });
    expect(() => estimate([])).toThrow(RangeError);
  });

  it('leave the shared start out and pair by seed', () => {
    const curves = new Map([
      [1, [0.5, 0.8, 0.9]],
      [2, [0.4, 0.7, 0.8]],
      [3, [0, 0, 0]],
    ]);
    const others = new Map([
      [2, [0.25, 0.5, 0.75]],
      [1, [0.75, 1, 0.75]],
    ]);
    expect(areaUnder([0.5, 0.8, 0.9])).toBeCloseTo(0.85, 12);
    // +0.85 − 0.875 for seed 1, +0.75 − 0.625 for seed 2.
    expect(pointsOver(curves, others).mean).toBeCloseTo(5, 9);
    expect(meanCurve(others)).toEqual([0.5, 0.75, 0.75]);
  });
});
