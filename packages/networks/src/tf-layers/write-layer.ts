import { type Operation, type Parameter, UnsupportedNetworkError } from '../network.js';
import type { Shape } from '../spatial-shapes.js';

/** A layer in the words of Keras. */
export interface WrittenLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** In the order of the file; null where the layer goes without. */
  readonly weights: readonly (readonly [name: string, parameter: Parameter | null])[];
}

/** The layer that computes an operation on inputs of that shape. Throws UnsupportedNetworkError. */
export function writeLayer(name: string, operation: Operation, input: Shape): WrittenLayer {
  switch (operation.type) {
    case 'dense': {
      const { kernel, bias } = operation;
      const config = { units: kernel.shape[1], activation: 'linear', use_bias: bias !== null };
      return layer('Dense', config, { kernel, bias });
    }
    case 'conv2d': {
      const { kernel, bias } = operation;
      return layer('Conv2D', { filters: kernel.shape[3], ...convolution(operation) }, { kernel, bias });
    }
    case 'depthwise-conv2d': {
      if (operation.dilations.some((dilation) => dilation !== 1))
        throw new UnsupportedNetworkError(
          `layer ${name}: TensorFlow.js passes over dilations of a depthwise convolution, so it cannot be exported; set them to 1`,
        );
      const { kernel, bias } = operation;
      const config = { depth_multiplier: kernel.shape[3], ...convolution(operation) };
      return layer('DepthwiseConv2D', config, { depthwise_kernel: kernel, bias });
    }
    case 'batch-norm': {
      const { gamma, beta, mean, variance, epsilon } = operation;
      const config = { axis: -1, momentum: 0.99, epsilon, scale: gamma !== null, center: beta !== null };
      return layer('BatchNormalization', config, {
        gamma,
        beta,
        moving_mean: mean,
        moving_variance: variance,
      });
    }
    case 'layer-norm': {
      const { gamma, beta, epsilon } = operation;
      const config = { axis: [input.length], epsilon, scale: gamma !== null, center: beta !== null };
      return layer('LayerNormalization', config, { gamma, beta });
    }
    case 'embedding': {
      const [vocabulary, width] = operation.table.shape;
      const config = { input_dim: vocabulary, output_dim: width, mask_zero: false, input_length: input[0] };
      return layer('Embedding', config, { embeddings: operation.table });
    }
    case 'activation':
      return layer('Activation', { activation: operation.name });
    case 'add':
      return layer('Add');
    case 'concat':
      return layer('Concatenate', { axis: -1 });
    case 'pool': {
      const { method, size, strides, padding } = operation;
      const config = { pool_size: size, strides, padding, data_format: 'channels_last' };
      return layer(method === 'max' ? 'MaxPooling2D' : 'AveragePooling2D', config);
    }
    case 'global-pool': {
      const method = operation.method === 'max' ? 'Max' : 'Average';
      return globalPool(name, method, input);
    }
    case 'flatten':
      // tfjs-layers flattens nothing that is flat.
      return input.length === 1 ? layer('Reshape', { target_shape: [...input] }) : layer('Flatten');
    case 'reshape':
      return layer('Reshape', { target_shape: operation.shape });
    case 'dropout':
      return layer('Dropout', { rate: operation.rate, noise_shape: null, seed: null });
  }
}

const layer = (
  className: string,
  config: Readonly<Record<string, unknown>> = {},
  weights: Readonly<Record<string, Parameter | null>> = {},
): WrittenLayer => ({ className, config, weights: Object.entries(weights) });

const convolution = ({
  kernel,
  bias,
  strides,
  padding,
  dilations,
}: Extract<Operation, { type: 'conv2d' | 'depthwise-conv2d' }>) => ({
  kernel_size: kernel.shape.slice(0, 2),
  strides,
  padding,
  data_format: 'channels_last',
  dilation_rate: dilations,
  activation: 'linear',
  use_bias: bias !== null,
});

function globalPool(name: string, method: 'Max' | 'Average', input: Shape): WrittenLayer {
  if (input.length === 2) return layer(`Global${method}Pooling1D`);
  if (input.length === 3) return layer(`Global${method}Pooling2D`, { data_format: 'channels_last' });
  throw new UnsupportedNetworkError(
    `layer ${name}: no layer pools [${input}] globally; reshape its input to [height, width, channels]`,
  );
}
