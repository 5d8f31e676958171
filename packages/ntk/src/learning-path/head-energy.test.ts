import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseHeadProbe, headEnergy, smoothedTargets } from './head-energy.js';

test('the energy of a head that knows nothing, everything, or the wrong class is as it must be', () => {
  const k = 4;
  expectClose([headEnergy(new Float64Array(2 * k), [0, 3], k)], [Math.sqrt((k - 1) / k)], {
    rtol: 1e-12,
    atol: 0,
  });
  expectClose([headEnergy([50, 0, 0, 0], [0], k)], [0], { rtol: 0, atol: 1e-12 });
  expectClose([headEnergy([50, 0, 0, 0], [1], k)], [Math.SQRT2], { rtol: 1e-12, atol: 0 });
});

test('a head that fits smoothed targets exactly keeps energy s√((k − 1)/k)', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 8 }),
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      (k, smoothing) => {
        const classes = [0, k - 1, 1];
        const targets = smoothedTargets(classes, k, smoothing);
        expectClose(
          classes.map((_, i) => targets.subarray(i * k, (i + 1) * k).reduce((a, b) => a + b, 0)),
          [1, 1, 1],
          { rtol: 1e-12, atol: 0 },
        );
        expectClose([headEnergy(targets.map(Math.log), classes, k)], [smoothing * Math.sqrt((k - 1) / k)], {
          rtol: 1e-9,
          atol: 0,
        });
      },
    ),
  );
});

test('a sweep stops after values without a gain, and of equals takes the shorter probing', () => {
  const accuracies = [0.7, 0.8, 0.8, 0.79, 0.78, 0.95];
  const probes = accuracies.map((validationAccuracy, i) => ({
    numEpochs: 2 ** i,
    energy: 1 / (i + 1),
    validationAccuracy,
  }));
  const sweep = chooseHeadProbe([...probes].reverse(), { patience: 3 });
  expect(sweep.probes).toEqual(probes);
  expect(sweep.chosen).toEqual(probes[1]);
  expect(sweep.stoppedAt).toBe(16);
  const patient = chooseHeadProbe(probes, { patience: 4 });
  expect(patient.chosen).toEqual(probes[5]);
  expect(patient.stoppedAt).toBe(null);
});

test('a sweep that cannot be judged is refused', () => {
  const probe = { numEpochs: 1, energy: 0.3, validationAccuracy: 0.5 };
  expect(() => chooseHeadProbe([])).toThrow(/nothing was measured/);
  expect(() => chooseHeadProbe([probe, probe])).toThrow(/τ = 1 was measured twice/);
  expect(() => chooseHeadProbe([{ ...probe, energy: Number.NaN }])).toThrow(/number of τ = 1 is not finite/);
  expect(() => headEnergy([], [], 3)).toThrow(/0 outputs of 3 classes for 0 labels/);
  expect(() => smoothedTargets([0], 2, 1)).toThrow(/smoothing 1 is not in \[0, 1\)/);
});
