import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  backendName,
  type Provider,
  ProviderUnavailableError,
  registerOnnxRuntime,
  runtimeVersion,
} from '@tangent/tfjs-onnxruntime';
import * as tf from '@tensorflow/tfjs-core';

/** In the order of preference. */
export const engineNames = ['tfjs-node-gpu', 'tfjs-node', 'tfjs-onnxruntime', 'wasm', 'cpu'] as const;
/** Engines that only run when they are asked for: ONNX Runtime on a device. */
export const devices = ['tfjs-onnxruntime-cuda', 'tfjs-onnxruntime-webgpu'] as const;
export type EngineName = (typeof engineNames)[number] | (typeof devices)[number];

/** What runs the tensors in this thread. */
export interface Engine {
  readonly name: EngineName;
  /** E.g. `CPU, ONNX Runtime 1.30.0`. */
  readonly device: string;
  readonly threads: number;
}

/** The engine that was asked for is not there; the message says how to get it. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
  readonly code = 'engine-unavailable';
}

const require = createRequire(import.meta.url);

/**
 * Chooses the tensor engine and makes it the tfjs backend of this thread: tfjs-node-gpu where it is installed and sees
 * a CUDA device, then tfjs-node, then our own on ONNX Runtime, then wasm, then cpu. `engine` (TANGENT_ENGINE) forces one.
 * Where no native engine runs, `log` is told why and how to get one.
 * Throws EngineUnavailableError when the forced one is missing or unknown.
 */
export async function chooseEngine(
  options: { readonly engine?: string | undefined; readonly log?: (line: string) => void } = {},
): Promise<Engine> {
  const { engine: forced, log = () => undefined } = options;
  // Else the cpu backend greets every process with a banner.
  tf.enableProdMode();
  if (forced) {
    const known: readonly string[] = [...engineNames, ...devices];
    if (!known.includes(forced))
      throw new EngineUnavailableError(
        `unknown engine “${forced}”; choose one of ${known.join(', ')}, or none for the best that is there`,
      );
    return starters[forced as EngineName](log);
  }
  const missing: string[] = [];
  for (const name of engineNames) {
    try {
      const engine = await starters[name](log);
      if (!isNative(name)) log(`the tensor engine is ${name}, which is slow, because ${missing.join('; ')}`);
      return engine;
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      missing.push(error.message);
    }
  }
  throw new EngineUnavailableError(`no tensor engine starts here: ${missing.join('; ')}`);
}

const isNative = (name: EngineName) => name !== 'wasm' && name !== 'cpu';

const starters: Record<EngineName, (log: (line: string) => void) => Promise<Engine>> = {
  'tfjs-node-gpu': async () => {
    await importOptional('@tensorflow/tfjs-node-gpu');
    await activate('tensorflow', 'tfjs-node-gpu');
    // Without a CUDA device the GPU package runs on the CPU and says nothing.
    if (!(tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice) {
      tf.removeBackend('tensorflow');
      throw new EngineUnavailableError(
        'tfjs-node-gpu finds no CUDA device (see nvidia-smi, and that libcudart, libcublas and libcudnn of its version load)',
      );
    }
    return { name: 'tfjs-node-gpu', device: 'GPU, CUDA', threads: cores() };
  },
  'tfjs-node': async () => {
    await importOptional('@tensorflow/tfjs-node');
    await activate('tensorflow', 'tfjs-node');
    return { name: 'tfjs-node', device: 'CPU, TensorFlow', threads: cores() };
  },
  'tfjs-onnxruntime': (log) => startOnnxRuntime('tfjs-onnxruntime', 'cpu', log),
  'tfjs-onnxruntime-cuda': (log) => startOnnxRuntime('tfjs-onnxruntime-cuda', 'cuda', log),
  'tfjs-onnxruntime-webgpu': (log) => startOnnxRuntime('tfjs-onnxruntime-webgpu', 'webgpu', log),
  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
    setWasmPaths(`${folder}${path.sep}dist${path.sep}`);
    await withoutProcessListeners(() => activate('wasm', 'wasm'));
    return { name: 'wasm', device: 'CPU, WebAssembly SIMD', threads: 1 };
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await activate('cpu', 'cpu');
    return { name: 'cpu', device: 'CPU, JavaScript', threads: 1 };
  },
};

async function startOnnxRuntime(
  name: EngineName,
  provider: Provider,
  log: (line: string) => void,
): Promise<Engine> {
  const threads = cores();
  try {
    registerOnnxRuntime({ provider, threads, log });
    await activate(backendName, name);
  } catch (cause) {
    if (!(cause instanceof ProviderUnavailableError)) throw cause;
    throw new EngineUnavailableError(cause.message, { cause });
  }
  const device = provider === 'cpu' ? 'CPU' : provider === 'cuda' ? 'GPU, CUDA' : 'GPU, WebGPU';
  return { name, device: `${device}, ONNX Runtime ${runtimeVersion()}`, threads };
}

/**
 * The wasm backend leaves listeners behind that throw every uncaught error and rejection once more, before the
 * process's own handlers have logged it or shut anything down. They are taken off.
 */
async function withoutProcessListeners(start: () => Promise<void>): Promise<void> {
  const uncaught = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  try {
    await start();
  } finally {
    for (const listener of process.listeners('uncaughtException'))
      if (!uncaught.includes(listener)) process.off('uncaughtException', listener);
    for (const listener of process.listeners('unhandledRejection'))
      if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
  }
}

/** The native engines are optional peers: absent from a plain installation, because they download libtensorflow. */
async function importOptional(name: string): Promise<void> {
  let file: string;
  try {
    file = require.resolve(name);
  } catch (cause) {
    throw new EngineUnavailableError(`${name} is not installed (npm install ${name}@${tf.version_core})`, {
      cause,
    });
  }
  try {
    await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new EngineUnavailableError(`${name} is installed but does not load: ${String(cause)}`, { cause });
  }
}

async function activate(backend: string, name: EngineName): Promise<void> {
  const isActive = await tf.setBackend(backend);
  await tf.ready();
  if (!isActive || tf.getBackend() !== backend)
    throw new EngineUnavailableError(`the ${name} backend of tfjs does not start`);
}

const cores = () => Number(process.env.OMP_NUM_THREADS) || availableParallelism();
