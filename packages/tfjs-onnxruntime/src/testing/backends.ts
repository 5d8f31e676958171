import '@tangent/tfjs-onnxruntime/gradients';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { type BackendOptions, backendName, type OnnxRuntimeBackend, registerOnnxRuntime } from '../index.js';

/** Makes the backend the one in use, fresh. */
export async function useOnnxRuntime(options: BackendOptions = {}): Promise<OnnxRuntimeBackend> {
  tf.enableProdMode();
  registerOnnxRuntime({ threads: 2, ...options });
  await tf.setBackend(backendName);
  return tf.backend() as OnnxRuntimeBackend;
}

/** What `compute` gives on a backend, as arrays. */
export async function onBackend(name: string, compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend(name);
  const tensors = tf.tidy(compute);
  const arrays = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(tensors);
  return arrays;
}

/** Largest difference relative to the largest number of the expected array; NaN anywhere else is infinitely far. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let scale = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(actual[i]) !== Number.isNaN(expected[i])) return Infinity;
    if (Number.isNaN(expected[i]) || actual[i] === expected[i]) continue;
    scale = Math.max(scale, Math.abs(expected[i]!));
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
  }
  return difference === 0 ? 0 : difference / (scale || 1);
}

/** Numbers that look random and are the same every time, between −1 and 1. */
export function wave(shape: readonly number[], phase = 0.3): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  // No two within a window are equal: the place of a maximum is certain.
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + phase * 78.233));
  return tf.tensor(values, [...shape]);
}
