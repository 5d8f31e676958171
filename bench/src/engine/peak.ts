import * as tf from '@tensorflow/tfjs-core';
import { median } from '../harness.js';
import { numbers } from './numbers.js';
import { runTorch, type Torch } from './torch-peer.js';

/** GFLOPS of a float32 product of 2,048 × 2,048: the better of ours and PyTorch's, medians. */
export function sgemmPeak(torch: Torch, threads: number): number {
  const n = 2_048;
  const gflops = (ms: number) => (2 * n ** 3) / ms / 1e6;
  const a = tf.tensor2d(numbers([n, n]), [n, n]);
  const ours: number[] = [];
  for (let i = -2; i < 10; i++) {
    const from = performance.now();
    // Reduced to one number: reading 16 MB is no part of the product.
    tf.tidy(() => tf.sum(tf.matMul(a, a)).dataSync());
    if (i >= 0) ours.push(performance.now() - from);
  }
  a.dispose();
  const theirs = torch.kind === 'there' ? runTorch(torch, 'sgemm', { threads, runs: 10 }) : [];
  return Math.max(gflops(median(ours)), ...(theirs.length > 0 ? [gflops(median(theirs))] : []));
}
