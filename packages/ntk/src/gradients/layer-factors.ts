// n examples, H head vectors, S positions (pixels or tokens), T tokens.

/**
 * What one layer adds to the kernel, in the form that costs least. All arrays are row-major, one row an example; δ is
 * ∂h/∂z at the layer's output, for each of the H head vectors.
 */
export type LayerFactors = OuterFactors | FeatureFactors | PatchFactors | TokenFactors;

/** A dense layer: (a·a′ + 1) Σ_h δ_h·δ′_h; without bias, without the 1. */
export interface OuterShape {
  readonly kind: 'outer';
  readonly name: string;
  readonly numInputs: number;
  readonly hasBias: boolean;
  /** 0 where Σ_h δ_h·δ′_h = 1 for every pair: the last layer. */
  readonly numDeltas: number;
}
export interface OuterFactors extends OuterShape {
  /** a, [n, numInputs]. */
  readonly inputs: Float32Array;
  /** δ, [n, H, numDeltas]; null where numDeltas is 0. */
  readonly deltas: Float32Array | null;
}

/** Gradients written out, or sketched: Σ_h g_h·g′_h. */
export interface FeatureShape {
  readonly kind: 'features';
  readonly name: string;
  readonly width: number;
}
export interface FeatureFactors extends FeatureShape {
  /** g, [n, H, width]. */
  readonly values: Float32Array;
}

/** A convolution, or a dense layer over positions: Σ_{s,s′} (p_s·p′_s′ + 1) Σ_h δ_hs·δ′_hs′; without bias, without the 1. */
export interface PatchShape {
  readonly kind: 'patches';
  readonly name: string;
  readonly numPositions: number;
  readonly patchWidth: number;
  readonly hasBias: boolean;
  readonly numDeltas: number;
}
export interface PatchFactors extends PatchShape {
  /** p, [n, S, patchWidth]. */
  readonly patches: Float32Array;
  /** δ, [n, S, H, numDeltas]. */
  readonly deltas: Float32Array;
}

/** An embedding: Σ over equal tokens of Σ_h δ_h·δ′_h. */
export interface TokenShape {
  readonly kind: 'tokens';
  readonly name: string;
  readonly numTokens: number;
  readonly numDeltas: number;
}
export interface TokenFactors extends TokenShape {
  /** The different tokens of the example, [n, T]; −1 behind them. */
  readonly tokens: Int32Array;
  /** δ, summed over the places of the token, [n, T, H, numDeltas]. */
  readonly deltas: Float32Array;
}

/** Layer factors without their numbers. */
export type LayerShape = OuterShape | FeatureShape | PatchShape | TokenShape;

export type FactorArray = Float32Array | Int32Array;

/** The arrays of a layer, in the order in which they are written, and the numbers of one example in each. */
export function fieldsOf(
  layer: LayerShape,
  numHeads: number,
): readonly { readonly field: string; readonly width: number }[] {
  switch (layer.kind) {
    case 'outer':
      return [
        { field: 'inputs', width: layer.numInputs },
        ...(layer.numDeltas > 0 ? [{ field: 'deltas', width: numHeads * layer.numDeltas }] : []),
      ];
    case 'features':
      return [{ field: 'values', width: numHeads * layer.width }];
    case 'patches':
      return [
        { field: 'patches', width: layer.numPositions * layer.patchWidth },
        { field: 'deltas', width: layer.numPositions * numHeads * layer.numDeltas },
      ];
    case 'tokens':
      return [
        { field: 'tokens', width: layer.numTokens },
        { field: 'deltas', width: layer.numTokens * numHeads * layer.numDeltas },
      ];
  }
}

/** The array of one field. */
export const arrayOf = (layer: LayerFactors, field: string): FactorArray =>
  (layer as unknown as Readonly<Record<string, FactorArray>>)[field]!;

/** Puts a layer together from its shape and the arrays of `fieldsOf`. */
export function layerOf(shape: LayerShape, arrays: Readonly<Record<string, FactorArray>>): LayerFactors {
  const absent = shape.kind === 'outer' && shape.numDeltas === 0 ? { deltas: null } : {};
  return { ...shape, ...absent, ...arrays } as LayerFactors;
}

/** The shape alone, in a fixed order of keys: equal networks give equal texts. */
export function shapeOf(layer: LayerShape): LayerShape {
  const { kind, name } = layer;
  switch (kind) {
    case 'outer': {
      const { numInputs, hasBias, numDeltas } = layer;
      return { kind, name, numInputs, hasBias, numDeltas };
    }
    case 'features':
      return { kind, name, width: layer.width };
    case 'patches': {
      const { numPositions, patchWidth, hasBias, numDeltas } = layer;
      return { kind, name, numPositions, patchWidth, hasBias, numDeltas };
    }
    case 'tokens':
      return { kind, name, numTokens: layer.numTokens, numDeltas: layer.numDeltas };
  }
}
