import { createRandom, matmul64 } from '@tangent/compute';
import type { BlockGram } from '../block-gram.js';
import { matrixGram } from '../gram.js';
import { BlockPosterior } from '../posterior/block-posterior.js';
import { FeaturePosterior } from '../posterior/feature-posterior.js';
import { KernelPosterior } from '../posterior/kernel-posterior.js';
import type { Observation, Posterior } from '../posterior/posterior.js';
import { oneHot } from '../probabilities.js';

/** What the examples of all posteriors have in common. */
export interface PoolExample {
  readonly n: number;
  readonly k: number;
  readonly prior: Float64Array;
  readonly observations: readonly Observation[];
  readonly unlabeled: readonly number[];
  readonly evaluation: Int32Array;
}

export interface Changes {
  readonly prior?: Float64Array;
  readonly observations?: readonly Observation[];
  readonly evaluation?: Int32Array;
  readonly relevance?: Float64Array;
  readonly tracked?: Int32Array;
  readonly ridgeRelative?: number;
  /** An item whose features, or whose row of the kernel, hold NaN. */
  readonly broken?: number;
}

/** A posterior to hold to the laws, and the kernel that it stands for as one matrix of blocks, [n·k, n·k]. */
export interface Example extends PoolExample {
  readonly kernel: Float64Array;
  build(changes?: Changes): Posterior;
}

export const examples: Readonly<Record<string, (seed: number) => Example>> = {
  'in kernel space': kernelExample,
  'in feature space': (seed) => featureExample(seed),
  'in feature space over the whole pool': (seed) => featureExample(seed, 'pool'),
  'of blocks': blockExample,
};

function poolExample(seed: number): PoolExample {
  const [n, k] = [24, 3];
  const random = createRandom(seed).fork('pool');
  const order = random.permutation(n);
  return {
    n,
    k,
    prior: Float64Array.from({ length: n * k }, () => 0.3 * random.normal()),
    observations: Array.from(order.subarray(0, 6), (item) => ({
      item,
      target: oneHot(random.integer(k), k),
    })),
    unlabeled: [...order.subarray(6)],
    evaluation: random.sample(n, 10),
  };
}

/** A Aᵀ + 0.05 I with a random A of `rank` columns. */
function positiveKernel(seed: number, size: number, rank: number): Float64Array {
  const random = createRandom(seed).fork('kernel');
  const root = Float64Array.from({ length: size * rank }, () => random.normal());
  const kernel = matmul64(root, root, { m: size, k: rank, n: size, transposeB: true });
  for (let i = 0; i < size; i++) kernel[i * (size + 1)]! += 0.05;
  return kernel;
}

/** K ⊗ I: what a scalar kernel stands for among kernels of blocks. */
export function timesIdentity(kernel: Float64Array, n: number, k: number): Float64Array {
  const whole = new Float64Array(n * k * n * k);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let c = 0; c < k; c++) whole[(i * k + c) * n * k + j * k + c] = kernel[i * n + j]!;
  return whole;
}

/** A kernel of blocks given as a matrix, [n·k, n·k]. */
export function matrixBlockGram(kernel: Float64Array, n: number, k: number): BlockGram {
  const at = (rows: ArrayLike<number>, columns: ArrayLike<number>) => {
    const block = new Float64Array(rows.length * k * columns.length * k);
    let to = 0;
    for (let r = 0; r < rows.length * k; r++)
      for (let c = 0; c < columns.length * k; c++) {
        const row = rows[Math.floor(r / k)]! * k + (r % k);
        block[to++] = kernel[row * n * k + columns[Math.floor(c / k)]! * k + (c % k)]!;
      }
    return block;
  };
  const diagonalBlocks = new Float64Array(n * k * k);
  for (let i = 0; i < n; i++) diagonalBlocks.set(at([i], [i]), i * k * k);
  return { numItems: n, numOutputs: k, diagonalBlocks, block: at };
}

/** NaN between an item and all others. */
function breakInPlace(kernel: Float64Array, size: number, row: number): void {
  for (let i = 0; i < size; i++) {
    kernel[row * size + i] = Number.NaN;
    kernel[i * size + row] = Number.NaN;
  }
}

function kernelExample(seed: number): Example {
  const pool = poolExample(seed);
  const { n, k } = pool;
  const kernel = positiveKernel(seed, n, 9);
  return {
    ...pool,
    kernel: timesIdentity(kernel, n, k),
    build({ broken, ...changes } = {}) {
      const given = kernel.slice();
      if (broken !== undefined) breakInPlace(given, n, broken);
      return KernelPosterior.build({ ...pool, gram: matrixGram(given, n), numClasses: k, ...changes });
    },
  };
}

function featureExample(seed: number, evaluation?: 'pool'): Example {
  const pool = poolExample(seed);
  const { n, k } = pool;
  const d = 9;
  const random = createRandom(seed).fork('features');
  const features = Float32Array.from({ length: n * d }, () => random.normal());
  const exact = Float64Array.from(features);
  const kernel = matmul64(exact, exact, { m: n, k: d, n, transposeB: true });
  return {
    ...pool,
    ...(evaluation ? { evaluation: Int32Array.from({ length: n }, (_, i) => i) } : {}),
    kernel: timesIdentity(kernel, n, k),
    build({ broken, ...changes } = {}) {
      const given = features.slice();
      if (broken !== undefined) given[broken * d + 4] = Number.NaN;
      return FeaturePosterior.build({
        ...pool,
        ...(evaluation ? { evaluation } : {}),
        // In blocks, of which the last is shorter.
        features: [0, 10, 20].map((from) => given.slice(from * d, Math.min(n, from + 10) * d)),
        dimension: d,
        numClasses: k,
        ...changes,
      });
    },
  };
}

function blockExample(seed: number): Example {
  const pool = poolExample(seed);
  const { n, k } = pool;
  const kernel = positiveKernel(seed, n * k, 20);
  return {
    ...pool,
    kernel,
    build({ broken, ...changes } = {}) {
      const given = kernel.slice();
      if (broken !== undefined) breakInPlace(given, n * k, broken * k + 1);
      return BlockPosterior.build({ ...pool, gram: matrixBlockGram(given, n, k), numClasses: k, ...changes });
    },
  };
}
