import { engine, registerBackend } from '@tensorflow/tfjs-core';
import { OnnxRuntimeBackend } from './backend.js';
import { backendName } from './kernels/define.js';
import { registerKernels } from './kernels/index.js';
import { type BackendOptions, settingsOf } from './runtime/options.js';
import { requireProvider } from './runtime/session-options.js';

export { type BackendStats, OnnxRuntimeBackend } from './backend.js';
export * from './capture/capture-step.js';
export * from './capture/capture-training.js';
export * from './capture/optimizers.js';
export * from './capture/schedules.js';
export * from './errors.js';
export { backendName } from './kernels/define.js';
export * from './linear/double-gemm.js';
export * from './model/describe-model.js';
export * from './model/onnx-model.js';
export { attributeTypes, elementTypes, encodeModel } from './onnx/schema.js';
export { runtimeVersion } from './runtime/binding.js';
export { type BackendOptions, type Provider, providers } from './runtime/options.js';

/**
 * Registers the tfjs backend “onnxruntime” in this thread. `tf.setBackend('onnxruntime')` then makes it the one in use.
 * Throws ProviderUnavailableError where the provider that was asked for does not start, and RangeError for options
 * that make no sense.
 */
export function registerOnnxRuntime(options: BackendOptions = {}): void {
  const settings = settingsOf(options);
  requireProvider(settings);
  if (!hasKernels) registerKernels();
  hasKernels = true;
  // Registered before, with other options perhaps: tfjs would keep the old one.
  if (engine().findBackendFactory(backendName)) engine().removeBackend(backendName);
  registerBackend(backendName, () => new OnnxRuntimeBackend(settings), 5);
}

let hasKernels = false;
