import { createRandom } from '@tangent/compute';
import { arrayTimes } from './gemm.js';
import type { GradientFactors } from './gradient-factors.js';
import { kernelMatrix } from './kernel-matrix.js';
import { selectRows } from './rows.js';

/**
 * Sketched gradient features φ, [n, dimension] row-major float32, with E[φ·φ′] = K(x, x′):
 * φ = Σ_l √(w_l/d) (ã_l R_l) ⊙ (δ_l S_l), with seeded Rademacher matrices R_l [in + 1, d] and S_l [out, d], and ã the
 * input with a 1 appended for the bias. Cross terms of layers vanish in expectation. Cost 2nd(in + out) a layer.
 * Source: MATH §2, product sketch; Kar & Karnick 2012 for random Maclaurin products.
 */
export function productSketch(
  factors: GradientFactors,
  weights: readonly number[],
  options: { readonly dimension: number; readonly seed: number },
): Float32Array {
  const { dimension: d, seed } = options;
  const n = factors.numExamples;
  const features = new Float32Array(n * d);
  const random = createRandom(seed).fork('product sketch');
  factors.layers.forEach((layer, l) => {
    const draw = random.fork(`layer ${l}`);
    const signs = (rows: number) => Float32Array.from({ length: rows * d }, () => draw.sign());
    const left = arrayTimes(layer.inputs, n, signs(layer.numInputs), d, layer.numInputs);
    const bias = signs(1);
    const scale = Math.sqrt(weights[l]! / d);
    const right =
      layer.deltas === null ? null : arrayTimes(layer.deltas, n, signs(layer.numDeltas), d, layer.numDeltas);
    const flip = right === null ? signs(1) : null;
    for (let i = 0; i < features.length; i++) {
      const column = i % d;
      features[i]! += scale * (left[i]! + bias[column]!) * (right === null ? flip![column]! : right[i]!);
    }
  });
  return features;
}

/** Sketched features in the shape of gradient factors, whose exact kernel with weight 1 is φ·φ′. */
export function sketchedFactors(
  factors: GradientFactors,
  weights: readonly number[],
  options: { readonly dimension: number; readonly seed: number },
): GradientFactors {
  const layer = {
    name: 'sketch',
    inputs: new Float32Array(),
    numInputs: 0,
    deltas: productSketch(factors, weights, options),
    numDeltas: options.dimension,
  };
  return { ...factors, layers: [layer] };
}

/** ‖ΦΦᵀ − K‖_F / ‖K‖_F on the given rows: what the sketch costs in accuracy. */
export function sketchError(
  factors: GradientFactors,
  weights: readonly number[],
  features: Float32Array,
  rows: Int32Array,
): number {
  const d = features.length / factors.numExamples;
  const sample = selectRows(factors, rows);
  const exact = kernelMatrix(sample, sample, weights);
  let difference = 0;
  let norm = 0;
  rows.forEach((i, r) => {
    rows.forEach((j, c) => {
      let product = 0;
      for (let t = 0; t < d; t++) product += features[i * d + t]! * features[j * d + t]!;
      const k = exact[r * rows.length + c]!;
      difference += (product - k) ** 2;
      norm += k * k;
    });
  });
  return Math.sqrt(difference / (norm || 1));
}
