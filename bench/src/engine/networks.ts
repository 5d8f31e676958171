import { createRandom } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';

/** A network as a function of its parameters, and what one example looks like. */
export interface Network {
  readonly parameters: readonly tf.Variable[];
  /** Moving averages and the like: assigned in training, not trained. */
  readonly others: readonly tf.Variable[];
  readonly inputShape: readonly number[];
  readonly numClasses: number;
  readonly f: (x: tf.Tensor, isTraining: boolean) => tf.Tensor2D;
  /** Multiplications and additions of a forward pass of one example. */
  readonly flops: number;
}

/** Parameters and their count of operations, as layers are added. */
class Builder {
  readonly parameters: tf.Variable[] = [];
  readonly others: tf.Variable[] = [];
  flops = 0;
  private readonly random = createRandom('networks');

  weights(shape: number[], fanIn: number): tf.Variable {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = Float32Array.from({ length: size }, () => this.random.normal() * Math.sqrt(2 / fanIn));
    return this.add(tf.tensor(values, shape));
  }

  constant(size: number, value: number): tf.Variable {
    return this.add(tf.fill([size], value));
  }

  private add(tensor: tf.Tensor): tf.Variable {
    const variable = tf.variable(tensor);
    tensor.dispose();
    this.parameters.push(variable);
    return variable;
  }

  dense(inputs: number, outputs: number): (x: tf.Tensor) => tf.Tensor {
    const [w, b] = [this.weights([inputs, outputs], inputs), this.constant(outputs, 0)];
    this.flops += 2 * inputs * outputs;
    return (x) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b);
  }

  conv(
    size: number,
    inputs: number,
    outputs: number,
    options: { readonly stride?: number; readonly pixels: number; readonly hasBias?: boolean },
  ): (x: tf.Tensor) => tf.Tensor {
    const { stride = 1, pixels, hasBias = false } = options;
    const w = this.weights([size, size, inputs, outputs], size * size * inputs);
    const b = hasBias ? this.constant(outputs, 0) : null;
    this.flops += 2 * pixels * size * size * inputs * outputs;
    return (x) => {
      const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same');
      return b ? tf.add(y, b) : y;
    };
  }

  batchNorm(channels: number): (x: tf.Tensor, isTraining: boolean) => tf.Tensor {
    const [scale, offset] = [this.constant(channels, 1), this.constant(channels, 0)];
    const average = (value: number) => {
      const variable = tf.tidy(() => tf.variable(tf.fill([channels], value)));
      this.others.push(variable);
      return variable;
    };
    const [mean, variance] = [average(0), average(1)];
    return (x, isTraining) => {
      const norm = (m: tf.Tensor, v: tf.Tensor) =>
        tf.batchNorm(
          x,
          m as tf.Tensor1D,
          v as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-5,
        );
      if (!isTraining) return norm(mean, variance);
      const moments = tf.moments(x, [0, 1, 2]);
      mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(moments.mean, 0.1)));
      variance.assign(tf.add(tf.mul(variance, 0.9), tf.mul(moments.variance, 0.1)));
      return norm(moments.mean, moments.variance);
    };
  }

  network(inputShape: number[], f: Network['f']): Network {
    const { parameters, others, flops } = this;
    return { parameters, others, inputShape, numClasses: 10, f, flops };
  }
}

const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');

/** 784-512-10. */
export function mlp(): Network {
  const b = new Builder();
  const [first, second] = [b.dense(784, 512), b.dense(512, 10)];
  return b.network([784], (x) => second(tf.relu(first(x))) as tf.Tensor2D);
}

/** Two convolutions of 5×5 with 32 and 64 channels, a dense layer of 128. */
export function cnn(): Network {
  const b = new Builder();
  const c1 = b.conv(5, 1, 32, { pixels: 28 * 28, hasBias: true });
  const c2 = b.conv(5, 32, 64, { pixels: 14 * 14, hasBias: true });
  const [d1, d2] = [b.dense(3136, 128), b.dense(128, 10)];
  return b.network([28, 28, 1], (x) => {
    const h = pool(tf.relu(c2(pool(tf.relu(c1(x))))));
    return d2(tf.relu(d1(tf.reshape(h, [x.shape[0]!, 3136])))) as tf.Tensor2D;
  });
}

/** ResNet-18 for 32×32 images (He et al. 2016, without the first pooling); `base` channels in the first stage. */
export function resnet18(base = 64, activation: (x: tf.Tensor) => tf.Tensor = tf.relu): Network {
  const b = new Builder();
  const stem = b.conv(3, 3, base, { pixels: 32 * 32 });
  const stemNorm = b.batchNorm(base);
  const blocks: ((x: tf.Tensor, isTraining: boolean) => tf.Tensor)[] = [];
  let [width, side] = [base, 32];
  for (const [channels, firstStride] of [
    [base, 1],
    [2 * base, 2],
    [4 * base, 2],
    [8 * base, 2],
  ] as const)
    for (const stride of [firstStride, 1]) {
      side /= stride;
      const pixels = side * side;
      const first = b.conv(3, width, channels, { stride, pixels });
      const firstNorm = b.batchNorm(channels);
      const second = b.conv(3, channels, channels, { pixels });
      const secondNorm = b.batchNorm(channels);
      const isSame = stride === 1 && width === channels;
      const short = isSame ? null : b.conv(1, width, channels, { stride, pixels });
      const shortNorm = isSame ? null : b.batchNorm(channels);
      width = channels;
      blocks.push((x, isTraining) => {
        const y = secondNorm(second(activation(firstNorm(first(x), isTraining))), isTraining);
        return activation(tf.add(y, short ? shortNorm!(short(x), isTraining) : x));
      });
    }
  const head = b.dense(8 * base, 10);
  return b.network([32, 32, 3], (x, isTraining) => {
    let h = activation(stemNorm(stem(x), isTraining));
    for (const block of blocks) h = block(h, isTraining);
    return head(tf.mean(h, [1, 2])) as tf.Tensor2D;
  });
}
