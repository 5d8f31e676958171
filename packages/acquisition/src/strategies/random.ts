import type { Random } from '@tangent/compute';
import { orderByScore } from '../order.js';
import type { Strategy } from '../strategy.js';

const draw = ({ ids, random }: { readonly ids: readonly string[]; readonly random: Random }) =>
  Float64Array.from(ids, (id) => random.fork(id).uniform());

/** Uniformly random, each item's number drawn from its id and the seed. The control that others are measured against. */
export const random: Strategy = {
  name: 'random',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: false,
  reason: { kind: 'sentence', text: 'Drawn at random.' },
  selection: 'top',
  assumesLabels: false,
  coldStart: {
    score: draw,
    select(pool, numPicks) {
      const scores = draw(pool);
      const order = orderByScore(scores, pool.ids).subarray(0, numPicks);
      return { order, scores: Float64Array.from(order, (i) => scores[i]!) };
    },
  },
  score: draw,
};
