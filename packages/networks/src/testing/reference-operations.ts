import type { ActivationName, Operation, Padding, Parameter } from '../network.js';

// Every operation by its definition, in plain loops and float64, for one example.

export interface Values {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export function referenceOperation(operation: Operation, inputs: readonly Values[]): Values {
  const x = inputs[0]!;
  switch (operation.type) {
    case 'dense':
      return dense(operation.kernel, operation.bias, x);
    case 'conv2d':
    case 'depthwise-conv2d':
      return convolution(operation, x);
    case 'batch-norm': {
      const { mean, variance, epsilon, gamma, beta } = operation;
      const width = mean.values.length;
      return each(x, (value, at) => {
        const c = at % width;
        const normal = (value - mean.values[c]!) / Math.sqrt(variance.values[c]! + epsilon);
        return normal * (gamma?.values[c] ?? 1) + (beta?.values[c] ?? 0);
      });
    }
    case 'layer-norm':
      return layerNorm(operation, x);
    case 'embedding': {
      const width = operation.table.shape[1]!;
      const rows = Array.from(x.values, (token) =>
        Array.from(operation.table.values.subarray(token * width, (token + 1) * width)),
      );
      return { shape: [...x.shape, width], values: rows.flat() };
    }
    case 'activation':
      return each(x, activations[operation.name]);
    case 'add':
      return each(x, (_, at) => inputs.reduce((sum, input) => sum + input.values[at]!, 0));
    case 'concat': {
      const widths = inputs.map(({ shape }) => shape.at(-1)!);
      const numRows = x.values.length / widths[0]!;
      const rows = Array.from({ length: numRows }, (_, row) =>
        inputs.flatMap(({ values }, i) => Array.from(values).slice(row * widths[i]!, (row + 1) * widths[i]!)),
      );
      return { shape: [...x.shape.slice(0, -1), widths.reduce((a, b) => a + b)], values: rows.flat() };
    }
    case 'pool':
      return pool(operation, x);
    case 'global-pool': {
      const width = x.shape.at(-1)!;
      const columns = Array.from({ length: width }, (_, c) =>
        Array.from(x.values).filter((_value, at) => at % width === c),
      );
      return { shape: [width], values: columns.map(operation.method === 'max' ? maximum : mean) };
    }
    case 'flatten':
      return { shape: [x.values.length], values: x.values };
    case 'reshape':
      return { shape: operation.shape, values: x.values };
    case 'dropout':
      return x;
  }
}

/** Φ by numeric integration of its density, independent of erf. */
function normalCdf(x: number): number {
  const steps = 2_000;
  const width = x / steps;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += Math.exp(-0.5 * ((i + 0.5) * width) ** 2);
  return 0.5 + (sum * width) / Math.sqrt(2 * Math.PI);
}

const activations: Record<ActivationName, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  gelu: (x) => x * normalCdf(x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
};

const each = ({ shape, values }: Values, map: (value: number, at: number) => number): Values => ({
  shape,
  values: Float64Array.from(values, map),
});
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const maximum = (values: readonly number[]) => Math.max(...values);

function dense(kernel: Parameter, bias: Parameter | null, { shape, values }: Values): Values {
  const [numInputs, numOutputs] = kernel.shape as [number, number];
  const numRows = values.length / numInputs;
  const z = new Float64Array(numRows * numOutputs);
  for (let row = 0; row < numRows; row++)
    for (let o = 0; o < numOutputs; o++) {
      let sum = bias?.values[o] ?? 0;
      for (let i = 0; i < numInputs; i++)
        sum += values[row * numInputs + i]! * kernel.values[i * numOutputs + o]!;
      z[row * numOutputs + o] = sum;
    }
  return { shape: [...shape.slice(0, -1), numOutputs], values: z };
}

function layerNorm(
  { gamma, beta, epsilon }: Extract<Operation, { type: 'layer-norm' }>,
  { shape, values }: Values,
): Values {
  const width = shape.at(-1)!;
  return each({ shape, values }, (value, at) => {
    const row = Array.from(values).slice(at - (at % width), at - (at % width) + width);
    const centre = mean(row);
    const variance = mean(row.map((a) => (a - centre) ** 2));
    const normal = (value - centre) / Math.sqrt(variance + epsilon);
    return normal * (gamma?.values[at % width] ?? 1) + (beta?.values[at % width] ?? 0);
  });
}

interface Axis {
  readonly numOutputs: number;
  readonly before: number;
}

/** Length of the output and padding before the first entry, as TensorFlow defines them. */
function axisOf(extent: number, window: number, stride: number, padding: Padding): Axis {
  if (padding === 'valid') return { numOutputs: Math.ceil((extent - window + 1) / stride), before: 0 };
  const numOutputs = Math.ceil(extent / stride);
  const total = Math.max((numOutputs - 1) * stride + window - extent, 0);
  return { numOutputs, before: Math.floor(total / 2) };
}

function convolution(
  operation: Extract<Operation, { type: 'conv2d' | 'depthwise-conv2d' }>,
  { shape, values }: Values,
): Values {
  const { type, kernel, bias, strides, dilations, padding } = operation;
  const [height, width, channels] = shape as [number, number, number];
  const [kh, kw, , last] = kernel.shape as [number, number, number, number];
  const rows = axisOf(height, (kh - 1) * dilations[0] + 1, strides[0], padding);
  const columns = axisOf(width, (kw - 1) * dilations[1] + 1, strides[1], padding);
  const numChannels = type === 'conv2d' ? last : channels * last;
  const z: number[] = [];
  for (let row = 0; row < rows.numOutputs; row++)
    for (let column = 0; column < columns.numOutputs; column++)
      for (let o = 0; o < numChannels; o++) {
        let sum = bias?.values[o] ?? 0;
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            const y = row * strides[0] - rows.before + i * dilations[0];
            const x = column * strides[1] - columns.before + j * dilations[1];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            for (let c = 0; c < channels; c++) {
              const isRead = type === 'conv2d' || Math.floor(o / last) === c;
              const weight = kernel.values[((i * kw + j) * channels + c) * last + (o % last)]!;
              if (isRead) sum += values[(y * width + x) * channels + c]! * weight;
            }
          }
        z.push(sum);
      }
  return { shape: [rows.numOutputs, columns.numOutputs, numChannels], values: z };
}

function pool(
  { method, size, strides, padding }: Extract<Operation, { type: 'pool' }>,
  { shape, values }: Values,
): Values {
  const [height, width, channels] = shape as [number, number, number];
  const rows = axisOf(height, size[0], strides[0], padding);
  const columns = axisOf(width, size[1], strides[1], padding);
  const z: number[] = [];
  for (let row = 0; row < rows.numOutputs; row++)
    for (let column = 0; column < columns.numOutputs; column++)
      for (let c = 0; c < channels; c++) {
        const seen: number[] = [];
        for (let i = 0; i < size[0]; i++)
          for (let j = 0; j < size[1]; j++) {
            const y = row * strides[0] - rows.before + i;
            const x = column * strides[1] - columns.before + j;
            if (y >= 0 && y < height && x >= 0 && x < width)
              seen.push(values[(y * width + x) * channels + c]!);
          }
        z.push(method === 'max' ? maximum(seen) : mean(seen));
      }
  return { shape: [rows.numOutputs, columns.numOutputs, channels], values: z };
}
