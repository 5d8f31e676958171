import { createRandom } from '@tangent/compute';

/**
 * The obvious reference: a random convolutional ReLU network (3×3, zero padding) with global average pooling and one
 * output in the NTK parametrisation, its gradients written out, and their products: [n, n].
 */
export function wideConvKernel(
  images: Float32Array,
  [height, width, numInputs]: readonly [number, number, number],
  options: {
    readonly channels: readonly number[];
    readonly weightVariance: number;
    readonly biasVariance: number;
    readonly seed: number;
  },
): Float64Array {
  const { channels, weightVariance, biasVariance, seed } = options;
  const random = createRandom(seed).fork('wide conv');
  const draw = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const layers = channels.map((cout, l) => {
    const cin = channels[l - 1] ?? numInputs;
    return {
      cin,
      cout,
      scale: Math.sqrt(weightVariance / (9 * cin)),
      w: draw(9 * cin * cout),
      b: draw(cout),
    };
  });
  const last = channels.at(-1)!;
  const headScale = Math.sqrt(weightVariance / last);
  const biasScale = Math.sqrt(biasVariance);
  const v = draw(last);
  const numPixels = height * width;
  const n = images.length / (numPixels * numInputs);
  /** Calls visit(pixel, pixel under the filter, offset) for all that are inside. */
  const slide = (visit: (s: number, t: number, r: number) => void) => {
    for (let s = 0; s < numPixels; s++)
      for (let r = 0; r < 9; r++) {
        const [y, x] = [Math.floor(s / width) + Math.floor(r / 3) - 1, (s % width) + (r % 3) - 1];
        if (y >= 0 && y < height && x >= 0 && x < width) visit(s, y * width + x, r);
      }
  };
  const gradients = Array.from({ length: n }, (_, i) => {
    const size = numPixels * numInputs;
    const inputs = [Float64Array.from(images.subarray(i * size, (i + 1) * size))];
    for (const { cin, cout, scale, w, b } of layers) {
      const a = inputs.at(-1)!;
      const z = Float64Array.from({ length: numPixels * cout }, (_z, at) => biasScale * b[at % cout]!);
      slide((s, t, r) => {
        for (let c = 0; c < cin; c++)
          for (let o = 0; o < cout; o++)
            z[s * cout + o]! += scale * a[t * cin + c]! * w[(r * cin + c) * cout + o]!;
      });
      inputs.push(z.map((value) => Math.max(0, value)));
    }
    const top = inputs.at(-1)!;
    const pooled = v.map((_v, o) => {
      let sum = 0;
      for (let s = 0; s < numPixels; s++) sum += top[s * last + o]! / numPixels;
      return sum;
    });
    const parts: Float64Array[] = [pooled.map((p) => headScale * p), Float64Array.of(biasScale)];
    let delta = top.map((a, at) => (a > 0 ? (headScale * v[at % last]!) / numPixels : 0));
    for (let l = layers.length - 1; l >= 0; l--) {
      const { cin, cout, scale, w } = layers[l]!;
      const a = inputs[l]!;
      const [gradient, bias, back] = [
        new Float64Array(w.length),
        new Float64Array(cout),
        new Float64Array(a.length),
      ];
      delta.forEach((d, at) => {
        bias[at % cout]! += biasScale * d;
      });
      slide((s, t, r) => {
        for (let c = 0; c < cin; c++)
          for (let o = 0; o < cout; o++) {
            const at = (r * cin + c) * cout + o;
            gradient[at]! += scale * a[t * cin + c]! * delta[s * cout + o]!;
            back[t * cin + c]! += scale * w[at]! * delta[s * cout + o]!;
          }
      });
      parts.push(gradient, bias);
      delta = back.map((d, at) => (a[at]! > 0 ? d : 0));
    }
    return parts;
  });
  return Float64Array.from({ length: n * n }, (_, e) => {
    const [left, right] = [gradients[Math.floor(e / n)]!, gradients[e % n]!];
    return left.reduce((sum, part, p) => sum + part.reduce((s, g, t) => s + g * right[p]![t]!, 0), 0);
  });
}
