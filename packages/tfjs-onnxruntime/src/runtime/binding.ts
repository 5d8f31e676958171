import { createRequire } from 'node:module';
import type { Env, InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common';
import { ProviderUnavailableError } from '../errors.js';
import type { DType, NumericArray } from '../graph/value.js';

// The native binding below onnxruntime-node's public API, which is asynchronous. tfjs reads synchronously, so sessions
// must run synchronously. This door is undocumented: onnxruntime-node is pinned exactly, and the spec suite holds it.

export interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: Feeds, fetches: Fetches, options: InferenceSession.RunOptions): Record<string, Tensor>;
  dispose(): void;
}
export type Feeds = Record<string, Tensor>;
/** null: the runtime makes the array. */
export type Fetches = Record<string, Tensor | null>;

interface Binding {
  readonly InferenceSession: new () => NativeSession;
  listSupportedBackends(): { readonly name: string; readonly bundled: boolean }[];
}

const require = createRequire(import.meta.url);
// The same instance that onnxruntime-node loads; imported as a module it would be a second one.
const common = require('onnxruntime-common') as { readonly env: Env; readonly Tensor: TensorConstructor };
let loaded: Binding | null = null;

/** Loaded at first use, so that this package can be imported where ONNX Runtime has no build. */
function load(): Binding {
  if (loaded) return loaded;
  try {
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as {
      readonly binding: Binding;
      readonly initOrt: () => void;
    };
    common.env.logLevel = 'fatal'; // failures throw; the log would repeat them
    initOrt();
    loaded = binding;
    return binding;
  } catch (cause) {
    throw new ProviderUnavailableError(
      `ONNX Runtime does not load on ${process.platform}-${process.arch}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

export const newSession = (): NativeSession => new (load().InferenceSession)();

export const bundledProviders = (): string[] =>
  load()
    .listSupportedBackends()
    .map(({ name }) => name);

/** An array as an argument of a session; no copy. */
export const argumentOf = (dtype: DType, data: NumericArray, shape: readonly number[]): Tensor =>
  new common.Tensor(dtype as 'float32', data as Float32Array, shape);

/** Version of ONNX Runtime. */
export const runtimeVersion = (): string =>
  (require('onnxruntime-node/package.json') as { readonly version: string }).version;
