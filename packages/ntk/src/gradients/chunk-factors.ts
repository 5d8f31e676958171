// n examples of a chunk, H head vectors.

import * as tf from '@tensorflow/tfjs-core';
import type { GradientFactors } from '../gradient-factors.js';
import { type DifferentiableNetwork, disposePass, type Pass } from './backward-pass.js';
import type { Head } from './head.js';
import { type FactorArray, type LayerFactors, type LayerShape, layerOf } from './layer-factors.js';
import { byPosition, gradientOfLayer, patchesOfLayer } from './layer-gradients.js';
import type { LayerPlan } from './layer-plan.js';
import { mergeTokens, sumByToken } from './merge-tokens.js';
import { read } from './read.js';

/** The factors of one chunk; x: [n, …inputShape]. */
export function factorsOfChunk(
  differentiable: DifferentiableNetwork,
  plan: LayerPlan,
  head: Head,
  x: Float32Array,
  n: number,
): GradientFactors {
  const { trained, network } = differentiable;
  const numHeads = plan.starts.length;
  const inputs = tf.tensor(x, [n, ...network.inputShape]);
  const builders = plan.shapes.slice(0, -1).map((shape) => new LayerBuilder(shape, n, numHeads));
  try {
    let seen: { outputs: Float32Array; embeddings: Float32Array } | undefined;
    for (let h = 0; h === 0 || h < numHeads; h++) {
      const pass = differentiable.pass(inputs, plan.starts[h] ?? null);
      const { own, perHead, ends } = tf.tidy(() => ({
        own: builders.map(({ shape }, l) => (h === 0 ? ownPart(shape, differentiable, l, pass) : [])),
        perHead: builders.map(({ shape }, l) => headPart(shape, differentiable, l, pass)),
        ends: h === 0 ? [tf.clone(pass.outputs), tf.clone(pass.embeddings)] : [],
      }));
      // Before anything is read: what nobody holds any more is not computed for its own sake.
      disposePass(pass);
      builders.forEach((builder, l) => {
        builder.add(own[l]!, perHead[l]!, h);
      });
      const [outputs, embeddings] = ends.map(read);
      seen ??= { outputs: outputs!, embeddings: embeddings! };
    }
    const last = plan.shapes.at(-1)!;
    return {
      numExamples: n,
      head,
      numHeads: Math.max(1, numHeads),
      layers: [...builders.map((builder) => builder.layer()), layerOf(last, { inputs: seen!.embeddings })],
      outputs: seen!.outputs,
      numClasses: trained.numOutputs,
      embeddings: seen!.embeddings,
      embeddingWidth: trained.last.inputShape[0]!,
    };
  } finally {
    inputs.dispose();
  }
}

/** What a layer's factors hold once for all head vectors, as one tensor or none. */
function ownPart(
  { kind }: LayerShape,
  { trained }: DifferentiableNetwork,
  l: number,
  { inputs }: Pass,
): tf.Tensor[] {
  if (kind === 'features') return [];
  return [kind === 'tokens' ? tf.clone(inputs[l]!) : patchesOfLayer(trained.hidden[l]!, inputs[l]!)];
}

/** What they hold for each head vector. */
function headPart(
  { kind }: LayerShape,
  { trained }: DifferentiableNetwork,
  l: number,
  { inputs, deltas }: Pass,
): tf.Tensor {
  return kind === 'features'
    ? gradientOfLayer(trained.hidden[l]!, inputs[l]!, deltas[l]!)
    : byPosition(deltas[l]!);
}

/** Gathers the arrays of one layer, head by head. */
class LayerBuilder {
  private own: Float32Array | undefined;
  private perHead: Float32Array | undefined;

  constructor(
    readonly shape: LayerShape,
    private readonly n: number,
    private readonly numHeads: number,
  ) {}

  add([own]: readonly tf.Tensor[], perHead: tf.Tensor, h: number): void {
    if (own) this.own = read(own);
    const width = this.shape.kind === 'features' ? this.shape.width : perHead.shape.at(-1)!;
    const values = read(perHead);
    if (this.numHeads === 1) {
      this.perHead = values;
      return;
    }
    this.perHead ??= new Float32Array(values.length * this.numHeads);
    for (let row = 0; row * width < values.length; row++)
      this.perHead.set(values.subarray(row * width, (row + 1) * width), (row * this.numHeads + h) * width);
  }

  layer(): LayerFactors {
    const { shape, numHeads, n } = this;
    const perHead = this.perHead!;
    const arrays = (): Record<string, FactorArray> => {
      switch (shape.kind) {
        case 'features':
          return { values: perHead };
        case 'outer':
          return { inputs: this.own!, deltas: perHead };
        case 'patches':
          return { patches: this.own!, deltas: perHead };
        case 'tokens': {
          const merged = mergeTokens(this.own!, n, shape.numTokens);
          return {
            tokens: merged.tokens,
            deltas: sumByToken(perHead, merged.slots, n, numHeads * shape.numDeltas),
          };
        }
      }
    };
    return layerOf(shape, arrays());
  }
}
