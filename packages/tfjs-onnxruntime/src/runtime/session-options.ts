import { ProviderUnavailableError } from '../errors.js';
import { singleNodeModel } from '../onnx/serialise.js';
import { argumentOf, bundledProviders, newSession } from './binding.js';
import type { Provider, Settings } from './options.js';

/** Options of a native session. Spinning is off unless asked for: every session has its own pool of threads. */
export function sessionOptions(settings: {
  readonly provider: Provider;
  readonly threads: number;
  readonly isSpinning: boolean;
}): object {
  return {
    executionProviders: settings.provider === 'cpu' ? ['cpu'] : [settings.provider, 'cpu'],
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4, // failures throw; the log would repeat them
    extra: { session: { intra_op: { allow_spinning: settings.isSpinning ? '1' : '0' } } },
  };
}

const remedies: Record<Exclude<Provider, 'cpu'>, string> = {
  cuda: 'install its libraries with `npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12`, and see that nvidia-smi lists a device',
  webgpu: 'it needs a Vulkan, Metal or Direct3D 12 device and its driver',
};

/**
 * Tries the provider on a sum of two numbers, so that a missing one is found at start and not in the middle of a graph.
 * Throws ProviderUnavailableError with the way out.
 */
export function requireProvider(settings: Settings): void {
  const { provider } = settings;
  if (provider === 'cpu') return;
  const remedy = remedies[provider];
  const bundled = bundledProviders();
  if (!bundled.includes(provider))
    throw new ProviderUnavailableError(
      `this build of onnxruntime-node has no provider “${provider}” (it has ${bundled.join(', ')}); ${remedy}`,
    );
  const session = newSession();
  try {
    const bytes = singleNodeModel({
      op: 'Add',
      attributes: {},
      dtype: 'float32',
      inputs: { a: ['n'], b: ['n'] },
      output: ['n'],
    });
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, sessionOptions(settings));
    const two = argumentOf('float32', Float32Array.of(2), [1]);
    session.run({ a: two, b: two }, { y: null }, {});
  } catch (cause) {
    throw new ProviderUnavailableError(
      `the provider “${provider}” does not start: ${cause instanceof Error ? cause.message : String(cause)}; ${remedy}`,
      { cause },
    );
  }
  session.dispose();
}
