// T tokens, H head vectors, w the width of the embedding.

import { dot } from '../dot.js';
import type { TokenFactors } from '../gradients/layer-factors.js';
import type { Span } from './patch-products.js';

/**
 * Σ over the tokens that both examples have of Σ_h δ_h·δ′_h, for all pairs, [rows, columns] row-major float32. With
 * `isApart` the head vectors are kept apart: [rows·H, columns·H]. 2Hw flops (2H²w apart) for every shared token.
 */
export function tokenProducts(
  left: TokenFactors,
  rows: Span,
  right: TokenFactors,
  columns: Span,
  numHeads: number,
  isApart: boolean,
): Float32Array {
  const { numTokens: T, numDeltas: w } = left;
  const perItem = isApart ? numHeads : 1;
  const stride = columns.count * perItem;
  const products = new Float32Array(rows.count * perItem * stride);
  const holders = holdersOf(right, columns);
  const width = numHeads * w;
  for (let r = 0; r < rows.count; r++)
    for (let place = (rows.from + r) * T; place < (rows.from + r + 1) * T; place++) {
      for (const other of holders.get(left.tokens[place]!) ?? []) {
        const c = Math.floor(other / T) - columns.from;
        if (!isApart) {
          products[r * stride + c]! += dot(left.deltas, place * width, right.deltas, other * width, width);
          continue;
        }
        for (let i = 0; i < numHeads; i++)
          for (let j = 0; j < numHeads; j++)
            products[(r * numHeads + i) * stride + c * numHeads + j]! += dot(
              left.deltas,
              place * width + i * w,
              right.deltas,
              other * width + j * w,
              w,
            );
      }
    }
  return products;
}

/** For every token of the examples, its places in `tokens`. */
function holdersOf({ tokens, numTokens }: TokenFactors, { from, count }: Span): Map<number, number[]> {
  const holders = new Map<number, number[]>();
  for (let place = from * numTokens; place < (from + count) * numTokens; place++) {
    const token = tokens[place]!;
    if (token < 0) continue;
    const known = holders.get(token);
    if (known) known.push(place);
    else holders.set(token, [place]);
  }
  return holders;
}
