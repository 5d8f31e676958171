import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { backendName } from './index.js';
import { onBackend, relativeError, useOnnxRuntime } from './testing/backends.js';
import { gradientCases, gradients, unreachable } from './testing/gradient-cases.js';

beforeAll(async () => {
  await useOnnxRuntime();
});

test('every kernel of tfjs with a gradient has a case', () => {
  const globals = (globalThis as unknown as { _tfGlobals: Map<string, Map<string, unknown>> })._tfGlobals;
  const withGradient = [...globals.get('gradRegistry')!.keys()];
  expect(withGradient.length).toBeGreaterThan(90);
  expect(withGradient.filter((name) => !gradientCases[name]).sort()).toEqual(unreachable);
});

test.each(Object.keys(gradientCases))('the gradient of %s is that of the cpu backend', async (name) => {
  const gradientCase = gradientCases[name]!;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 7 }), async (size) => {
      const expected = await onBackend('cpu', () => gradients(gradientCase, size));
      const actual = await onBackend(backendName, () => gradients(gradientCase, size));
      actual.forEach((array, at) => {
        expect(relativeError(array, expected[at]!), `result ${at} at size ${size}`).toBeLessThanOrEqual(1e-5);
      });
    }),
    { numRuns: 6, seed: 1 },
  );
});

test.each([
  { x: [3, 8, 8, 3], filter: [3, 3, 3, 4], stride: 1, pad: 'same' },
  { x: [3, 9, 7, 2], filter: [3, 3, 2, 5], stride: 2, pad: 'same' },
  { x: [2, 9, 9, 1], filter: [5, 5, 1, 4], stride: 1, pad: 'valid' },
  { x: [2, 10, 10, 4], filter: [3, 3, 4, 4], stride: 2, pad: 'valid' },
  { x: [2, 8, 8, 16], filter: [3, 3, 16, 32], stride: 1, pad: 'same' },
  { x: [2, 8, 8, 16], filter: [1, 1, 16, 48], stride: 2, pad: 'same' },
  { x: [4, 8, 8, 16], filter: [1, 1, 16, 32], stride: 2, pad: 'same' },
  { x: [4, 8, 7, 16], filter: [3, 3, 16, 16], stride: 3, pad: 'valid' },
  { x: [4, 12, 12, 32], filter: [5, 5, 32, 64], stride: 1, pad: 'same' },
] as const)(
  'convolution, bias, relu and pooling of $x by $filter have the gradients of the cpu backend',
  async (c) => {
    const layers = {
      shapes: () => [[...c.x], [...c.filter], [c.filter[3]]],
      f: (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) => {
        const product = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad);
        return tf.maxPool(tf.relu(tf.add(product, bias)) as tf.Tensor4D, 2, 2, 'same');
      },
    };
    const expected = await onBackend('cpu', () => gradients(layers as never, 1));
    const actual = await onBackend(backendName, () => gradients(layers as never, 1));
    actual.forEach((array, at) => {
      expect(relativeError(array, expected[at]!), `result ${at}`).toBeLessThanOrEqual(1e-5);
    });
  },
);
