import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseEngine, EngineUnavailableError } from './engine.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const product = () => Array.from(tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()));

describe('the tensor engine', () => {
  it('is ours on ONNX Runtime after a plain installation', async () => {
    const lines: string[] = [];
    const engine = await chooseEngine({ log: (line) => lines.push(line) });
    expect(engine).toEqual({
      name: 'tfjs-onnxruntime',
      device: 'CPU, ONNX Runtime 1.30.0',
      threads: expect.any(Number),
    });
    expect(lines).toEqual([]);
    expect(product()).toEqual([11]);
  });

  it('leaves the handling of uncaught errors to the process', async () => {
    const listeners = () =>
      ['uncaughtException', 'unhandledRejection'].map((name) => process.listeners(name as 'exit'));
    const listenersBefore = listeners();
    await chooseEngine({ engine: 'wasm' });
    expect(listeners()).toEqual(listenersBefore);
  });

  it('on a device that is not there is an error that says what to do', async () => {
    await expect(chooseEngine({ engine: 'tfjs-onnxruntime-cuda' })).rejects.toThrow(
      /provider “cuda”.*onnxruntime-node-install=cuda12/,
    );
  });

  it('can be forced, and prints nothing by itself', async () => {
    const printed = ['log', 'warn', 'error', 'info'].map((method) =>
      vi.spyOn(console, method as 'log').mockImplementation(() => undefined),
    );
    for (const name of ['cpu', 'tfjs-onnxruntime', 'wasm', 'tfjs-onnxruntime', 'cpu']) {
      expect((await chooseEngine({ engine: name })).name).toBe(name);
      expect(tf.getBackend()).toBe(name.replace('tfjs-', ''));
      expect(product()).toEqual([11]);
    }
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  });

  it('that is forced and missing is an error that says how to get it', async () => {
    const missing = chooseEngine({ engine: 'tfjs-node' });
    await expect(missing).rejects.toThrow(EngineUnavailableError);
    await expect(missing).rejects.toThrow('npm install @tensorflow/tfjs-node@4.22.0');
    await expect(chooseEngine({ engine: 'abacus' })).rejects.toThrow(
      'unknown engine “abacus”; choose one of tfjs-node-gpu, tfjs-node, tfjs-onnxruntime, wasm, cpu, tfjs-onnxruntime-cuda, tfjs-onnxruntime-webgpu',
    );
  });
});
