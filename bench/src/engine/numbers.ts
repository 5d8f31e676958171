import { createRandom } from '@tangent/compute';

/** Uniform numbers in [0, 1), the same every time. */
export function numbers(shape: readonly number[]): Float32Array {
  const random = createRandom('numbers');
  return Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () =>
    random.uniform(),
  );
}
