import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { EngineForms } from './engine-forms.js';
import { FeatureCore } from './feature-core.js';
import { FeatureTable } from './feature-table.js';
import { inner, timesVector } from './symmetric.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

test('forms on the tensor engine are those of the float64 state, to the rounding of float32', () => {
  const [n, d, k] = [60, 12, 3];
  const random = createRandom(4);
  const features = Float32Array.from({ length: n * d }, () => random.normal());
  const table = FeatureTable.of(features, d);
  const target = (c: number) => Float64Array.from({ length: k }, (_, j) => Number(j === c));
  const labels = new Map(Array.from({ length: 9 }, (_, i) => [i, target(i % k)]));
  const prior = Float64Array.from({ length: n * k }, () => 0.1 * random.normal());
  const core = FeatureCore.build({ prior, numClasses: k, labels, evaluation: 'pool' }, table);
  const forms = new EngineForms(core, d);
  const found = forms.of(features.subarray(10 * d), n - 10);
  forms.dispose();
  const rows = Array.from({ length: n - 10 }, (_, i) => Float64Array.from(table.row(10 + i)));
  const close = { rtol: 1e-4, atol: 1e-4 };
  expectClose(
    found.q,
    rows.map((phi) => inner(phi, timesVector(core.inverse, phi))),
    close,
  );
  expectClose(
    found.n,
    rows.map((phi) => inner(phi, timesVector(core.gain, phi))),
    close,
  );
  rows.forEach((phi, i) => {
    for (let j = 0; j < k; j++) {
      const shift = phi.reduce((sum, value, t) => sum + value * core.weights[t * k + j]!, 0);
      expect(Math.abs(found.shifts[i * k + j]! - shift)).toBeLessThan(1e-4);
    }
  });
});
