import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Window } from '../ops/conv.js';
import { avgPool, avgPoolGradient, maxPool, maxPoolGradient } from '../ops/pool.js';
import { kernel, onCpu } from './define.js';

type Four = [number, number, number, number];

interface Attrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function windowOf(x: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: Attrs): Window {
  return backend_util.computePool2DInfo(x.shape as Four, filterSize, strides, 1, pad, dimRoundingMode);
}

/** ONNX Runtime refuses a padding as wide as the window. */
const isUsual = ({ padInfo: p, filterHeight, filterWidth }: Window) =>
  Math.max(p.top, p.bottom) < filterHeight &&
  Math.max(p.left, p.right) < filterWidth &&
  Math.min(p.top, p.bottom, p.left, p.right) >= 0;

export function registerPooling(): void {
  for (const [name, build] of [
    ['MaxPool', maxPool],
    ['AvgPool', avgPool],
  ] as const)
    kernel<Attrs>(name, ({ g, info, value, attrs }) => {
      const window = windowOf(info('x'), attrs);
      return isUsual(window) && info('x').dtype === 'float32' ? build(g, value('x'), window) : onCpu;
    });
  kernel<Attrs>('MaxPoolGrad', ({ g, info, value, attrs }) => {
    const window = windowOf(info('input'), attrs);
    return isUsual(window) ? maxPoolGradient(g, value('input'), value('dy'), window) : onCpu;
  });
  kernel<Attrs>('AvgPoolGrad', ({ g, info, value, attrs }) => {
    const window = windowOf(info('input'), attrs);
    return (isUsual(window) && avgPoolGradient(g, value('dy'), window)) || onCpu;
  });
}
