import type { Operation } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';

type Convolution = Extract<Operation, { type: 'conv2d' | 'depthwise-conv2d' }>;

/**
 * What each tap of a convolution's kernel sees at each position: kh·kw tensors [n, height·width of the output, channels],
 * in the order of the kernel. x: [n, height, width, channels].
 */
export function tapsOf(operation: Convolution, x: tf.Tensor, outputShape: readonly number[]): tf.Tensor3D[] {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const [kernelRows, kernelColumns] = operation.kernel.shape as [number, number];
  const [rows, columns] = outputShape as [number, number];
  const [rowStride, columnStride] = operation.strides;
  const [rowStep, columnStep] = operation.dilations;
  const isSame = operation.padding === 'same';
  // The padding of TensorFlow's SAME: what is missing, the smaller half before.
  const missing = (size: number, stride: number, kernel: number, step: number, extent: number) =>
    isSame ? Math.max(0, (size - 1) * stride + (kernel - 1) * step + 1 - extent) : 0;
  const top = Math.floor(missing(rows, rowStride, kernelRows, rowStep, height) / 2);
  const left = Math.floor(missing(columns, columnStride, kernelColumns, columnStep, width) / 2);
  // So much that every tap's window of whole strides lies inside.
  const after = (
    before: number,
    size: number,
    stride: number,
    kernel: number,
    step: number,
    extent: number,
  ) => Math.max(0, (kernel - 1) * step + size * stride - extent - before);
  const padded = tf.pad4d(x as tf.Tensor4D, [
    [0, 0],
    [top, after(top, rows, rowStride, kernelRows, rowStep, height)],
    [left, after(left, columns, columnStride, kernelColumns, columnStep, width)],
    [0, 0],
  ]);
  const taps: tf.Tensor3D[] = [];
  for (let r = 0; r < kernelRows; r++)
    for (let c = 0; c < kernelColumns; c++) {
      const window = tf.slice4d(
        padded,
        [0, r * rowStep, c * columnStep, 0],
        [n, rows * rowStride, columns * columnStride, channels],
      );
      taps.push(
        tf.reshape(everyNth(window, rows, rowStride, columns, columnStride), [n, rows * columns, channels]),
      );
    }
  return taps;
}

/** Patches P, [n, positions, kh·kw·channels], so that a convolution is P K with its kernel K as a matrix. */
export const patchesOf = (
  operation: Convolution,
  x: tf.Tensor,
  outputShape: readonly number[],
): tf.Tensor3D => tf.concat(tapsOf(operation, x, outputShape), 2);

/** Every stride-th pixel of [n, rows·rowStride, columns·columnStride, channels]. */
function everyNth(
  x: tf.Tensor4D,
  rows: number,
  rowStride: number,
  columns: number,
  columnStride: number,
): tf.Tensor {
  if (rowStride === 1 && columnStride === 1) return x;
  const [n, , , channels] = x.shape;
  // By reshaping, because a slice with strides is not native on every engine.
  const byStride = tf.reshape(x, [n * rows, rowStride, columns, columnStride * channels]);
  return tf.slice(byStride, [0, 0, 0, 0], [n * rows, 1, columns, channels]);
}
