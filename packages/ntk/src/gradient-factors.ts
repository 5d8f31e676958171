import { createRandom } from '@tangent/compute';
import { assertFinite, assertNetwork, type DenseNetwork } from './dense-network.js';
import { arrayTimes, arrayTimesTransposed } from './gemm.js';

/**
 * Which scalar function of the outputs is differentiated (MATH §1).
 * `trace` is the mean over the k logits: (1/k) tr eNTK. `last-layer` keeps only the last layer of it.
 */
export type Head =
  | { readonly type: 'sum' }
  | { readonly type: 'first' }
  | { readonly type: 'sign'; readonly seed: number; readonly draws?: number }
  | { readonly type: 'trace' }
  | { readonly type: 'last-layer' };

/**
 * What one layer adds to the kernel: (a·a′ + 1)(δ·δ′), where a is its input, δ = ∂h/∂z at its output, and the 1 is the bias.
 */
export interface LayerFactors {
  readonly name: string;
  /** a, [n, numInputs] float32. */
  readonly inputs: Float32Array;
  readonly numInputs: number;
  /** δ, [n, numDeltas] float32; null where δ·δ′ = 1 for every pair. */
  readonly deltas: Float32Array | null;
  readonly numDeltas: number;
}

/** Per-example gradients in factored form: never n × p. */
export interface GradientFactors {
  readonly numExamples: number;
  readonly layers: readonly LayerFactors[];
  /** f(x), [n, k] float32. */
  readonly outputs: Float32Array;
  readonly numClasses: number;
}

/**
 * Gradient factors of a dense network for one head: one forward and one backward pass over all examples
 * (k backward passes for `trace` with two or more hidden layers). x: [n, numInputs] float32.
 * Throws UnsupportedNetworkError. Source: MATH §2; Novak et al. 2022, “structured derivatives”.
 */
export function gradientFactors(
  network: DenseNetwork,
  x: Float32Array,
  numExamples: number,
  head: Head,
): GradientFactors {
  assertNetwork(network);
  assertFinite('the inputs', x);
  const { layers } = network;
  const n = numExamples;
  if (x.length !== n * layers[0]!.numInputs)
    throw new RangeError(
      `gradientFactors: ${x.length} numbers do not make ${n} examples of ${layers[0]!.numInputs} inputs`,
    );

  const inputs: Float32Array[] = [x];
  for (const layer of layers) {
    const z = arrayTimes(inputs.at(-1)!, n, layer.weights, layer.numOutputs, layer.numInputs);
    addBiasInPlace(z, layer.bias);
    if (layer.activation === 'relu') for (let i = 0; i < z.length; i++) if (z[i]! < 0) z[i] = 0;
    inputs.push(z);
  }
  const outputs = inputs.pop()!;
  const last = layers.at(-1)!;
  const k = last.numOutputs;
  const deltas = head.type === 'last-layer' ? [] : backward(network, inputs, n, head);
  // For every head ‖∂h/∂f‖² is the same for all x: 1 for sum, first and sign, and k·(1/k) for the trace.
  const factors: LayerFactors[] = [
    { name: last.name, inputs: inputs.at(-1)!, numInputs: last.numInputs, deltas: null, numDeltas: 1 },
  ];
  deltas.forEach(({ values, width }, l) => {
    const layer = layers[l]!;
    factors.push({
      name: layer.name,
      inputs: inputs[l]!,
      numInputs: layer.numInputs,
      deltas: values,
      numDeltas: width,
    });
  });
  return { numExamples: n, layers: factors, outputs, numClasses: k };
}

interface Delta {
  readonly values: Float32Array;
  readonly width: number;
}

/** δ of every layer but the last, first layer first; several head vectors stand side by side. */
function backward(
  { layers }: DenseNetwork,
  inputs: readonly Float32Array[],
  n: number,
  head: Exclude<Head, { type: 'last-layer' }>,
): Delta[] {
  const last = layers.at(-1)!;
  const h = last.numInputs;
  const k = last.numOutputs;
  if (layers.length === 1) return [];
  if (head.type === 'trace' && layers.length === 2) {
    // Exact at the cost of one pass: Σ_j W[u,j]² / k for every unit u that is on.
    const norms = new Float32Array(h);
    for (let u = 0; u < h; u++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += last.weights[u * k + j]! ** 2;
      norms[u] = Math.sqrt(sum / k);
    }
    return [{ values: gate(repeatRow(norms, n), inputs[1]!, h, 1, layers[0]!.activation), width: h }];
  }
  const heads = headVectors(head, k);
  const numHeads = heads.length / k;
  const start = arrayTimesTransposed(heads, numHeads, last.weights, h, k); // [numHeads, h]
  let l = layers.length - 2;
  let current = gate(repeatRow(start, n), inputs[l + 1]!, h, numHeads, layers[l]!.activation);
  const found: Delta[] = [{ values: current, width: h * numHeads }];
  for (; l > 0; l--) {
    const layer = layers[l]!;
    const back = arrayTimesTransposed(
      current,
      n * numHeads,
      layer.weights,
      layer.numInputs,
      layer.numOutputs,
    );
    current = gate(back, inputs[l]!, layer.numInputs, numHeads, layers[l - 1]!.activation);
    found.unshift({ values: current, width: layer.numInputs * numHeads });
  }
  return found;
}

/** The head vectors v of h = v·f, [numHeads, k]; their outer products sum to what the head stands for. */
export function headVectors(head: Exclude<Head, { type: 'last-layer' }>, k: number): Float32Array {
  switch (head.type) {
    case 'sum':
      return new Float32Array(k).fill(1 / Math.sqrt(k));
    case 'first':
      return Float32Array.from({ length: k }, (_, j) => (j === 0 ? 1 : 0));
    case 'sign': {
      const draws = head.draws ?? 1;
      const random = createRandom(head.seed).fork('sign head');
      return Float32Array.from({ length: k * draws }, () => random.sign() / Math.sqrt(k * draws));
    }
    case 'trace':
      return Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 / Math.sqrt(k) : 0));
  }
}

/** Sets δ to 0 where the unit is off. values: [n, numHeads, width], activations: [n, width]. */
function gate(
  values: Float32Array,
  activations: Float32Array,
  width: number,
  numHeads: number,
  activation: 'relu' | 'linear',
): Float32Array {
  if (activation === 'linear') return values;
  for (let i = 0; i < values.length; i++) {
    const example = Math.floor(i / (width * numHeads));
    if (!(activations[example * width + (i % width)]! > 0)) values[i] = 0;
  }
  return values;
}

function repeatRow(row: Float32Array, n: number): Float32Array {
  const rows = new Float32Array(row.length * n);
  for (let i = 0; i < n; i++) rows.set(row, i * row.length);
  return rows;
}

function addBiasInPlace(z: Float32Array, bias: Float32Array): void {
  for (let i = 0; i < z.length; i += bias.length) for (let j = 0; j < bias.length; j++) z[i + j]! += bias[j]!;
}
