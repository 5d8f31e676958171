import * as tf from '@tensorflow/tfjs-core';
import { wave } from './backends.js';

/** A function whose gradient goes through the kernel, and the shapes of its arguments at a given size. */
export interface GradientCase {
  readonly shapes: (size: number) => number[][];
  readonly f: (...x: tf.Tensor[]) => tf.Tensor;
}

const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.5);
const inside = (x: tf.Tensor) => tf.mul(x, 0.9);

const one = (f: (x: tf.Tensor) => tf.Tensor): GradientCase => ({ shapes: (n) => [[n, 3]], f });
const two = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): GradientCase => ({
  shapes: (n) => [
    [n, 3],
    [1, 3],
  ],
  f: (a, b) => f(a!, b!),
});
// tfjs's own gradients of some kernels do not broadcast.
const same = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): GradientCase => ({
  shapes: (n) => [
    [n, 3],
    [n, 3],
  ],
  f: (a, b) => f(a!, b!),
});
const image = (channels: number, f: (x: tf.Tensor4D) => tf.Tensor): GradientCase => ({
  shapes: (n) => [[2, n + 3, n + 4, channels]],
  f: (x) => f(x as tf.Tensor4D),
});

const four = (n: number, channels: number) => [2, n + 3, n + 4, channels];

/** Has a gradient that nothing can reach: the kernel Complex, which makes its arguments, has none. */
export const unreachable = ['ComplexAbs'];

