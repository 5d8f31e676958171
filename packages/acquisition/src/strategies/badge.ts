import { argmaxRow } from '@tangent/ntk';
import { dotOfRows } from '../distances.js';
import { drawByWeight } from '../k-means.js';
import { orderById } from '../order.js';
import type { ScoringContext, Strategy } from '../strategy.js';

/**
 * Batches by diverse gradient embeddings: k-means++ on g = (p − e_ŷ) ⊗ h, the gradient that the pseudo-label would send
 * into the last layer. The outer product is never formed: ⟨g, g′⟩ = ⟨r, r′⟩⟨h, h′⟩. The largest gradient comes first, the
 * others are drawn with probability proportional to the squared distance to those before (and to the pending items), in
 * the order of ids. Source: Ash et al., ICLR 2020, algorithm 1. Cost of a pick C · (k + width).
 */
export const badge: Strategy = {
  name: 'badge',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: ['embeddings'],
  looksAhead: false,
  reason: { kind: 'belief', because: 'it teaches something else than the other items of the batch' },
  selection: 'set',
  score: (context) =>
    squaredNorms(context, residualsOf(context.probabilities, context.numClasses)).map(Math.sqrt),
  select(context, numPicks, pending) {
    const { ids, numClasses: k, view, posterior, probabilities } = context;
    const { values, width } = (view as Required<typeof view>).embeddings;
    const { tracked } = posterior;
    const residuals = residualsOf(probabilities, k);
    const norms = squaredNorms(context, residuals);
    const byId = orderById(ids);
    const distances = new Float64Array(ids.length).fill(Number.POSITIVE_INFINITY);
    const coverBy = (item: number, ofCentre: Float64Array, centre: number) => {
      const norm =
        dotOfRows(ofCentre, centre, ofCentre, centre, k) * dotOfRows(values, item, values, item, width);
      for (let i = 0; i < ids.length; i++) {
        const r = dotOfRows(residuals, i, ofCentre, centre, k);
        const h = dotOfRows(values, tracked[i]!, values, item, width);
        distances[i] = Math.min(distances[i]!, Math.max(0, norms[i]! + norm - 2 * r * h));
      }
    };
    const ofPending = residualsOf(pending.probabilities, k);
    pending.items.forEach((item, p) => {
      coverBy(item, ofPending, p);
    });
    const random = context.random.fork('badge');
    const isTaken = new Uint8Array(ids.length);
    const order = new Int32Array(numPicks);
    const scores = new Float64Array(numPicks);
    for (let pick = 0; pick < numPicks; pick++) {
      const isFirst = pick === 0 && pending.items.length === 0;
      const left = byId.filter((i) => !isTaken[i]);
      const weights = Float64Array.from(left, (i) => (isFirst ? norms[i]! : distances[i]!));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const at = isFirst ? indexOfLargest(weights) : drawByWeight(weights, random.uniform() * total);
      // Nothing but copies of picks is left: by id.
      const best = left[Math.max(0, at)]!;
      isTaken[best] = 1;
      order[pick] = best;
      scores[pick] = Math.sqrt(weights[Math.max(0, at)]!);
      coverBy(tracked[best]!, residuals, best);
    }
    return { order, scores };
  },
};

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** p − e_ŷ of every row, [n, k]. */
function residualsOf(probabilities: Float64Array, numClasses: number): Float64Array {
  const residuals = probabilities.slice();
  for (let row = 0; row * numClasses < residuals.length; row++)
    residuals[row * numClasses + argmaxRow(probabilities, row, numClasses)]! -= 1;
  return residuals;
}

/** ‖g‖² = ‖r‖²‖h‖² of every candidate, [C]. */
function squaredNorms(
  { posterior, numClasses: k, view }: ScoringContext,
  residuals: Float64Array,
): Float64Array {
  const { values, width } = (view as Required<typeof view>).embeddings;
  return Float64Array.from(
    posterior.tracked,
    (item, i) => dotOfRows(residuals, i, residuals, i, k) * dotOfRows(values, item, values, item, width),
  );
}
