import { OnnxModelError } from '../errors.js';
import { argumentOf, type NativeSession, newSession } from '../runtime/binding.js';
import { type BackendOptions, settingsOf } from '../runtime/options.js';
import { requireProvider, sessionOptions } from '../runtime/session-options.js';
import { assertValue, type ModelInput, penultimateOf, readModelFile, withOutput } from './model-file.js';

export type { ModelInput } from './model-file.js';

export interface OnnxModelOptions extends Pick<BackendOptions, 'provider' | 'threads'> {
  /** Name of the value to compute; default: what goes into the last Gemm or MatMul, the penultimate activations. */
  readonly output?: string;
  /** Larger files are refused; default 1 GiB. */
  readonly maxBytes?: number;
}

/**
 * An ONNX file in ONNX Runtime, with one float32 input and one of its values as the result. Nothing outside the file is read.
 */
export class OnnxModel {
  private constructor(
    private readonly session: NativeSession,
    readonly input: ModelInput,
    /** Name of the value that is computed. */
    readonly output: string,
  ) {}

  /** Throws OnnxModelError for a file that cannot be used, and ProviderUnavailableError. */
  static load(bytes: Uint8Array, options: OnnxModelOptions = {}): OnnxModel {
    const { maxBytes = 2 ** 30, output: named, ...backend } = options;
    if (bytes.byteLength > maxBytes)
      throw new OnnxModelError(`the ONNX model has ${bytes.byteLength} bytes; at most ${maxBytes} are taken`);
    const file = readModelFile(bytes);
    const output = named ?? penultimateOf(file);
    assertValue(file, output);
    const settings = settingsOf(backend);
    requireProvider(settings);
    const edited = withOutput(file, bytes, output);
    const session = newSession();
    try {
      session.loadModel(edited.buffer, edited.byteOffset, edited.byteLength, sessionOptions(settings));
    } catch (cause) {
      throw new OnnxModelError(`ONNX Runtime does not load the model: ${messageOf(cause)}`, { cause });
    }
    return new OnnxModel(session, file.input, output);
  }

  /**
   * The value for a batch. x: float32 of `shape`, [batch, …]. Runs in the calling thread, which waits.
   * Throws OnnxModelError for shapes that do not fit and for values that are not float32.
   */
  run(
    x: Float32Array,
    shape: readonly number[],
  ): { readonly values: Float32Array; readonly shape: number[] } {
    const { name, shape: wanted } = this.input;
    const isFitting =
      shape.length === wanted.length && wanted.every((extent, i) => extent === null || extent === shape[i]);
    if (!isFitting || x.length !== shape.reduce((size, extent) => size * extent, 1))
      throw new OnnxModelError(
        `the input “${name}” of the ONNX model is [${wanted.map((e) => e ?? '?')}]; given ${x.length} numbers of [${shape}]`,
      );
    let results: ReturnType<NativeSession['run']>;
    try {
      results = this.session.run({ [name]: argumentOf('float32', x, shape) }, { [this.output]: null }, {});
    } catch (cause) {
      throw new OnnxModelError(`the ONNX model does not run on [${shape}]: ${messageOf(cause)}`, { cause });
    }
    const result = results[this.output]!;
    if (result.type !== 'float32')
      throw new OnnxModelError(`the value “${this.output}” of the ONNX model is ${result.type}, not float32`);
    return { values: result.data as Float32Array, shape: [...result.dims] };
  }

  dispose(): void {
    this.session.dispose();
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
