import {
  type DataType,
  type KernelFunc,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { OnnxRuntimeBackend } from '../backend.js';
import type { Recorder } from '../graph/recorder.js';
import type { Value } from '../graph/value.js';
import { runOnCpu } from './fallback.js';

export const backendName = 'onnxruntime';

/** Returned by a kernel, before it has recorded anything, for a case that tfjs's cpu backend shall compute. */
export const onCpu = Symbol('onCpu');

/** A call of a kernel: its inputs by name (or by place, for lists) and attributes, as tfjs defines them. */
export interface Call<Attrs> {
  readonly g: Recorder;
  readonly attrs: Attrs;
  readonly backend: OnnxRuntimeBackend;
  /** The tensor of that name; throws where it is missing. */
  info(name: string): TensorInfo;
  value(name: string): Value;
  /** undefined where the input is optional and absent. */
  optional(name: string): Value | undefined;
  list(): TensorInfo[];
}

export type Result = Value | readonly Value[] | typeof onCpu;

/**
 * Registers a kernel that records nodes. Complex and string tensors go to the cpu backend without being asked for.
 * `dtype` names the result where tfjs's type differs from the value's.
 */
export function kernel<Attrs = object>(
  kernelName: string,
  record: (call: Call<Attrs>) => Result,
  dtype?: (attrs: Attrs) => DataType | undefined,
): void {
  const kernelFunc = (({ inputs, attrs, backend }) => {
    const be = backend as OnnxRuntimeBackend;
    if (!isNumeric(inputs)) return runOnCpu(kernelName, inputs, attrs, be);
    be.guardLength();
    const g = be.recorder;
    g.kernel = kernelName;
    const named = inputs as Record<string, TensorInfo | undefined>;
    const info = (name: string) => {
      const tensor = named[name];
      if (!tensor) throw new Error(`the kernel ${kernelName} needs an input “${name}”`);
      return tensor;
    };
    const result = record({
      g,
      attrs: (attrs ?? {}) as Attrs,
      backend: be,
      info,
      value: (name) => be.graphValue(info(name)),
      optional: (name) => (named[name] ? be.graphValue(info(name)) : undefined),
      list: () => inputs as unknown as TensorInfo[],
    });
    if (result === onCpu) return runOnCpu(kernelName, inputs, attrs, be);
    const as = dtype?.((attrs ?? {}) as Attrs);
    return isList(result) ? result.map((value) => be.hold(value, as)) : be.hold(result, as);
  }) as KernelFunc;
  registerKernel({ kernelName, backendName, kernelFunc });
}

/** Registers a kernel that only shows a tensor's numbers in another shape: nothing is recorded. */
export function view(
  kernelName: string,
  input: string,
  shapeOf: (tensor: TensorInfo, attrs: NamedAttrMap) => number[],
): void {
  registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tensor = inputs[input]!;
      (backend as OnnxRuntimeBackend).incRef(tensor.dataId);
      return { dataId: tensor.dataId, shape: shapeOf(tensor, attrs ?? {}), dtype: tensor.dtype };
    },
  });
}

const isList = (result: Value | readonly Value[]): result is readonly Value[] => Array.isArray(result);

function isNumeric(inputs: object): boolean {
  for (const input of Object.values(inputs) as (TensorInfo | TensorInfo[] | null | undefined)[])
    for (const tensor of Array.isArray(input) ? input : [input])
      if (tensor?.dtype === 'complex64' || tensor?.dtype === 'string') return false;
  return true;
}
