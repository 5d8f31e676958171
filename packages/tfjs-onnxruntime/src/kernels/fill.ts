import { type DataType, registerKernel, util } from '@tensorflow/tfjs-core';
import type { OnnxRuntimeBackend } from '../backend.js';
import { expand } from '../ops/reshape.js';
import { backendName } from './define.js';
import { runOnCpu } from './fallback.js';

/** A constant would compile a new graph for every number: other than 0 and 1, it is an input. */
export function registerFill(): void {
  registerKernel({
    kernelName: 'Fill',
    backendName,
    kernelFunc: ({ attrs, backend }) => {
      const be = backend as OnnxRuntimeBackend;
      const { shape, value } = attrs as unknown as { shape: number[]; value: number | string };
      const dtype = ((attrs?.dtype as DataType | undefined) ??
        (typeof value === 'string' ? 'string' : 'float32')) as DataType;
      const g = be.recorder;
      g.kernel = 'Fill';
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
        return runOnCpu('Fill', {}, { ...attrs }, be);
      if (value === 0 || value === 1) return be.hold(expand(g, g.scalar(value, dtype), shape));
      const values = util.getTypedArrayFromDType(dtype, util.sizeFromShape(shape));
      values.fill(value as number);
      return { dataId: be.write(values, shape, dtype), shape, dtype };
    },
  });
}
