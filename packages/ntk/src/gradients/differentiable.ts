import type { Network, NetworkNode, Operation, Parameter } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';

type Depthwise = Extract<Operation, { type: 'depthwise-conv2d' }>;

/**
 * The same function with layers that tfjs can differentiate by their inputs, and without nodes that the output does not
 * depend on. tfjs has no gradients of dilated convolutions: zeros between the weights say the same. The wasm engine has
 * none of depthwise ones: there they become convolutions over all channels, with zeros between them.
 */
export function differentiable(network: Network): Network {
  const hasDepthwise = tf.getKernel('DepthwiseConv2dNativeBackpropInput', tf.getBackend()) !== undefined;
  return {
    ...network,
    nodes: reachingOutput(network).map((node) => ({
      ...node,
      operation: rewrite(node.operation, hasDepthwise),
    })),
  };
}

/** The nodes that the output depends on, in their order. */
export function reachingOutput({ nodes }: Network): readonly NetworkNode[] {
  const needed = new Set<string>();
  const last = nodes.at(-1);
  if (last) needed.add(last.name);
  return [...nodes]
    .reverse()
    .filter(({ name, inputs }) => {
      if (!needed.has(name)) return false;
      for (const input of inputs) needed.add(input);
      return true;
    })
    .reverse();
}

function rewrite(operation: Operation, hasDepthwise: boolean): Operation {
  if (operation.type !== 'conv2d' && operation.type !== 'depthwise-conv2d') return operation;
  const plain = {
    ...operation,
    kernel: spread(operation.kernel, operation.dilations),
    dilations: [1, 1] as const,
  };
  return plain.type === 'depthwise-conv2d' && !hasDepthwise ? overAllChannels(plain) : plain;
}

/** A kernel [kh, kw, …] with dilation − 1 zeros between its weights. */
function spread(kernel: Parameter, [rowStep, columnStep]: readonly [number, number]): Parameter {
  if (rowStep === 1 && columnStep === 1) return kernel;
  const [rows, columns, ...rest] = kernel.shape as readonly [number, number, ...number[]];
  const size = rest.reduce((product, extent) => product * extent, 1);
  const shape = [(rows - 1) * rowStep + 1, (columns - 1) * columnStep + 1, ...rest];
  const values = new Float32Array(shape[0]! * shape[1]! * size);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const from = (r * columns + c) * size;
      values.set(
        kernel.values.subarray(from, from + size),
        (r * rowStep * shape[1]! + c * columnStep) * size,
      );
    }
  return { shape, values };
}

function overAllChannels(operation: Depthwise): Operation {
  const [rows, columns, channels, multiplier] = operation.kernel.shape as [number, number, number, number];
  const numOutputs = channels * multiplier;
  const values = new Float32Array(rows * columns * channels * numOutputs);
  for (let tap = 0; tap < rows * columns; tap++)
    for (let c = 0; c < channels; c++)
      for (let m = 0; m < multiplier; m++)
        values[(tap * channels + c) * numOutputs + c * multiplier + m] =
          operation.kernel.values[(tap * channels + c) * multiplier + m]!;
  return { ...operation, type: 'conv2d', kernel: { shape: [rows, columns, channels, numOutputs], values } };
}
