import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { kernelConfig } from '@tangent/contracts';
import { buildNetwork } from '@tangent/models';
import { encodeCheckpoint } from '@tangent/networks';
import { beforeAll, expect, test } from 'vitest';
import { kernelLab } from './kernel-lab.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [n, d, k] = [16, 6, 3];

function lab(kind: 'linear' | 'mlp', kernel: Record<string, unknown>) {
  const random = createRandom(4).fork('lab');
  const shape =
    kind === 'linear' ? { kind } : { kind, hidden: [20], activation: 'relu' as const, dropout: 0 };
  const found = kernelLab({
    checkpoint: encodeCheckpoint(buildNetwork(shape, [d], k, 1)),
    x: Float32Array.from({ length: n * d }, () => random.normal()),
    classes: Int32Array.from({ length: n }, (_, i) => i % k),
    numTrain: 10,
    numClasses: k,
    kernel: kernelConfig.parse({ dimension: 512, ...kernel }),
    seed: 2,
  });
  if (found.kind !== 'compared') throw new Error(found.reason);
  return found;
}

test('of a linear network the eNTK is the trace kernel times I: no error but that of the sketch', () => {
  const { report, numTrain, numTest, head, bound } = lab('linear', {});
  expect([numTrain, numTest, head, bound]).toEqual([10, 6, 'trace', null]);
  expect(report.pntk.frobeniusError).toBeLessThan(1e-5);
  expect(report.pntk.equalArgmaxShare).toBe(1);
  expect(report.sketch!.frobeniusError).toBeGreaterThan(0.005);
  expect(report.sketch!.frobeniusError).toBeLessThan(0.3);
  // Every eigenvalue k times.
  const thrice = [...report.pntk.spectrum.eigenvalues].flatMap((v) => [v, v, v]);
  expectClose(report.entk.spectrum.eigenvalues, thrice, { rtol: 1e-4, atol: 1e-4 });
});

test('of a perceptron the logits share gradients, which no kernel of items holds', () => {
  const trace = lab('mlp', {});
  expect(trace.report.pntk.frobeniusError).toBeGreaterThan(0.01);
  expect(lab('mlp', { type: 'pntk-sum' }).head).toBe('sum');
  // The eNTK itself is compared with its trace.
  const whole = lab('mlp', { type: 'entk' });
  expect(whole.head).toBe('trace');
  expect(whole.report.pntk.frobeniusError).toBe(trace.report.pntk.frobeniusError);
});
