import '@tensorflow/tfjs-backend-cpu';
import {
  type DataId,
  engine,
  getKernel,
  getKernelsForBackend,
  type KernelBackend,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { OnnxRuntimeBackend } from '../backend.js';
import { backendName } from './define.js';

/** Kernels that this backend has not: tfjs's cpu backend computes them, on copies. Counted, and logged once each. */
export function registerFallbacks(): void {
  for (const { kernelName } of getKernelsForBackend('cpu')) {
    if (getKernel(kernelName, backendName)) continue;
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        runOnCpu(kernelName, inputs, attrs, backend as OnnxRuntimeBackend),
    });
  }
}

/** Runs one kernel on tfjs's cpu backend: what it needs is computed and read first, its results are written back. */
export function runOnCpu(
  kernelName: string,
  inputs: object,
  attrs: NamedAttrMap | undefined,
  backend: OnnxRuntimeBackend,
): TensorInfo | TensorInfo[] {
  const kernel = getKernel(kernelName, 'cpu');
  if (!kernel)
    throw new Error(`the kernel ${kernelName} exists neither on ONNX Runtime nor on tfjs's cpu backend`);
  const count = (backend.fallbacks[kernelName] ?? 0) + 1;
  backend.fallbacks[kernelName] = count;
  if (count === 1) backend.settings.log(`the kernel ${kernelName} runs on tfjs's cpu backend: slow`);

  const cpu = engine().findBackend('cpu');
  const visitors = new Visitors(cpu, backend);
  try {
    const moved = Array.isArray(inputs)
      ? inputs.map((tensor: TensorInfo) => visitors.bring(tensor))
      : Object.fromEntries(
          Object.entries(inputs).map(([name, tensor]: [string, TensorInfo | TensorInfo[] | undefined]) => [
            name,
            Array.isArray(tensor)
              ? tensor.map((one) => visitors.bring(one))
              : tensor && visitors.bring(tensor),
          ]),
        );
    const results = kernel.kernelFunc({ inputs: moved as never, attrs: attrs ?? {}, backend: cpu });
    return Array.isArray(results)
      ? results.map((tensor) => visitors.takeBack(tensor))
      : visitors.takeBack(results as TensorInfo);
  } finally {
    visitors.leave();
  }
}

/** The part of tfjs's cpu backend that its kernels read. */
interface CpuBackend extends KernelBackend {
  readonly data: {
    get(id: DataId): { complexTensorInfos?: { real: TensorInfo; imag: TensorInfo } };
  };
}

/** Copies of tensors on the cpu backend, for the time of one kernel. */
class Visitors {
  private readonly cpu: CpuBackend;
  private readonly ids = new Set<DataId>();

  constructor(
    cpu: KernelBackend,
    private readonly home: OnnxRuntimeBackend,
  ) {
    this.cpu = cpu as CpuBackend;
  }

  bring(tensor: TensorInfo): TensorInfo {
    if (tensor.dtype === 'complex64') {
      const { real, imag } = this.home.complexOf(tensor);
      const parts = { real: this.bring(real), imag: this.bring(imag) };
      const info = this.put(new Float32Array(0), { ...tensor, dtype: 'complex64' });
      this.cpu.data.get(info.dataId).complexTensorInfos = parts;
      return info;
    }
    const values = this.home.readSync(tensor.dataId);
    return this.put(values, tensor);
  }

  private put(values: unknown, { shape, dtype }: TensorInfo): TensorInfo {
    const dataId = this.cpu.write(values as Float32Array, shape, dtype);
    this.ids.add(dataId);
    // Some kernels read the rank of their tensors.
    return { dataId, shape, dtype, rank: shape.length } as TensorInfo;
  }

  takeBack({ dataId, shape, dtype }: TensorInfo): TensorInfo {
    this.ids.add(dataId);
    const parts = this.cpu.data.get(dataId).complexTensorInfos;
    if (dtype === 'complex64' && parts)
      return this.home.holdComplex(
        this.takeBack({ ...parts.real, shape }),
        this.takeBack({ ...parts.imag, shape }),
      );
    const values = this.cpu.readSync(dataId) as Float32Array;
    return { dataId: this.home.write(values, shape, dtype), shape, dtype };
  }

  leave(): void {
    for (const id of this.ids) this.cpu.disposeData(id, true);
  }
}
