import { dot } from '../dot.js';
import type { LayerFactors } from '../gradients/layer-factors.js';
import { takeRows } from '../rows.js';
import { patchProducts } from './patch-products.js';
import { tokenProducts } from './token-products.js';

/** K_l(rows, item) of one layer, [rows]: for single columns, where a product of matrices would not pay. */
export function layerColumn(
  layer: LayerFactors,
  rows: ArrayLike<number>,
  item: number,
  numHeads: number,
): ArrayLike<number> {
  const along = (values: Float32Array, width: number) => (row: number) =>
    dot(values, row * width, values, item * width, width);
  const one = { from: item, count: 1 };
  const all = { from: 0, count: rows.length };
  switch (layer.kind) {
    case 'outer': {
      const ofInputs = along(layer.inputs, layer.numInputs);
      const ofDeltas = layer.deltas ? along(layer.deltas, numHeads * layer.numDeltas) : () => 1;
      const bias = Number(layer.hasBias);
      return Float64Array.from({ length: rows.length }, (_, r) => {
        // With rectifiers half of the δ·δ′ can be 0, and δ is the shorter side.
        const d = ofDeltas(rows[r]!);
        return d === 0 ? 0 : d * (ofInputs(rows[r]!) + bias);
      });
    }
    case 'features': {
      const product = along(layer.values, numHeads * layer.width);
      return Float64Array.from({ length: rows.length }, (_, r) => product(rows[r]!));
    }
    case 'patches': {
      const { numPositions, patchWidth, numDeltas } = layer;
      const chosen = {
        ...layer,
        patches: takeRows(layer.patches, numPositions * patchWidth, rows),
        deltas: takeRows(layer.deltas, numPositions * numHeads * numDeltas, rows),
      };
      return patchProducts(chosen, all, layer, one, numHeads, false);
    }
    case 'tokens': {
      const { numTokens, numDeltas } = layer;
      const chosen = {
        ...layer,
        tokens: takeRows(layer.tokens, numTokens, rows),
        deltas: takeRows(layer.deltas, numTokens * numHeads * numDeltas, rows),
      };
      return tokenProducts(chosen, all, layer, one, numHeads, false);
    }
  }
}
