import { createRandom } from '@tangent/compute';

/**
 * The obvious reference: a random ReLU network of the given sizes with one output in the NTK parametrisation,
 * z = σ_w/√fan-in · aW + σ_b b, its gradients written out, and their products: the kernel of each dense layer, [n, n].
 */
export function wideDenseKernel(
  x: Float32Array,
  n: number,
  sizes: readonly number[],
  { weightVariance, biasVariance }: { readonly weightVariance: number; readonly biasVariance: number },
  seed: number,
): Float64Array[] {
  const random = createRandom(seed).fork('wide dense');
  const layers = sizes.slice(1).map((numOutputs, l) => {
    const numInputs = sizes[l]!;
    const draw = (count: number) => Float64Array.from({ length: count }, () => random.normal());
    const scale = Math.sqrt(weightVariance / numInputs);
    return { numInputs, numOutputs, scale, weights: draw(numInputs * numOutputs), bias: draw(numOutputs) };
  });
  const biasScale = Math.sqrt(biasVariance);
  const gradients = Array.from({ length: n }, (_, i) => {
    const inputs: Float64Array[] = [Float64Array.from(x.subarray(i * sizes[0]!, (i + 1) * sizes[0]!))];
    layers.forEach(({ numInputs, numOutputs, scale, weights, bias }, l) => {
      const z = bias.map((b) => biasScale * b);
      for (let u = 0; u < numInputs; u++)
        for (let o = 0; o < numOutputs; o++) z[o]! += scale * inputs[l]![u]! * weights[u * numOutputs + o]!;
      inputs.push(l === layers.length - 1 ? z : z.map((v) => Math.max(0, v)));
    });
    let delta = Float64Array.of(1);
    const byLayer: Float64Array[] = [];
    for (let l = layers.length - 1; l >= 0; l--) {
      const { numInputs, numOutputs, scale, weights } = layers[l]!;
      const a = inputs[l]!;
      const gradient = new Float64Array((numInputs + 1) * numOutputs);
      const back = new Float64Array(numInputs);
      for (let u = 0; u < numInputs; u++)
        for (let o = 0; o < numOutputs; o++) {
          gradient[u * numOutputs + o] = scale * a[u]! * delta[o]!;
          back[u]! += scale * weights[u * numOutputs + o]! * delta[o]!;
        }
      for (let o = 0; o < numOutputs; o++) gradient[numInputs * numOutputs + o] = biasScale * delta[o]!;
      byLayer.unshift(gradient);
      delta = back.map((v, u) => (a[u]! > 0 ? v : 0));
    }
    return byLayer;
  });
  return layers.map((_, l) =>
    Float64Array.from({ length: n * n }, (_entry, e) => {
      const [left, right] = [gradients[Math.floor(e / n)]![l]!, gradients[e % n]![l]!];
      let sum = 0;
      for (let t = 0; t < left.length; t++) sum += left[t]! * right[t]!;
      return sum;
    }),
  );
}
