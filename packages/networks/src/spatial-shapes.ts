import { type Operation, type Padding, UnsupportedNetworkError } from './network.js';

export type Shape = readonly number[];

/** Extent of the output of a window that slides along an axis; 0 or less where the window does not fit. */
const slide = (extent: number, window: number, stride: number, padding: Padding): number =>
  padding === 'same' ? Math.ceil(extent / stride) : Math.floor((extent - window) / stride) + 1;

/** The shape of an operation on images [height, width, channels]. Throws UnsupportedNetworkError. */
export function spatialShape(
  name: string,
  operation: Extract<Operation, { type: 'conv2d' | 'depthwise-conv2d' | 'pool' }>,
  x: Shape,
): Shape {
  if (x.length !== 3)
    throw new UnsupportedNetworkError(
      `layer ${name}: a ${operation.type} needs images [height, width, channels] and gets [${x}]; reshape its input`,
    );
  const [height, width, channels] = x as readonly [number, number, number];
  const { windows, numChannels } = windowOf(name, operation, channels);
  const { strides, padding } = operation;
  const rows = slide(height, windows[0], strides[0], padding);
  const columns = slide(width, windows[1], strides[1], padding);
  if (rows < 1 || columns < 1)
    throw new UnsupportedNetworkError(
      `layer ${name}: its window of ${windows.join('×')} does not fit into ${height}×${width}; use padding same, or larger images`,
    );
  return [rows, columns, numChannels];
}

function windowOf(
  name: string,
  operation: Extract<Operation, { type: 'conv2d' | 'depthwise-conv2d' | 'pool' }>,
  channels: number,
): { readonly windows: readonly [number, number]; readonly numChannels: number } {
  if (operation.type === 'pool') return { windows: operation.size, numChannels: channels };
  const { type, kernel, bias, strides, dilations } = operation;
  const [rows, columns, kernelChannels, last] = kernel.shape;
  if (kernel.shape.length !== 4 || kernelChannels !== channels)
    throw new UnsupportedNetworkError(
      `layer ${name}: a kernel of shape [${kernel.shape}] does not fit its input of ${channels} channels; it must be [height, width, ${channels}, ${type === 'conv2d' ? 'out' : 'multiplier'}], groups are not supported`,
    );
  if (strides.some((stride) => stride > 1) && dilations.some((dilation) => dilation > 1))
    throw new UnsupportedNetworkError(
      `layer ${name}: strides ${strides.join('×')} and dilations ${dilations.join('×')} at once are not supported; set one of them to 1`,
    );
  const numChannels = type === 'conv2d' ? last! : channels * last!;
  if (bias && !(bias.shape.length === 1 && bias.shape[0] === numChannels))
    throw new UnsupportedNetworkError(
      `layer ${name}: the bias of shape [${bias.shape}] must be [${numChannels}]`,
    );
  return { windows: [(rows! - 1) * dilations[0] + 1, (columns! - 1) * dilations[1] + 1], numChannels };
}