/** One for every other kernel of tfjs that has a gradient. */
export const gradientCases: Record<string, GradientCase> = {
  Abs: one((x) => tf.abs(x)),
  Acos: one((x) => tf.acos(inside(x))),
  Acosh: one((x) => tf.acosh(tf.add(positive(x), 1))),
  Add: two((a, b) => tf.add(a, b)),
  AddN: two((a, b) => tf.addN([a, tf.mul(a, 2), tf.add(a, b)])),
  ArgMax: one((x) => tf.add(tf.sum(x), tf.cast(tf.argMax(x, 1), 'float32'))),
  ArgMin: one((x) => tf.add(tf.sum(x), tf.cast(tf.argMin(x, 1), 'float32'))),
  Asin: one((x) => tf.asin(inside(x))),
  Asinh: one((x) => tf.asinh(x)),
  Atan2: two((a, b) => tf.atan2(a, positive(b))),
  Atan: one((x) => tf.atan(x)),
  Atanh: one((x) => tf.atanh(inside(x))),
  AvgPool3D: {
    shapes: (n) => [[1, n + 3, n + 3, 4, 2]],
    f: (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'valid'),
  },
  AvgPool: image(3, (x) => tf.avgPool(x, 2, 2, 'valid')),
  BatchMatMul: {
    shapes: (n) => [
      [2, n, 3],
      [2, 4, 3],
    ],
    f: (a, b) => tf.matMul(a!, b!, false, true),
  },
  BatchToSpaceND: {
    shapes: (n) => [[4, n, 2, 1]],
    f: (x) =>
      tf.batchToSpaceND(
        x!,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
  },
  BroadcastTo: { shapes: (n) => [[1, n]], f: (x) => tf.broadcastTo(x!, [3, x!.shape[1]!]) },
  Cast: one((x) => tf.cast(x, 'float32')),
  Ceil: one((x) => tf.add(tf.ceil(x), x)),
  ClipByValue: one((x) => tf.clipByValue(x, -0.4, 0.6)),
  Concat: two((a, b) => tf.concat([a, b, a], 0)),
  Conv2DBackpropInput: {
    shapes: (n) => [
      [2, n + 1, n + 1, 4],
      [3, 3, 2, 4],
    ],
    f: (dy, filter) => {
      const size = dy!.shape[1]! * 2;
      return tf.conv2dTranspose(dy as tf.Tensor4D, filter as tf.Tensor4D, [2, size, size, 2], 2, 'same');
    },
  },
  Conv2D: {
    shapes: (n) => [four(n, 3), [3, 3, 3, 4]],
    f: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  },
  Conv3D: {
    shapes: (n) => [
      [1, n + 2, 4, 4, 2],
      [2, 2, 2, 2, 3],
    ],
    f: (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, 'same'),
  },
  Cos: one((x) => tf.cos(x)),
  Cosh: one((x) => tf.cosh(x)),
  Cumsum: one((x) => tf.cumsum(x, 1, true, false)),
  DepthwiseConv2dNative: {
    shapes: (n) => [four(n, 3), [3, 3, 3, 2]],
    f: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  },
  Dilation2D: {
    shapes: (n) => [four(n, 2), [2, 2, 2]],
    f: (x, filter) => tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, 1, 'valid'),
  },
  Elu: one((x) => tf.elu(x)),
  Erf: one((x) => tf.erf(x)),
  Exp: one((x) => tf.exp(x)),
  ExpandDims: one((x) => tf.expandDims(x, 1)),
  Expm1: one((x) => tf.expm1(x)),
  Floor: one((x) => tf.add(tf.floor(x), x)),
  FloorDiv: two((a, b) => tf.add(tf.floorDiv(a, positive(b)), tf.add(a, b))),
  FusedBatchNorm: {
    shapes: (n) => [four(n, 3), [3], [3], [3], [3]],
    f: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x!,
        mean as tf.Tensor1D,
        positive(variance!) as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
  GatherV2: one((x) => tf.gather(x, tf.tensor1d([0, 0, x.shape[0]! - 1], 'int32'))),
  GreaterEqual: two((a, b) => tf.where(tf.greaterEqual(a, b), a, tf.mul(a, 2))),
  Identity: one((x) => tf.clone(x)),
  IsFinite: one((x) => tf.where(tf.isFinite(x), x, tf.mul(x, 2))),
  IsInf: one((x) => tf.where(tf.isInf(x), x, tf.mul(x, 2))),
  IsNan: one((x) => tf.where(tf.isNaN(x), x, tf.mul(x, 2))),
  LeakyRelu: one((x) => tf.leakyRelu(x, 0.1)),
  Log1p: one((x) => tf.log1p(inside(x))),
  Log: one((x) => tf.log(positive(x))),
  LogSoftmax: one((x) => tf.logSoftmax(x)),
  LRN: image(4, (x) => tf.localResponseNormalization(x, 2)),
  Max: one((x) => tf.max(x, 1)),
  Maximum: same((a, b) => tf.maximum(a, b)),
  MaxPool3D: {
    shapes: (n) => [[1, n + 3, n + 3, 4, 2]],
    f: (x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'valid'),
  },
  MaxPool: image(3, (x) => tf.maxPool(x, 3, 2, 'same')),
  Mean: one((x) => tf.mean(x, 0)),
  Min: one((x) => tf.min(x, 1)),
  Minimum: same((a, b) => tf.minimum(a, b)),
  MirrorPad: one((x) =>
    tf.mirrorPad(
      x,
      [
        [1, 1],
        [1, 0],
      ],
      'symmetric',
    ),
  ),
  Mod: two((a, b) => tf.mod(a, positive(b))),
  Multiply: two((a, b) => tf.mul(a, b)),
  Neg: one((x) => tf.neg(x)),
  OneHot: one((x) => tf.mul(x, tf.oneHot(tf.argMax(x, 1), 3))),
  OnesLike: one((x) => tf.mul(x, tf.onesLike(x))),
  Pack: two((a, b) => tf.stack([a, tf.add(a, b)], 1)),
  PadV2: one((x) =>
    tf.pad(
      x,
      [
        [1, 2],
        [0, 1],
      ],
      0.5,
    ),
  ),
  Pow: two((a, b) => tf.pow(positive(a), b)),
  Prelu: two((a, b) => tf.prelu(a, b)),
  Prod: one((x) => tf.prod(tf.add(positive(x), 0.2), 1)),
  RealDiv: two((a, b) => tf.div(a, positive(b))),
  Reciprocal: one((x) => tf.reciprocal(positive(x))),
  Relu6: one((x) => tf.relu6(tf.mul(x, 9))),
  Relu: one((x) => tf.relu(x)),
  Reshape: one((x) => tf.reshape(x, [3, -1])),
  // The cpu backend confuses height and width here.
  ResizeBilinear: {
    shapes: (n) => [[2, n + 3, n + 3, 2]],
    f: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 7]),
  },
  ResizeNearestNeighbor: image(2, (x) => tf.image.resizeNearestNeighbor(x, [5, 7])),
  Reverse: one((x) => tf.reverse(x, 1)),
  Round: one((x) => tf.add(tf.round(x), x)),
  Rsqrt: one((x) => tf.rsqrt(positive(x))),
  Select: same((a, b) => tf.where(tf.greaterEqual(a, 0), a, b)),
  Selu: one((x) => tf.selu(x)),
  Sigmoid: one((x) => tf.sigmoid(x)),
  Sign: one((x) => tf.mul(tf.sign(x), x)),
  Sin: one((x) => tf.sin(x)),
  Sinh: one((x) => tf.sinh(x)),
  Slice: one((x) => tf.slice(x, [1, 0], [-1, 2])),
  Softmax: one((x) => tf.softmax(x)),
  Softplus: one((x) => tf.softplus(x)),
  SpaceToBatchND: {
    shapes: (n) => [[1, 2 * n, 4, 1]],
    f: (x) =>
      tf.spaceToBatchND(
        x!,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
  },
  SplitV: one((x) => tf.sub(tf.mul(tf.split(x, [1, 2], 1)[0]!, 3), tf.split(x, [1, 2], 1)[1]!)),
  Sqrt: one((x) => tf.sqrt(positive(x))),
  SquaredDifference: same((a, b) => tf.squaredDifference(a, b)),
  Square: one((x) => tf.square(x)),
  Step: one((x) => tf.mul(tf.step(x, 0.2), x)),
  Sub: two((a, b) => tf.sub(a, b)),
  Sum: one((x) => tf.sum(x, 1)),
  Tan: one((x) => tf.tan(x)),
  Tanh: one((x) => tf.tanh(x)),
  Tile: one((x) => tf.tile(x, [2, 3])),
  Transpose: { shapes: (n) => [[n, 3, 2]], f: (x) => tf.transpose(x!, [2, 0, 1]) },
  Unpack: one((x) => tf.mul(tf.unstack(x, 1)[0]!, tf.unstack(x, 1)[2]!)),
  UnsortedSegmentSum: one((x) =>
    tf.unsortedSegmentSum(
      x,
      tf.tensor1d(
        Array.from({ length: x.shape[0]! }, (_, i) => i % 2),
        'int32',
      ),
      3,
    ),
  ),
  ZerosLike: one((x) => tf.add(x, tf.zerosLike(x))),
};

/** Gradients of a weighted sum of the function's results, at arguments of the given size. */
export function gradients({ shapes, f }: GradientCase, size: number): tf.Tensor[] {
  const x = shapes(size).map((shape, at) => wave(shape, at + 0.3 * size));
  const weighted = (...args: tf.Tensor[]) => {
    const y = tf.cast(f(...args), 'float32');
    return tf.sum(tf.mul(y, wave(y.shape, 7))) as tf.Scalar;
  };
  return tf.grads(weighted)(x);
}
