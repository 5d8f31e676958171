import { OnnxModel, OnnxModelError, type OnnxModelOptions } from '@tangent/compute';

export interface OnnxBackboneOptions extends OnnxModelOptions {
  /** Of one example: [inputs], or [height, width, channels]. */
  readonly inputShape: readonly number[];
  /**
   * How the file wants images: [channels, height, width] as PyTorch, or [height, width, channels] as TensorFlow. Default: the
   * one that its input's shape says, else channels first.
   */
  readonly layout?: 'channels-first' | 'channels-last';
  /** Examples at once; default 32. */
  readonly chunk?: number;
  /** Wider embeddings are refused; default 65,536. */
  readonly maxWidth?: number;
}

/** A pretrained network that turns items into vectors. */
export interface OnnxBackbone {
  /** h. */
  readonly width: number;
  /** Name of the value that is taken. */
  readonly output: string;
  /**
   * Embeddings [numExamples, h] float32 of x [numExamples, …inputShape], images in [height, width, channels]; scaled
   * beforehand as the network was trained (standardiseInPlace with a mean and a deviation a channel). Throws OnnxModelError for
   * embeddings that are not finite, RangeError for inputs that do not fit.
   */
  embed(x: Float32Array, numExamples: number): Float32Array;
  dispose(): void;
}

/**
 * Opens an ONNX file as a featuriser: one float32 input with an open batch axis, and the penultimate activations or a named
 * value as the embedding; what has more than one axis is laid flat. One example is run to learn the width. The caller disposes.
 * Throws OnnxModelError for a file that cannot be used, and names the input or value at fault.
 */
export function openOnnxBackbone(bytes: Uint8Array, options: OnnxBackboneOptions): OnnxBackbone {
  const { inputShape, layout, chunk = 32, maxWidth = 65_536, ...loading } = options;
  const model = OnnxModel.load(bytes, loading);
  try {
    const arrange = arrangementFor(model, inputShape, layout);
    const numInputs = inputShape.reduce((size, extent) => size * extent, 1);
    const widthOf = (shape: readonly number[], rows: number) => {
      if (shape[0] !== rows)
        throw new OnnxModelError(
          `the value “${model.output}” of the ONNX model is [${shape}] for ${rows} examples; its first axis must be the batch`,
        );
      return shape.slice(1).reduce((size, extent) => size * extent, 1);
    };
    // Two examples: a value without a batch axis may look like one of a single example.
    const width = widthOf(model.run(new Float32Array(2 * numInputs), [2, ...arrange.shape]).shape, 2);
    if (width > maxWidth)
      throw new OnnxModelError(
        `the value “${model.output}” of the ONNX model has ${width} numbers an example; at most ${maxWidth} are taken: name a later one`,
      );
    return {
      width,
      output: model.output,
      embed(x, numExamples) {
        if (x.length !== numExamples * numInputs)
          throw new RangeError(
            `embed: ${x.length} numbers do not make ${numExamples} examples of ${numInputs} inputs`,
          );
        const embeddings = new Float32Array(numExamples * width);
        for (let from = 0; from < numExamples; from += chunk) {
          const rows = Math.min(chunk, numExamples - from);
          const slice = x.subarray(from * numInputs, (from + rows) * numInputs);
          const { values, shape } = model.run(arrange.rows(slice), [rows, ...arrange.shape]);
          widthOf(shape, rows);
          const bad = values.findIndex((value) => !Number.isFinite(value));
          if (bad >= 0)
            throw new OnnxModelError(
              `the value “${model.output}” of the ONNX model is ${values[bad]} at example ${from + Math.floor(bad / width)}; scale the inputs as the network was trained`,
            );
          embeddings.set(values, from * width);
        }
        return embeddings;
      },
      dispose: () => model.dispose(),
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

interface Arrangement {
  /** Of one example, as the file wants it. */
  readonly shape: readonly number[];
  rows(x: Float32Array): Float32Array;
}

function arrangementFor(
  { input }: OnnxModel,
  inputShape: readonly number[],
  layout: OnnxBackboneOptions['layout'],
): Arrangement {
  const wanted = input.shape.slice(1);
  const asGiven: Arrangement = { shape: inputShape, rows: (x) => x };
  const fits = (shape: readonly number[]) =>
    shape.length === wanted.length && wanted.every((extent, i) => extent === null || extent === shape[i]);
  if (inputShape.length !== 3) {
    if (fits(inputShape)) return asGiven;
  } else {
    const [height, width, channels] = inputShape as [number, number, number];
    const first = [channels, height, width];
    const channelsFirst: Arrangement = {
      shape: first,
      rows: (x) => toChannelsFirst(x, height * width, channels),
    };
    if (layout !== 'channels-last' && fits(first)) return channelsFirst;
    if (layout !== 'channels-first' && fits(inputShape)) return asGiven;
  }
  throw new OnnxModelError(
    `the input “${input.name}” of the ONNX model is [${input.shape.map((extent) => extent ?? '?')}], which examples of [${inputShape}] do not fit${layout ? ` ${layout}` : ''}`,
  );
}

/** [n, pixels, channels] → [n, channels, pixels]. */
function toChannelsFirst(x: Float32Array, numPixels: number, channels: number): Float32Array {
  const turned = new Float32Array(x.length);
  const size = numPixels * channels;
  for (let from = 0; from < x.length; from += size)
    for (let p = 0; p < numPixels; p++)
      for (let c = 0; c < channels; c++) turned[from + c * numPixels + p] = x[from + p * channels + c]!;
  return turned;
}
