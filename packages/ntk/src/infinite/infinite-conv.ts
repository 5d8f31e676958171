import type { Gram } from '../gram.js';
import { reluProduct, stepProduct } from './arc-cosine.js';

// S = height · width pixels, c channels, K × K filters, L convolutions. s, s′: pixels of two images.
// A: mean products of activations, Λ: covariance of a convolution's outputs, T: its tangent kernel, all [S, S′] float64.

export interface InfiniteConvNetwork {
  /** L ≥ 1, with rectifiers, stride 1, padded with zeros to keep the size; the mean over the pixels and a dense head follow. */
  readonly numConvolutions: number;
  /** K, odd; default 3. */
  readonly filterSize?: number;
  /** σ_w²: weights have variance σ_w² / fan-in, with fan-in K²c; default 2. */
  readonly weightVariance?: number;
  /** σ_b²: variance of the biases; default 0. */
  readonly biasVariance?: number;
}

/**
 * The tangent kernel of infinitely wide convolutional ReLU networks with global average pooling (CNTK-GAP), for tiny
 * images, in the NTK parametrisation of infiniteDenseGram:
 * Λ = σ_w²/K² Σ_r A[s + r, s′ + r] + σ_b²,  T = Λ + σ_w²/K² Σ_r (T ⊙ D)[s + r, s′ + r] with the T and D of the convolution
 * before,  A and D the mean products of rectifiers and their derivatives under Λ, and at the end
 * σ_w² mean(A + T ⊙ D) + σ_b².
 * images: [n, height, width, c] float32. Every pair of images costs L·S²·(2K² flops and two arc cosines) in JavaScript,
 * about 10 ms for three convolutions of 8 × 8 pixels but 150 times that for 28 × 28, and the diagonal alone is n pairs:
 * shrink images first. Memory 32 S² bytes.
 * Throws RangeError for shapes and numbers that do not fit. Source: Arora et al. 2019, section 4 and appendix G.
 */
export function infiniteConvGram(
  images: Float32Array,
  shape: readonly [height: number, width: number, channels: number],
  network: InfiniteConvNetwork,
): Gram {
  const { numConvolutions, filterSize = 3, weightVariance = 2, biasVariance = 0 } = network;
  const [height, width, channels] = shape;
  const numPixels = height * width;
  const numItems = images.length / (numPixels * channels);
  const bad = images.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`infiniteConvGram: number ${bad} of the images is ${images[bad]}`);
  if (!Number.isInteger(numItems))
    throw new RangeError(
      `infiniteConvGram: ${images.length} numbers do not make images of ${shape.join('×')}`,
    );
  if (!(Number.isInteger(numConvolutions) && numConvolutions > 0 && filterSize % 2 === 1))
    throw new RangeError(
      `infiniteConvGram: ${numConvolutions} convolutions of size ${filterSize}; give 1 or more, of odd size`,
    );
  if (!(weightVariance > 0 && biasVariance >= 0))
    throw new RangeError(
      `infiniteConvGram: variances ${weightVariance} of weights, ${biasVariance} of biases`,
    );

  const pixel = (i: number, s: number) => (i * numPixels + s) * channels;
  const inputProduct = (i: number, s: number, j: number, t: number) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += images[pixel(i, s) + c]! * images[pixel(j, t) + c]!;
    return sum / channels;
  };
  const neighbours = neighbourhoods(height, width, filterSize);
  const scale = weightVariance / filterSize ** 2;
  /** Λ(x, x)[s, s] of every convolution; the diagonal needs nothing but the diagonal before. */
  const variances = Array.from({ length: numItems }, (_, i) => {
    let a = Float64Array.from({ length: numPixels }, (_pixel, s) => inputProduct(i, s, i, s));
    return Array.from({ length: numConvolutions }, () => {
      const q = a.map(
        (_v, s) => biasVariance + scale * neighbours[s]!.reduce((sum, t) => sum + (t < 0 ? 0 : a[t]!), 0),
      );
      a = q.map((v) => v / 2);
      return q;
    });
  });

  const pairKernel = (i: number, j: number): number => {
    const a = new Float64Array(numPixels ** 2);
    for (let s = 0; s < numPixels; s++)
      for (let t = 0; t < numPixels; t++) a[s * numPixels + t] = inputProduct(i, s, j, t);
    const tangent = new Float64Array(numPixels ** 2);
    for (let l = 0; l < numConvolutions; l++) {
      const lambda = convolved(a, neighbours, scale);
      // Zeros at the first convolution: T = Λ.
      const before = convolved(tangent, neighbours, scale);
      for (let s = 0; s < numPixels; s++)
        for (let t = 0; t < numPixels; t++) {
          const at = s * numPixels + t;
          const [q, qPrime, c] = [variances[i]![l]![s]!, variances[j]![l]![t]!, lambda[at]! + biasVariance];
          a[at] = reluProduct(q, qPrime, c);
          tangent[at] = (c + before[at]!) * stepProduct(q, qPrime, c);
        }
    }
    let sum = 0;
    for (let at = 0; at < a.length; at++) sum += a[at]! + tangent[at]!;
    return (weightVariance * sum) / a.length + biasVariance;
  };
  return {
    numItems,
    diagonal: Float64Array.from({ length: numItems }, (_, i) => pairKernel(i, i)),
    block: (rows, columns) =>
      Float64Array.from({ length: rows.length * columns.length }, (_, at) =>
        pairKernel(rows[Math.floor(at / columns.length)]!, columns[at % columns.length]!),
      ),
    column: (rows, item) => Float64Array.from({ length: rows.length }, (_, r) => pairKernel(rows[r]!, item)),
  };
}

/** For every pixel the K² pixels under a filter, in one order for all; −1 where that is padding. */
function neighbourhoods(height: number, width: number, filterSize: number): Int32Array[] {
  const reach = (filterSize - 1) / 2;
  return Array.from({ length: height * width }, (_, s) =>
    Int32Array.from({ length: filterSize ** 2 }, (_offset, r) => {
      const y = Math.floor(s / width) + Math.floor(r / filterSize) - reach;
      const x = (s % width) + (r % filterSize) - reach;
      return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : -1;
    }),
  );
}

/** scale · Σ_r M[s + r, s′ + r], [S, S′]. */
function convolved(m: Float64Array, neighbours: readonly Int32Array[], scale: number): Float64Array {
  const numPixels = neighbours.length;
  const result = new Float64Array(m.length);
  for (let s = 0; s < numPixels; s++)
    for (let t = 0; t < numPixels; t++) {
      const [left, right] = [neighbours[s]!, neighbours[t]!];
      let sum = 0;
      for (let r = 0; r < left.length; r++)
        if (left[r]! >= 0 && right[r]! >= 0) sum += m[left[r]! * numPixels + right[r]!]!;
      result[s * numPixels + t] = scale * sum;
    }
  return result;
}
