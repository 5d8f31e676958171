import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseEngine, EngineUnavailableError } from './engine.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const product = () => Array.from(tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()));

describe('the tensor engine', () => {
  it('is wasm after a plain installation, and says why nothing faster runs and how to get it', async () => {
    const listeners = () =>
      ['uncaughtException', 'unhandledRejection'].map((name) => process.listeners(name as 'exit'));
    const listenersBefore = listeners();
    const lines: string[] = [];
    const engine = await chooseEngine({ log: (line) => lines.push(line) });
    expect(engine).toEqual({ name: 'wasm', device: 'CPU, WebAssembly SIMD', threads: 1 });
    expect(lines).toEqual([
      'the tensor engine is wasm, because @tensorflow/tfjs-node-gpu is not installed (npm install @tensorflow/tfjs-node-gpu@4.22.0); ' +
        '@tensorflow/tfjs-node is not installed (npm install @tensorflow/tfjs-node@4.22.0)',
    ]);
    expect(product()).toEqual([11]);
    // The handling of uncaught errors stays with the process.
    expect(listeners()).toEqual(listenersBefore);
  });

  it('can be forced, and prints nothing by itself', async () => {
    const printed = ['log', 'warn', 'error', 'info'].map((method) =>
      vi.spyOn(console, method as 'log').mockImplementation(() => undefined),
    );
    for (const name of ['cpu', 'wasm', 'cpu']) {
      expect((await chooseEngine({ engine: name })).name).toBe(name);
      expect(tf.getBackend()).toBe(name);
      expect(product()).toEqual([11]);
    }
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  });

  it('that is forced and missing is an error that says how to get it', async () => {
    const missing = chooseEngine({ engine: 'tfjs-node' });
    await expect(missing).rejects.toThrow(EngineUnavailableError);
    await expect(missing).rejects.toThrow('npm install @tensorflow/tfjs-node@4.22.0');
    await expect(chooseEngine({ engine: 'abacus' })).rejects.toThrow(
      'unknown engine “abacus”; choose one of tfjs-node-gpu, tfjs-node, wasm, cpu',
    );
  });
});
