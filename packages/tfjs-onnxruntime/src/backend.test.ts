import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  GraphError,
  type OnnxRuntimeBackend,
  ProviderUnavailableError,
  registerOnnxRuntime,
} from './index.js';
import { useOnnxRuntime, wave } from './testing/backends.js';

let backend: OnnxRuntimeBackend;
const logged: string[] = [];
beforeEach(async () => {
  backend = await useOnnxRuntime({ maxSessions: 4, maxNodes: 200, log: (line) => logged.push(line) });
});
afterEach(() => {
  tf.disposeVariables();
});

describe('a lazy graph', () => {
  it('runs nothing before a result is read, and then everything at once', () => {
    const y = tf.relu(tf.matMul(wave([3, 4]), wave([4, 2])));
    const z = tf.add(y, 1);
    expect(backend.stats().numRuns).toBe(0);
    z.dataSync();
    y.dataSync();
    expect(backend.stats().numRuns).toBe(1);
  });

  it('computes equal operations on equal tensors once', () => {
    const x = wave([3]);
    const [a, b] = [tf.exp(x), tf.exp(x)];
    expect(backend.recorder.numRecorded).toBe(1);
    tf.dispose(a);
    expect(b.dataSync()[1]).toBeCloseTo(Math.exp(x.dataSync()[1]!), 5);
  });

  it('is compiled once for all graphs of one structure', () => {
    const compute = (phase: number) => tf.tidy(() => tf.sum(tf.square(wave([5, 5], phase))).dataSync()[0]!);
    const results = [1, 2, 3].map(compute);
    expect(new Set(results).size).toBe(3);
    expect(backend.stats()).toMatchObject({ numRuns: 3, numCompiled: 1 });
  });

  it('keeps as many compiled graphs as it may, the latest ones', () => {
    const run = (n: number) => tf.tidy(() => tf.square(wave([n])).dataSync());
    for (let n = 1; n <= 6; n++) run(n);
    expect(backend.stats()).toMatchObject({ numCompiled: 6, numSessions: 4 });
    run(6);
    expect(backend.stats().numCompiled).toBe(6);
    run(1);
    expect(backend.stats().numCompiled).toBe(7);
  });

  it('that grows too long is run on the way', () => {
    let x = tf.ones([2]);
    for (let i = 0; i < 1_000; i++) x = tf.add(tf.mul(x, 0.5), 1);
    expect(backend.recorder.numRecorded).toBeLessThanOrEqual(202);
    expect(x.dataSync()[0]).toBeCloseTo(2, 5);
  });

  it('leaves no transpose between the layers of a convolutional network', () => {
    tf.tidy(() => {
      const x = wave([2, 8, 8, 4]) as tf.Tensor4D;
      const h = tf.relu(tf.add(tf.conv2d(x, wave([3, 3, 4, 4]) as tf.Tensor4D, 1, 'same'), wave([4])));
      const y = tf.maxPool(
        tf.conv2d(h as tf.Tensor4D, wave([3, 3, 4, 4], 2) as tf.Tensor4D, 1, 'same'),
        2,
        2,
        'valid',
      );
      const value = backend.graphValue(y);
      const ops: string[] = [];
      const seen = new Set<unknown>();
      const visit = (node: typeof value.producer): void => {
        if (!node || seen.has(node)) return;
        seen.add(node);
        for (const input of node.inputs) if (input) visit(input.producer);
        ops.push(node.op);
      };
      visit(value.producer);
      // One at each end, and one for each filter.
      expect(ops.filter((op) => op === 'Transpose')).toHaveLength(4);
    });
  });
});

