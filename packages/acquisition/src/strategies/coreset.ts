import { squaredDistance } from '../distances.js';
import { bestUntaken } from '../order.js';
import type { ScoringContext, Strategy } from '../strategy.js';

/**
 * k-center greedy on the embeddings: each pick is the candidate farthest from all that are labeled, pending or picked.
 * Scores are distances. Source: Sener & Savarese, ICLR 2018, algorithm 1. Cost C · (L + picks) · width.
 */
export const coreset: Strategy = {
  name: 'coreset',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: ['embeddings'],
  looksAhead: false,
  reason: { kind: 'belief', because: 'it is far from everything that has a label' },
  selection: 'set',
  score: (context) => distancesTo(context, context.posterior.observations.keys()).map(Math.sqrt),
  select(context, numPicks, pending) {
    const { ids, posterior } = context;
    const distances = distancesTo(context, [...posterior.observations.keys(), ...pending.items]);
    const isTaken = new Uint8Array(ids.length);
    const order = new Int32Array(numPicks);
    const scores = new Float64Array(numPicks);
    for (let pick = 0; pick < numPicks; pick++) {
      const best = bestUntaken(distances, ids, isTaken);
      isTaken[best] = 1;
      order[pick] = best;
      scores[pick] = Math.sqrt(distances[best]!);
      distancesTo(context, [posterior.tracked[best]!]).forEach((d, i) => {
        distances[i] = Math.min(distances[i]!, d);
      });
    }
    return { order, scores };
  },
};

/** Squared distance of every candidate to the nearest of the centres, [C]. */
function distancesTo({ posterior, view }: ScoringContext, centres: Iterable<number>): Float64Array {
  const { values, width } = (view as Required<typeof view>).embeddings;
  const nearest = new Float64Array(posterior.numTracked).fill(Number.POSITIVE_INFINITY);
  for (const centre of centres)
    posterior.tracked.forEach((item, i) => {
      nearest[i] = Math.min(nearest[i]!, squaredDistance(values, width, item, centre));
    });
  return nearest;
}
