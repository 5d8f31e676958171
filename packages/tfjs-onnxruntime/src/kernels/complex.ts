import { registerKernel } from '@tensorflow/tfjs-core';
import type { OnnxRuntimeBackend } from '../backend.js';
import { backendName } from './define.js';

// Complex tensors are pairs; what calculates with them runs on the cpu backend.

export function registerComplex(): void {
  registerKernel({
    kernelName: 'Complex',
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const be = backend as OnnxRuntimeBackend;
      for (const part of [inputs.real!, inputs.imag!]) be.incRef(part.dataId);
      return be.holdComplex(inputs.real!, inputs.imag!);
    },
  });
  for (const [kernelName, part] of [
    ['Real', 'real'],
    ['Imag', 'imag'],
  ] as const)
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend }) => {
        const be = backend as OnnxRuntimeBackend;
        const input = inputs.input!;
        if (input.dtype !== 'complex64') {
          be.incRef(input.dataId);
          return { ...input };
        }
        const tensor = be.complexOf(input)[part];
        be.incRef(tensor.dataId);
        return { dataId: tensor.dataId, shape: input.shape, dtype: 'float32' };
      },
    });
}
