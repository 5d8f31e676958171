import type { ComputeContext } from '@tangent/compute';
import { onnxPerceptron } from '@tangent/compute/testing/onnx';
import { expect, test } from 'vitest';
import { embed } from './embed.js';

const context = { transfer: () => undefined } as unknown as ComputeContext;

test('the file of a backbone is wanted once; each setting of it is open on its own', () => {
  const { bytes } = onnxPerceptron(4, 6, 3);
  const x = Float32Array.from({ length: 8 }, (_, i) => Math.sin(i));
  const input = { blobKey: 'key', inputShape: [4], layout: null, output: null, x, numItems: 2, file: null };
  expect(embed(input, context)).toBeNull();
  const found = embed({ ...input, file: bytes }, context);
  expect(found).toMatchObject({ width: 6, output: 'features' });
  expect(embed(input, context)).toEqual(found);
  expect(embed({ ...input, output: 'p' }, context)).toBeNull();
  expect(() => embed({ ...input, inputShape: [5], file: bytes }, context)).toThrow(/which examples of \[5\]/);
});
