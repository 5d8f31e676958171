import { createRandom } from '@tangent/compute';

// d inputs, h hidden rectifiers, k classes.

export interface ClassifierTraining {
  /** [n, numInputs]. */
  readonly x: Float32Array;
  readonly numInputs: number;
  readonly classes: Int32Array;
  readonly numClasses: number;
  readonly steps: number;
  readonly seed: number;
  /** Sees the outputs, [rows, k], of a batch before the step that trains on it. */
  readonly onVisit: (rows: Int32Array, outputs: Float32Array) => void;
}

export const batchSize = 32;
const [numHidden, learningRate, beta1, beta2] = [64, 1e-2, 0.9, 0.99] as const;

/**
 * Trains a perceptron with one hidden layer by Adam on the cross-entropy, each step on examples drawn anew; returns f of
 * all items, [n, k].
 */
export function trainClassifier(training: ClassifierTraining): Float32Array {
  const { x, numInputs: d, classes, numClasses: k, steps, seed, onVisit } = training;
  const n = classes.length;
  const random = createRandom(seed).fork('suspects classifier');
  const normals = (count: number, deviation: number) =>
    Float32Array.from({ length: count }, () => deviation * random.normal());
  const parameters: Parameters = {
    w: normals(d * numHidden, Math.sqrt(2 / d)),
    b: new Float32Array(numHidden),
    v: normals(numHidden * k, 0.1 / Math.sqrt(numHidden)),
    c: new Float32Array(k),
  };
  const optimisers = Object.values(parameters).map((values: Float32Array) => new Adam(values));
  const rowOf = (i: number) => x.subarray(i * d, (i + 1) * d);
  for (let step = 0; step < steps; step++) {
    const rows = random.sample(n, batchSize);
    const inputs = Array.from(rows, rowOf);
    const { hidden, outputs } = forward(parameters, inputs, k);
    onVisit(rows, outputs);
    const labels = Array.from(rows, (i) => classes[i]!);
    const gradients = backward(parameters, { inputs, hidden, outputs, labels, k });
    Object.values(gradients).forEach((gradient: Float32Array, p) => {
      optimisers[p]!.step(gradient);
    });
  }
  return forward(
    parameters,
    Array.from({ length: n }, (_, i) => rowOf(i)),
    k,
  ).outputs;
}

/** f = relu(xW + b)V + c. */
interface Parameters {
  readonly w: Float32Array;
  readonly b: Float32Array;
  readonly v: Float32Array;
  readonly c: Float32Array;
}

interface Activations {
  /** [rows, h]. */
  readonly hidden: Float32Array;
  /** [rows, k]. */
  readonly outputs: Float32Array;
}

function forward({ w, b, v, c }: Parameters, inputs: readonly Float32Array[], k: number): Activations {
  const hidden = new Float32Array(inputs.length * numHidden);
  const outputs = new Float32Array(inputs.length * k);
  inputs.forEach((x, r) => {
    const a = hidden.subarray(r * numHidden, (r + 1) * numHidden);
    a.set(b);
    // Of hashed n-grams most are 0.
    for (let t = 0; t < x.length; t++)
      if (x[t] !== 0) for (let u = 0; u < numHidden; u++) a[u]! += x[t]! * w[t * numHidden + u]!;
    outputs.set(c, r * k);
    for (let u = 0; u < numHidden; u++) {
      a[u] = Math.max(0, a[u]!);
      for (let j = 0; j < k; j++) outputs[r * k + j]! += a[u]! * v[u * k + j]!;
    }
  });
  return { hidden, outputs };
}

/** Gradients of the mean cross-entropy of a batch. */
function backward(
  { w, b, v, c }: Parameters,
  batch: Activations & {
    readonly inputs: readonly Float32Array[];
    readonly labels: readonly number[];
    readonly k: number;
  },
): Parameters {
  const { inputs, hidden, outputs, labels, k } = batch;
  const zeros = (like: Float32Array) => new Float32Array(like.length);
  const gradient = { w: zeros(w), b: zeros(b), v: zeros(v), c: zeros(c) };
  const back = new Float32Array(numHidden);
  inputs.forEach((x, r) => {
    const f = outputs.subarray(r * k, (r + 1) * k);
    const largest = Math.max(...f);
    const sum = f.reduce((total, value) => total + Math.exp(value - largest), 0);
    const delta = f.map(
      (value, j) => (Math.exp(value - largest) / sum - Number(labels[r] === j)) / inputs.length,
    );
    for (let j = 0; j < k; j++) gradient.c[j]! += delta[j]!;
    for (let u = 0; u < numHidden; u++) {
      const a = hidden[r * numHidden + u]!;
      back[u] = 0;
      if (a === 0) continue;
      for (let j = 0; j < k; j++) {
        gradient.v[u * k + j]! += a * delta[j]!;
        back[u]! += v[u * k + j]! * delta[j]!;
      }
      gradient.b[u]! += back[u]!;
    }
    for (let t = 0; t < x.length; t++)
      if (x[t] !== 0) for (let u = 0; u < numHidden; u++) gradient.w[t * numHidden + u]! += x[t]! * back[u]!;
  });
  return gradient;
}

/** Adam (Kingma & Ba 2015, algorithm 1) over one array, in place. */
class Adam {
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private numSteps = 0;

  constructor(private readonly parameters: Float32Array) {
    this.mean = new Float32Array(parameters.length);
    this.square = new Float32Array(parameters.length);
  }

  step(gradient: Float32Array): void {
    const { parameters, mean, square } = this;
    this.numSteps++;
    const rate = learningRate / (1 - beta1 ** this.numSteps);
    const scale = 1 / (1 - beta2 ** this.numSteps);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i]!;
      mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
      square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
      parameters[i]! -= (rate * mean[i]!) / (Math.sqrt(square[i]! * scale) + 1e-8);
    }
  }
}
