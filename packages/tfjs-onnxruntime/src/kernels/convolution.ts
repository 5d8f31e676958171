import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseConv2d,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  type Window,
} from '../ops/conv.js';
import { finish } from './activation.js';
import { type Call, kernel, onCpu } from './define.js';

type Four = [number, number, number, number];

interface Attrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape?: Four;
  readonly filterShape?: Four;
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

const shapeOf = (tensor: TensorInfo) => tensor.shape as Four;

function windowOf(x: Four, filter: Four, attrs: Attrs, isDepthwise: boolean): Window {
  const { strides, pad, dimRoundingMode, dilations } = attrs;
  return backend_util.computeConv2DInfo(
    x,
    filter,
    strides,
    dilations ?? [1, 1],
    pad,
    dimRoundingMode,
    isDepthwise,
  );
}

/** What is not NHWC, or empty, is rare enough for the cpu backend. */
const isUsual = ({ attrs }: Call<Attrs>, window: Window) =>
  (attrs.dataFormat ?? 'NHWC') === 'NHWC' && Object.values(window.padInfo).every((p) => !(Number(p) < 0));

export function registerConvolutions(): void {
  for (const [name, isDepthwise, build] of [
    ['Conv2D', false, conv2d],
    ['FusedConv2D', false, conv2d],
    ['DepthwiseConv2dNative', true, depthwiseConv2d],
    ['FusedDepthwiseConv2D', true, depthwiseConv2d],
  ] as const)
    kernel<Attrs>(name, (call) => {
      const { g, attrs, info, value, optional } = call;
      if (attrs.dataFormat === 'NCHW') return onCpu;
      const window = windowOf(shapeOf(info('x')), shapeOf(info('filter')), attrs, isDepthwise);
      if (!isUsual(call, window)) return onCpu;
      const product = build(g, value('x'), value('filter'), window);
      return finish(g, product, {
        bias: optional('bias'),
        activation: attrs.activation,
        preluActivationWeights: optional('preluActivationWeights'),
        leakyreluAlpha: attrs.leakyreluAlpha,
      });
    });

  for (const [name, isDepthwise, build] of [
    ['Conv2DBackpropInput', false, conv2dInputGradient],
    ['DepthwiseConv2dNativeBackpropInput', true, depthwiseInputGradient],
  ] as const)
    kernel<Attrs>(name, (call) => {
      const { g, attrs, info, value } = call;
      if (attrs.dataFormat === 'NCHW') return onCpu;
      const window = windowOf(attrs.inputShape!, shapeOf(info('filter')), attrs, isDepthwise);
      return isUsual(call, window) ? build(g, value('dy'), value('filter'), window) : onCpu;
    });

  for (const [name, isDepthwise, build] of [
    ['Conv2DBackpropFilter', false, conv2dFilterGradient],
    ['DepthwiseConv2dNativeBackpropFilter', true, depthwiseFilterGradient],
  ] as const)
    kernel<Attrs>(name, (call) => {
      const { g, attrs, info, value } = call;
      if (attrs.dataFormat === 'NCHW') return onCpu;
      const window = windowOf(shapeOf(info('x')), attrs.filterShape!, attrs, isDepthwise);
      return isUsual(call, window) ? build(g, value('x'), value('dy'), window) : onCpu;
    });
}