describe('arrays', () => {
  it('that were read never change, whatever is computed afterwards', () => {
    const held = tf.tidy(() => tf.add(wave([64]), 1).dataSync());
    const before = Float32Array.from(held);
    for (let i = 0; i < 20; i++) tf.tidy(() => tf.add(wave([64], i), i).dataSync());
    expect(held).toEqual(before);
  });

  it('are used again when nobody holds them, also ones that a waiting graph still reads', () => {
    const x = wave([1_000]);
    let y = tf.add(x, 0);
    for (let i = 0; i < 50; i++) {
      const next = tf.tidy(() => tf.add(y, 1));
      y.dispose(); // read by `next`, which is not computed yet
      y = next;
      backend.flush();
    }
    expect(y.dataSync()[7]).toBeCloseTo(x.dataSync()[7]! + 50, 3);
    expect(tf.memory()).toMatchObject({ numTensors: expect.any(Number), numBytesPooled: expect.any(Number) });
    expect(backend.pool.numBytes).toBeLessThanOrEqual(8 * 4_000);
  });

  it('of ten thousand training steps with changing shapes do not pile up', async () => {
    const registered = await useOnnxRuntime();
    const weights = tf.variable(tf.mul(wave([16, 4]), 0.1));
    const optimizer = tf.train.sgd(0.01);
    const step = (n: number) =>
      tf.tidy(() => {
        const x = wave([n, 16]);
        optimizer.minimize(
          () => tf.mean(tf.square(tf.sub(tf.matMul(x, weights as tf.Tensor2D), 1))) as tf.Scalar,
        );
        weights.dataSync();
      });
    backend = registered;
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const rounds = (count: number) => {
      for (let i = 0; i < count; i++) step(1 + (i % 7));
      backend.flush();
      collectGarbage();
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss: rss / 2 ** 20, held: (heapUsed + external) / 2 ** 20, tensors: tf.memory().numTensors };
    };
    const before = rounds(3_000);
    const after = rounds(7_000);
    console.log(
      `RSS after 3,000 steps ${before.rss.toFixed(0)} MiB, after 10,000 ${after.rss.toFixed(0)} MiB`,
    );
    expect(after.tensors).toBe(before.tensors);
    expect(after.held - before.held).toBeLessThan(4);
    // What the system counts goes up and down with its own reclaiming; a leak of 20 kB a step would show.
    expect(after.rss - before.rss).toBeLessThan(128);
    expect(weights.dataSync().every(Number.isFinite)).toBe(true);
  });
});

describe('a kernel that ONNX Runtime has not', () => {
  it('runs on the cpu backend, is counted, and logged once', () => {
    logged.length = 0;
    const x = tf.tensor2d([[3, 1, 2]]);
    for (let i = 0; i < 3; i++) expect(Array.from(tf.topk(x, 2).values.dataSync())).toEqual([3, 2]);
    expect(backend.stats().fallbacks.TopK).toBe(3);
    expect(logged.filter((line) => line.includes('TopK'))).toHaveLength(1);
  });

  it('and the cpu backend neither, is an error that names it', () => {
    expect(() => tf.engine().runKernel('NoSuchKernel', {}, {})).toThrow('NoSuchKernel');
    expect(tf.square(3).dataSync()[0]).toBe(9);
  });
});

describe('bad input', () => {
  it('of unfitting shapes is refused at once, with the shapes', () => {
    expect(() => tf.matMul(wave([2, 3]), wave([4, 5]))).toThrow(/3.*4.*\[2,3\].*\[4,5\]/);
    expect(() => tf.add(wave([2, 3]), wave([2, 4]))).toThrow(/2,3.*2,4/);
    expect(tf.square(3).dataSync()[0]).toBe(9);
  });

  it('larger than the memory fails alone, with kernel, op and shapes; what does not need it is computed', () => {
    const good = tf.exp(wave([3]));
    const wide = wave([300_000, 1]) as tf.Tensor2D;
    const huge = tf.matMul(wide, wide, false, true);
    const sum = tf.sum(huge);
    expect(() => sum.dataSync()).toThrow(GraphError);
    expect(() => huge.dataSync()).toThrow(/kernel BatchMatMul, op Gemm of float32\[300000,1\]/);
    expect(good.dataSync()).toHaveLength(3);
    expect(tf.square(3).dataSync()[0]).toBe(9);
  });

  it('such as a provider without a device is refused before anything runs', () => {
    expect(() => registerOnnxRuntime({ provider: 'cuda' })).toThrow(ProviderUnavailableError);
    expect(() => registerOnnxRuntime({ threads: 0 })).toThrow('threads is 0');
  });
});
